package wire

import "clinician/internal/core"

// Acts on a record below PathRecord.
const (
	ActEnteredInError = "entered-in-error" // POST Reason
	ActRestore        = "restore"          // POST Reason
	ActLegalHold      = "legal-hold"       // POST Reason places one, DELETE Reason releases it
	ActMove           = "move"             // POST MoveRecord
	ActSplit          = "split"            // POST SplitRecord
	ActReviewed       = "reviewed"         // POST, DELETE
	ActVerify         = "verify"           // POST
	ActUnlock         = "unlock"           // POST UnlockRecord
)

// PathRecordLifecycle is an act in the lifecycle of a record.
func PathRecordLifecycle(id, act string) string { return PathRecord(id) + act + "/" }

// IncludeAll is the value of the query "include" that also asks for what was
// entered in error or moved away.
const IncludeAll = "all"

// Reason is the body of acts that need one.
type Reason struct {
	Reason string `json:"reason"`
}

// Moved answers a move. The record keeps its id and is in the other chart now;
// the tombstone stays here.
type Moved struct {
	Success   bool        `json:"success"`
	Message   string      `json:"message"`
	FileID    string      `json:"file_id"`
	Tombstone core.Record `json:"tombstone"`
}

// SplitDone answers a split.
type SplitDone struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
	core.SplitDone
}

// NewMoved answers a move of record id, which left tombstone behind.
func NewMoved(id string, tombstone core.Record) Moved {
	return Moved{Success: true, FileID: id, Tombstone: tombstone,
		Message: "The record is in the other patient's chart now. A note about it stays here."}
}

// NewSplitDone answers a split.
func NewSplitDone(done core.SplitDone) SplitDone {
	return SplitDone{Success: true, SplitDone: done,
		Message: "The parts are in their patients' charts. The original is kept, entered in error."}
}
