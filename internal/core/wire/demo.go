package wire

// Demo is the one line that `server demo --json` writes when it serves: where, and
// who signs in there.
type Demo struct {
	URL      string `json:"url"`
	Email    string `json:"email"`
	Password string `json:"password"`
}
