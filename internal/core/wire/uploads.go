package wire

// PathUploads begins an upload in pieces (POST) and lists the unfinished ones.
const PathUploads = "/api/clinician/uploads/"

// PathUploadPieces is one upload: where it stands (GET, HEAD), the next piece
// (PATCH), its end (DELETE).
func PathUploadPieces(id string) string { return PathUploads + id + "/" }

// Header fields and media type of the IETF draft "Resumable Uploads for HTTP".
const (
	UploadOffset   = "Upload-Offset"
	UploadLength   = "Upload-Length"
	UploadComplete = "Upload-Complete" // "?1": with this piece; "?0": not yet
	PieceType      = "application/partial-upload"
)

// BeginUpload is the body of PathUploads.
type BeginUpload struct {
	PatientID    int64    `json:"patient_id"`
	Filename     string   `json:"filename"`
	Size         int64    `json:"size"`
	SHA256       string   `json:"sha256,omitempty"`
	TypeID       int64    `json:"medical_record_type_id"`
	Title        string   `json:"title,omitempty"`
	DocumentDate string   `json:"document_date,omitempty"`
	Source       string   `json:"source,omitempty"`
	ReceivedBy   string   `json:"received_by,omitempty"`
	Tags         []string `json:"tags,omitempty"`
	Analyze      *bool    `json:"analyze,omitempty"` // false: the record is not read on arrival
}
