package core

import "time"

// RecordType is one of the twenty kinds of medical record.
type RecordType struct {
	ID        int64     `json:"id"`
	TypeName  string    `json:"type_name"`
	IsActive  bool      `json:"is_active"`
	CreatedAt time.Time `json:"created_at"`
	LOINC     string    `json:"loinc"` // "" where none is certain
}

// Record is a document in a patient's chart. Its id is also its file id.
type Record struct {
	ID             string     `json:"id"`
	FileID         string     `json:"file_id"` // same as ID; the name the file endpoints use
	PatientID      int64      `json:"patient_id"`
	Type           RecordType `json:"medical_record_type"`
	Title          string     `json:"title"`
	Filename       string     `json:"filename"`
	MIME           string     `json:"mime_type"` // by content, never by name
	Size           int64      `json:"size"`
	SHA256         string     `json:"sha256"`
	DocumentDate   Date       `json:"document_date"`
	UploadedAt     time.Time  `json:"uploaded_at"`
	UploadedBy     int64      `json:"uploaded_by"`
	UploadedByName string     `json:"uploaded_by_name"`
	DuplicateOf    string     `json:"duplicate_of,omitempty"` // an earlier record of the same patient with the same bytes

	Status       RecordStatus `json:"status"`
	StatusReason string       `json:"status_reason,omitempty"` // why it was entered in error, or moved
	StatusBy     int64        `json:"status_by,omitempty"`     // who did that; 0: nobody yet
	StatusByName string       `json:"status_by_name,omitempty"`
	StatusAt     *time.Time   `json:"status_at,omitempty"`
	MovedTo      string       `json:"moved_to,omitempty"` // of a tombstone: the record's id
	PartOf       string       `json:"part_of,omitempty"`  // the record it was split from
	Parts        []string     `json:"parts,omitempty"`    // the records it was split into
	LOINC        string       `json:"loinc"`              // of the record type; "" where none is certain
	Source       string       `json:"source"`             // organisation it came from
	ReceivedBy   string       `json:"received_by"`        // "scan", "fax", "email", "upload"
	Tags         []string     `json:"tags"`
	LegalHold    *LegalHold   `json:"legal_hold"`    // nil: none
	PatientCheck PatientCheck `json:"patient_check"` // "check" keeps it out of trends and exports
	Reviewed     *time.Time   `json:"reviewed_at"`   // by the one who asks; nil: unread
	Notes        int          `json:"note_count"`    // that people wrote about it, addenda too, without those entered in error

	Version    string    `json:"version"`     // of all that can be changed of it; see RecordEdit
	LastJob    *JobBrief `json:"last_job"`    // newest OCR job, nil if never analysed
	CanAnalyze bool      `json:"can_analyze"` // its content is of a kind that can be read
}

// RecordStatus follows FHIR DocumentReference.status.
type RecordStatus string

const (
	RecordCurrent        RecordStatus = "current"
	RecordEnteredInError RecordStatus = "entered-in-error" // hidden from work, restorable
	RecordMoved          RecordStatus = "moved"            // a tombstone: it is in another chart now
)

// LegalHold keeps a record from being changed, moved or deleted, whatever else
// would allow it.
type LegalHold struct {
	Reason string    `json:"reason"`
	By     int64     `json:"by"` // 0: an administrator in the shell
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

// JobBrief is what a record list says of a record's newest OCR job.
type JobBrief struct {
	ID     string    `json:"job_id"`
	Status JobStatus `json:"status"`
}

// NewRecord describes content that was staged and now becomes a record.
type NewRecord struct {
	PatientID    int64
	TypeID       int64
	Title        string // "" takes the file name
	Filename     string // as the uploader named it; cleaned by app
	DocumentDate Date
	UploadedBy   int64
	Source       string   // organisation it came from
	ReceivedBy   string   // one of ReceivedBy(); "" is "upload"
	Tags         []string // cleaned by app
	LeaveUnread  bool     // it is not read on arrival
}

// Staged is sealed content that no record points to yet. It must end in
// Records.Commit or Records.Discard; the sweeper removes what a crash leaves.
type Staged struct {
	ID     string // id of the record to be
	Size   int64
	SHA256 string
	MIME   string // by content
	Key    []byte // content key, in memory only until wrapped by the patient's key
}

// Limits says what this service takes. Stated once, served at
// /api/clinician/limits/, checked on the server, repeated by the clients.
type Limits struct {
	MaxFileBytes  int64    `json:"max_file_bytes"`
	AcceptedTypes []string `json:"accepted_types"` // MIME types, by content
	OCRTypes      []string `json:"ocr_types"`      // those of them that can be read
	MaxPages      int      `json:"max_pages"`
	MaxPixels     int64    `json:"max_pixels"` // of one page image
	OCRLanguages  []string `json:"ocr_languages"`
	OCREngine     string   `json:"ocr_engine"`  // "" when none is installed
	OCRMessage    string   `json:"ocr_message"` // when none is installed: what to install
	TempSeconds   int      `json:"temp_view_seconds"`

	Development string `json:"development_mode,omitempty"` // why this server is for trying out only
}

// The MIME types the service takes.
const (
	MIMEPDF  = "application/pdf"
	MIMEJPEG = "image/jpeg"
	MIMEPNG  = "image/png"
	MIMETIFF = "image/tiff"
	MIMEBMP  = "image/bmp"
	MIMEGIF  = "image/gif"
	MIMEWebP = "image/webp"
	MIMEText = "text/plain"
	MIMERTF  = "text/rtf"
	MIMEDOC  = "application/msword"
	MIMEDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// MaxFileBytes is the largest file taken: 100 MB, as in the service this replaces.
const MaxFileBytes = 100 << 20

// MaxPages and MaxPixels bound what is opened for reading: pages of a document,
// pixels of one page image.
const (
	MaxPages  = 2000
	MaxPixels = 100_000_000
)

// AcceptedTypes lists what can be uploaded, OCRTypes what can be read.
func AcceptedTypes() []string {
	return []string{MIMEPDF, MIMEJPEG, MIMEPNG, MIMETIFF, MIMEBMP, MIMEGIF, MIMEWebP, MIMEText, MIMERTF, MIMEDOC, MIMEDOCX}
}

// OCRTypes lists the accepted types whose text can be extracted; of MIMEDOC where
// LibreOffice is on the server.
func OCRTypes() []string { return AcceptedTypes() }

// TempEntry is a temporary view of a record: sealed bytes on disk whose key
// exists in the index only.
type TempEntry struct {
	ID        string    `json:"-"`    // random, at least 128 bits, with the extension of the content
	Path      string    `json:"path"` // of the sealed file
	CreatedAt time.Time `json:"-"`
	ExpiresAt time.Time `json:"-"`
	RecordID  string    `json:"file_id"`
	PatientID int64     `json:"patient_id"`
	UserID    int64     `json:"user_id"`
	SessionID string    `json:"session_id"`
	MIME      string    `json:"mime_type"`
	Filename  string    `json:"filename"`
	Size      int64     `json:"size"`
	Key       []byte    `json:"key"`
}
