package present

import "clinician/internal/core"

// NotSignedIn says why nobody was signed in and what to do. The server tells strangers no
// more than that address and password do not go together.
func NotSignedIn(err error) string {
	if core.CodeOf(err) == core.CodeUnauthenticated {
		return "The e-mail address or the password is not right. Look for Caps Lock and type both again; who runs the server can tell which address you are known by."
	}
	return core.MessageOf(err)
}
