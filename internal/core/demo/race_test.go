//go:build race

package demo

// racing: the race detector makes rendering ten times slower and finds nothing
// in it, so fewer documents are rendered under it.
const racing = true
