package apitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// Pieces is a file that came in pieces.
type Pieces struct {
	Begun   wire.BeginUpload
	Content []byte
	State   core.Upload
}

func (s *Server) pieceUploads() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST " + wire.PathUploads:                s.beginUpload,
		"GET " + wire.PathUploadPieces("{id}"):    s.uploadState,
		"PATCH " + wire.PathUploadPieces("{id}"):  s.addPiece,
		"DELETE " + wire.PathUploadPieces("{id}"): s.abandonUpload,
		"GET " + wire.PathUploads: func(w http.ResponseWriter, _ *http.Request) {
			s.Lock()
			defer s.Unlock()
			list := []core.Upload{}
			for _, p := range s.Pieces {
				if !p.State.Complete {
					list = append(list, p.State)
				}
			}
			Answer(w, 200, wire.List[core.Upload]{Count: len(list), Results: list})
		},
	}
}

func (s *Server) beginUpload(w http.ResponseWriter, r *http.Request) {
	var b wire.BeginUpload
	_ = json.NewDecoder(r.Body).Decode(&b)
	s.Lock()
	defer s.Unlock()
	for _, p := range s.Pieces {
		if p.Begun.SHA256 == b.SHA256 && p.Begun.PatientID == b.PatientID && !p.State.Complete {
			Answer(w, 200, p.State)
			return
		}
	}
	p := &Pieces{Begun: b, State: core.Upload{ID: fmt.Sprintf("u%d", len(s.Pieces)+1), PatientID: b.PatientID, Filename: b.Filename, Size: b.Size, SHA256: b.SHA256, ExpiresAt: at}}
	s.Pieces = append(s.Pieces, p)
	Answer(w, 201, p.State)
}

func (s *Server) findPieces(w http.ResponseWriter, r *http.Request) *Pieces {
	for _, p := range s.Pieces {
		if p.State.ID == r.PathValue("id") {
			return p
		}
	}
	Answer(w, 404, wire.ErrorBody{Error: "There is no such upload.", Code: core.CodeNotFound})
	return nil
}

func (s *Server) uploadState(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	if p := s.findPieces(w, r); p != nil {
		Answer(w, 200, p.State)
	}
}

func (s *Server) abandonUpload(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	if p := s.findPieces(w, r); p != nil {
		p.State.ID = ""
		Answer(w, 200, wire.Done{Success: true, Message: "The upload was cancelled."})
	}
}

func (s *Server) addPiece(w http.ResponseWriter, r *http.Request) {
	piece, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.Lock()
	defer s.Unlock()
	p := s.findPieces(w, r)
	if p == nil {
		return
	}
	if s.LosePieces > 0 {
		s.LosePieces--
		panic(http.ErrAbortHandler)
	}
	if offset, err := strconv.ParseInt(r.Header.Get(wire.UploadOffset), 10, 64); err != nil || offset != p.State.Offset || r.Header.Get("Content-Type") != wire.PieceType {
		Answer(w, 409, wire.ErrorBody{Error: "Go on elsewhere.", Code: core.CodeConflict})
		return
	}
	p.Content = append(p.Content, piece...)
	p.State.Offset = int64(len(p.Content))
	var done wire.Uploaded
	if r.Header.Get(wire.UploadComplete) == "?1" {
		rec := record(fmt.Sprintf("r-piece%d", len(s.Pieces)), p.Begun.Title, p.Begun.Filename)
		rec.Size = p.State.Offset
		s.records = append(s.records, rec)
		p.State.Complete, p.State.RecordID = true, rec.ID
		done = wire.Uploaded{Success: true, FileID: rec.ID, MedicalRecordID: rec.ID, Filename: rec.Filename, Size: rec.Size, MIME: rec.MIME, Record: rec}
	}
	if s.LosePieceAnswers > 0 {
		s.LosePieceAnswers--
		panic(http.ErrAbortHandler)
	}
	if p.State.Complete {
		Answer(w, 201, done)
		return
	}
	Answer(w, 200, p.State)
}
