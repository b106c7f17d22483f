package apitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

// EngineText is what was read on page 1 of r-1.
const EngineText = "Potassium 4.S mmol/L"

func values() []core.Value {
	lab := func(id, name, text, unit, span, flag string, page int, doubts ...string) core.Value {
		return core.Value{ID: id, RecordID: "r-1", JobID: "j-done", PatientID: 7, Page: page, Kind: core.ValueLaboratory, Name: name, Text: text,
			Unit: unit, Range: span, Flag: flag, Doubts: doubts, Boxes: []core.Box{{X: 10, Y: 20, W: 300, H: 40}}, Version: "unreviewed"}
	}
	return []core.Value{
		lab("a1b2c3d4e5f60001", "Haemoglobin", "118", "g/L", "115 - 160", "", 1),
		lab("a1c2c3d4e5f60002", "Potassium", "4.S", "mmol/L", "3.5 - 5.1", "", 1, "a digit was read with confidence 41"),
		lab("b1b2c3d4e5f60003", "CRP\x1b[31m", "<0.6", "mg/L", "", "", 2),
		{ID: "c1b2c3d4e5f60004", RecordID: "r-1", JobID: "j-done", PatientID: 7, Page: 2, Kind: core.ValueMedication, Name: "ferrous sulfate",
			Dose: "200 mg", Route: "oral", Frequency: "twice daily", Context: "continued", Version: "unreviewed"},
	}
}

func check() core.DocumentCheck {
	return core.DocumentCheck{RecordID: "r-1", JobID: "j-done", PatientID: 7, Check: core.CheckPatient, Pages: []core.CheckedPage{
		{PageIdentity: core.PageIdentity{Page: 1, Name: "Ola Mertz", DateOfBirth: core.Date{Year: 1951, Month: 2, Day: 3}, Identifiers: []string{"4128870077"}},
			Verdict: core.CheckPatient, Reason: "Another name and another date of birth.", OtherPatientID: 8},
		{PageIdentity: core.PageIdentity{Page: 2}},
	}}
}

func (s *Server) values(w http.ResponseWriter, r *http.Request) {
	rec, ok := s.find(w, r)
	if !ok {
		return
	}
	s.Lock()
	defer s.Unlock()
	out := core.RecordValues{RecordID: rec.ID, PatientID: 7, Results: []core.Value{}, Orphaned: []core.OrphanedReview{}}
	if rec.ID != "r-1" {
		out.Message = "The document has not been read. Start that with analyze."
		Answer(w, 200, out)
		return
	}
	out.JobID, out.Analyzed, out.Total, out.RulesVersion = "j-done", true, len(s.found), "test"
	for _, v := range s.found {
		if v.Review == nil {
			out.Unverified++
		}
		if kind := r.URL.Query().Get("kind"); kind == "" || kind == string(v.Kind) {
			out.Results = append(out.Results, v)
		}
	}
	out.Count = len(out.Results)
	Answer(w, 200, out)
}

func (s *Server) review(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.find(w, r); !ok {
		return
	}
	s.Lock()
	defer s.Unlock()
	i := slices.IndexFunc(s.found, func(v core.Value) bool { return v.ID == r.PathValue("value") })
	if i < 0 || r.Method == http.MethodDelete && s.found[i].Review == nil {
		Fail(w, core.CodeNotFound, "Nobody has reviewed this value.")
		return
	}
	if stale(w, r, s.found[i]) {
		return
	}
	var in core.ValueReview
	_ = json.NewDecoder(r.Body).Decode(&in)
	if v := s.found[i]; in.Status == core.ReviewVerified && (len(v.Doubts) > 0 || in.Value != "") && in.Value != v.Text {
		Answer(w, http.StatusBadRequest, map[string][]string{"value": {"This value is in doubt. Type what is printed; if it differs, correct it."}})
		return
	}
	s.found[i].Review, s.found[i].Version = nil, "unreviewed"
	if r.Method == http.MethodPost {
		s.Reviews = append(s.Reviews, in)
		if in.Status == core.ReviewVerified {
			in.Value = ""
		}
		s.found[i].Review = &core.Review{Status: in.Status, Text: in.Value, Unit: in.Unit, Reason: in.Reason, By: 2, ByName: "Ann Lee", At: at}
		s.found[i].Version = "ann"
	}
	Answer(w, 200, s.found[i])
}

// stale refuses to change others' words, and what is not the newest version.
func stale(w http.ResponseWriter, r *http.Request, now core.Value) bool {
	seen := strings.Trim(r.Header.Get("If-Match"), `"`)
	if seen == now.Version || seen == "" && (now.Review == nil || now.Review.By == 2) {
		return false
	}
	Answer(w, http.StatusConflict, wire.ErrorBody{Error: "Ben Baker " + string(now.Review.Status) + " this value on 03-Mar-2026 08:30 UTC.",
		Code: core.CodeConflict, Current: &now})
	return true
}

// SayAs has a colleague, Ben Baker, say something of a value.
func (s *Server) SayAs(value string, r core.Review) {
	s.Lock()
	defer s.Unlock()
	i := slices.IndexFunc(s.found, func(v core.Value) bool { return v.ID == value })
	r.By, r.ByName, r.At = 3, "Ben Baker", at
	s.found[i].Review, s.found[i].Version = &r, "ben"
}

func (s *Server) checkOf(w http.ResponseWriter, r *http.Request) bool {
	rec, ok := s.find(w, r)
	if ok && rec.ID != "r-1" {
		Answer(w, 200, core.DocumentCheck{RecordID: rec.ID, PatientID: 7, Pages: []core.CheckedPage{}})
		return false
	}
	return ok
}

func (s *Server) checked(w http.ResponseWriter, r *http.Request) {
	if s.checkOf(w, r) {
		s.Lock()
		defer s.Unlock()
		Answer(w, 200, s.check)
	}
}

func (s *Server) resolve(w http.ResponseWriter, r *http.Request) {
	if !s.checkOf(w, r) {
		return
	}
	var in wire.ResolveCheck
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Lock()
	defer s.Unlock()
	if s.check.Check != core.CheckPatient {
		Fail(w, core.CodeConflict, "The patient of this document is not in doubt.")
		return
	}
	s.check.Check = core.CheckResolved
	s.check.Resolution = &core.Resolution{Reason: in.Reason, By: 2, ByName: "Ann Lee", At: at}
	Answer(w, 200, s.check)
}

func (s *Server) text(w http.ResponseWriter, r *http.Request) {
	rec, ok := s.find(w, r)
	if !ok {
		return
	}
	page, _ := strconv.Atoi(r.PathValue("page"))
	s.Lock()
	defer s.Unlock()
	switch r.Method {
	case http.MethodPut:
		var in core.TextCorrection
		_ = json.NewDecoder(r.Body).Decode(&in)
		text := ""
		if in.Text != nil {
			text = *in.Text
		}
		words := strings.Fields(EngineText)
		for _, e := range in.Edits {
			if e.To > len(words) {
				Fail(w, core.CodeInvalid, "Edits name ranges of the page's 3 words, in order and without overlap.")
				return
			}
			words[e.From] = e.Text
			text = strings.Join(words, " ")
		}
		s.steps = append(s.steps, core.Correction{ID: "c", Page: page, Number: len(s.steps) + 1, Text: text, Edits: in.Edits, Reason: in.Reason,
			InForce: true, By: 2, ByName: "Ann Lee", At: at})
	case http.MethodDelete:
		if len(s.steps) == 0 {
			Fail(w, core.CodeNotFound, "Nothing on this page is corrected.")
			return
		}
		s.steps = s.steps[:len(s.steps)-1]
	}
	out := core.PageCorrections{RecordID: rec.ID, JobID: "j-done", PatientID: 7, Page: page, EngineText: EngineText, History: s.steps}
	if n := len(s.steps); n > 0 {
		out.CorrectedText, out.Correction = &s.steps[n-1].Text, &s.steps[n-1]
	}
	Answer(w, 200, out)
}

func (s *Server) retry(w http.ResponseWriter, r *http.Request) {
	j, ok := s.findJob(w, r)
	if !ok {
		return
	}
	var in core.AnalyzeOptions
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Lock()
	s.Asked = append(s.Asked, in)
	s.Unlock()
	id := "j-again-" + j.RecordID
	Answer(w, 200, wire.Submitted{Success: true, JobID: id, Filename: j.FileName, WebSocketURL: wire.PathJobProgress(id), Position: 2,
		WaitingFor: "2 documents are read before this one.", Message: "File submitted for OCR processing"})
}

func (s *Server) draft(w http.ResponseWriter, r *http.Request) {
	var in core.DraftText
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Lock()
	s.Drafted = &in
	if r.Method == http.MethodDelete {
		s.Drafted = nil
	}
	s.Unlock()
	Answer(w, 200, wire.Done{Success: true})
}
