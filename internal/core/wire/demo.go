package wire

// Demo is the one line that `server demo --json` writes when it serves: where, and
// who signs in there.
type Demo struct {
	URL      string `json:"url"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// DemoMaking is each further line: how many of the demo's documents are there.
type DemoMaking struct {
	Done  int `json:"documents"`
	Total int `json:"of"`
}
