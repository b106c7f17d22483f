// Package auth holds the trade of proving who somebody is: password hashes
// and policy, access and refresh tokens, random ids, and the throttle that
// slows guessing down. It stores nothing; core.Sessions does.
package auth
