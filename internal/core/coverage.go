package core

// Coverage says of how many documents something is told, so that what was not found
// in them is never taken for what there is not.
type Coverage struct {
	Documents int `json:"documents"`          // current ones
	NotRead   int `json:"documents_not_read"` // of them, those without a finished reading: nothing of them is told
	InDoubt   int `json:"documents_in_doubt"` // of them, read, but perhaps another patient's: nothing of them is told
	InPart    int `json:"documents_in_part"`  // of them, read, but not all of their pages, or not all of a page: only what was read is told
}

// Whole reports whether there are documents and all of them are told of.
func (c Coverage) Whole() bool { return c.Documents > 0 && c.NotRead+c.InDoubt+c.InPart == 0 }
