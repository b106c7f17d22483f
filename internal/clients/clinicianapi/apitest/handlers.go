package apitest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/coder/websocket"

	"clinician/internal/core"
	"clinician/internal/core/wire"
)

func (s *Server) protected() map[string]http.HandlerFunc {
	files := "/api/files/medical-records/{id}/"
	return map[string]http.HandlerFunc{
		"GET " + wire.PathProfile:  func(w http.ResponseWriter, _ *http.Request) { Answer(w, 200, profile()) },
		"PUT " + wire.PathProfile:  changeProfile,
		"POST " + wire.PathLogout:  s.logout,
		"GET " + wire.PathPatients: s.patients,
		"GET " + wire.PathRecordTypes: func(w http.ResponseWriter, _ *http.Request) {
			Answer(w, 200, wire.List[core.RecordType]{Count: 3, Results: types()})
		},
		"GET " + wire.PathPatients + "{id}/":                        s.patient,
		"GET " + wire.PathPatients + "{id}/records/":                s.listRecords,
		"POST " + wire.PathPatients + "{id}/records/":               s.upload,
		"GET /api/clinician/records/{id}/":                          s.record,
		"GET " + files + "download/":                                s.download,
		"DELETE " + files + "delete/":                               s.delete,
		"POST " + files + "analyze/":                                s.analyze,
		"GET /api/clinician/records/{id}/values/":                   s.values,
		"POST /api/clinician/records/{id}/values/{value}/review/":   s.review,
		"DELETE /api/clinician/records/{id}/values/{value}/review/": s.review,
		"GET /api/clinician/records/{id}/patient-check/":            s.checked,
		"POST /api/clinician/records/{id}/patient-check/resolve/":   s.resolve,
		"GET /api/clinician/records/{id}/text/{page}/":              s.text,
		"PUT /api/clinician/records/{id}/text/{page}/":              s.text,
		"DELETE /api/clinician/records/{id}/text/{page}/":           s.text,
		"PUT /api/clinician/records/{id}/text/{page}/draft/":        s.draft,
		"DELETE /api/clinician/records/{id}/text/{page}/draft/":     s.draft,
		"POST /api/clinician/ocr/job/{id}/retry/":                   s.retry,
		"GET " + wire.PathJobs:                                      s.listJobs,
		"GET /api/clinician/ocr/job/{id}/":                          s.job,
		"GET /api/clinician/ocr/job/{id}/result/":                   s.result,
		"POST /api/clinician/ocr/job/{id}/cancel/":                  s.cancel,
		"GET /api/clinician/ocr/job/{id}/pages/{n}/":                s.page,
		"GET /api/clinician/records/{id}/pages/{n}/image/":          s.image,
	}
}

// changeProfile answers the profile as it would be; it keeps nothing.
func changeProfile(w http.ResponseWriter, r *http.Request) {
	var c core.ProfileChange
	_ = json.NewDecoder(r.Body).Decode(&c) // what cannot be read changes nothing
	p := profile()
	for to, v := range map[*string]*string{&p.User.FirstName: c.FirstName, &p.User.LastName: c.LastName, &p.PhoneNumber: c.PhoneNumber} {
		if v != nil {
			*to = *v
		}
	}
	if c.IsAvailable != nil {
		p.IsAvailable = *c.IsAvailable
	}
	if c.SpecializationID != nil {
		p.Specialization, p.SpecializationDetail = c.SpecializationID, &core.Specialization{ID: *c.SpecializationID, CancerType: "Breast Cancer"}
	}
	Answer(w, 200, p)
}

func (s *Server) logout(w http.ResponseWriter, _ *http.Request) {
	s.Lock()
	s.Revoked = true
	s.Unlock()
	Answer(w, 200, wire.Message{Message: "Successfully logged out"})
}

func (s *Server) patients(w http.ResponseWriter, r *http.Request) {
	page := core.PatientPage{Patients: []core.PatientSummary{}}
	for _, p := range patients() {
		if strings.HasPrefix(strings.ToLower(p.User.LastName), strings.ToLower(r.URL.Query().Get("q"))) {
			page.Patients = append(page.Patients, p)
		}
	}
	page.Count = len(page.Patients)
	if n, _ := strconv.Atoi(r.URL.Query().Get("limit")); n > 0 && n < page.Count {
		page.Patients, page.Next = page.Patients[:n], "more"
	}
	Answer(w, 200, page)
}

func (s *Server) patient(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	p, ok := patient(id)
	if !ok {
		Answer(w, 403, map[string]string{"error": "Access denied. You are not assigned to this patient."})
		return
	}
	s.Lock()
	defer s.Unlock()
	Answer(w, 200, core.PatientDetail{Patient: p, MedicalRecords: s.records, Medicines: core.Medicines{Prescriptions: []core.Prescription{}, Stopped: []core.Prescription{}}, Appointments: []core.Appointment{}, RecentActivity: []core.Activity{}})
}

func (s *Server) listRecords(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	list := []core.Record{}
	for _, rec := range s.records {
		if strconv.FormatInt(rec.PatientID, 10) == r.PathValue("id") {
			list = append(list, rec)
		}
	}
	Answer(w, 200, wire.List[core.Record]{Count: len(list), Results: list})
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	mr, err := r.MultipartReader()
	if err != nil {
		Answer(w, 415, map[string]string{"detail": "Unsupported media type"})
		return
	}
	up := Upload{Fields: map[string]string{}, Length: r.ContentLength}
	for {
		part, err := mr.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return
		}
		if part.FormName() == "file" {
			up.Filename, up.Content = part.FileName(), content
		} else if up.Content == nil { // fields after the file come too late
			up.Fields[part.FormName()] = string(content)
		}
	}
	s.Lock()
	defer s.Unlock()
	lost := s.LoseUploads > 0
	if lost {
		s.LoseUploads--
	}
	if !lost || s.StoreLost {
		s.Uploads = append(s.Uploads, up)
	}
	if lost && !s.StoreLost {
		panic(http.ErrAbortHandler)
	}
	rec := record(fmt.Sprintf("r-new%d", len(s.Uploads)), up.Fields["title"], up.Filename)
	sum := sha256.Sum256(up.Content)
	rec.Size, rec.SHA256 = int64(len(up.Content)), hex.EncodeToString(sum[:])
	s.records = append(s.records, rec)
	if lost {
		panic(http.ErrAbortHandler) // the answer is what gets lost
	}
	Answer(w, 201, wire.Uploaded{Success: true, Message: "File uploaded successfully", FileID: rec.ID, MedicalRecordID: rec.ID,
		Filename: rec.Filename, Size: rec.Size, MIME: rec.MIME, Record: rec})
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) (core.Record, bool) {
	s.Lock()
	defer s.Unlock()
	for _, rec := range s.records {
		if rec.ID == r.PathValue("id") {
			return rec, true
		}
	}
	no := false
	Answer(w, 404, wire.ErrorBody{Success: &no, Error: "Not found", Message: "Medical record not found", Code: core.CodeNotFound})
	return core.Record{}, false
}

func (s *Server) record(w http.ResponseWriter, r *http.Request) {
	if rec, ok := s.find(w, r); ok {
		if rec.ID == "r-1" {
			rec.LastJob = &core.JobBrief{ID: "j-done", Status: core.JobCompleted}
		}
		Answer(w, 200, rec)
	}
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	if rec, ok := s.find(w, r); ok {
		w.Header().Set("Content-Type", rec.MIME)
		w.Header().Set("ETag", `"`+rec.SHA256+`"`)
		w.Header().Set("Content-Length", strconv.Itoa(len(PDF)))
		_, _ = io.WriteString(w, PDF)
	}
}

func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	rec, ok := s.find(w, r)
	if !ok {
		return
	}
	s.Lock()
	defer s.Unlock()
	for i := range s.records {
		if s.records[i].ID == rec.ID {
			s.records = append(s.records[:i:i], s.records[i+1:]...)
			break
		}
	}
	Answer(w, 200, wire.Done{Success: true, Message: "Medical record and all associated data deleted successfully", FileID: rec.ID})
}

// analyze gives a job whose id says how it will end: r-2 fails.
func (s *Server) analyze(w http.ResponseWriter, r *http.Request) {
	rec, ok := s.find(w, r)
	if !ok {
		return
	}
	var in core.AnalyzeOptions
	_ = json.NewDecoder(r.Body).Decode(&in)
	s.Lock()
	s.Asked = append(s.Asked, in)
	s.Unlock()
	id := "j-new-" + rec.ID
	Answer(w, 200, wire.Submitted{Success: true, JobID: id, Filename: rec.Filename, WebSocketURL: wire.PathJobProgress(id), Message: "File submitted for OCR processing"})
}

func (s *Server) listJobs(w http.ResponseWriter, r *http.Request) {
	out := []core.Job{}
	for _, j := range s.jobs {
		if want := r.URL.Query().Get("record_id"); want == "" || want == j.RecordID {
			out = append(out, j)
		}
	}
	Answer(w, 200, wire.Jobs{Success: true, Jobs: out, Count: len(out)})
}

func (s *Server) findJob(w http.ResponseWriter, r *http.Request) (core.Job, bool) {
	for _, j := range s.jobs {
		if j.ID == r.PathValue("id") {
			return j, true
		}
	}
	no := false
	Answer(w, 404, wire.ErrorBody{Success: &no, Message: "Job not found"})
	return core.Job{}, false
}

func (s *Server) job(w http.ResponseWriter, r *http.Request) {
	if j, ok := s.findJob(w, r); ok {
		Answer(w, 200, wire.JobStatus{Success: true, Job: wire.NewJob(j)})
	}
}

func (s *Server) result(w http.ResponseWriter, r *http.Request) {
	j, ok := s.findJob(w, r)
	if !ok {
		return
	}
	if j.Status != core.JobCompleted {
		no := false
		Answer(w, 400, wire.ErrorBody{Success: &no, Message: "Job not completed. Current status: " + string(j.Status)})
		return
	}
	out := result(j)
	s.Lock()
	defer s.Unlock()
	if n := len(s.steps); n > 0 && j.RecordID == "r-1" {
		out.Pages[0].CorrectedText, out.Pages[0].Correction = &s.steps[n-1].Text, &s.steps[n-1]
	}
	Answer(w, 200, out)
}

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if j, ok := s.findJob(w, r); ok {
		Answer(w, 200, wire.PageAnswer{Success: true, Page: result(j).Pages[0]})
	}
}

func (s *Server) image(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.find(w, r); !ok {
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = io.WriteString(w, "\x89PNG\r\n\x1a\n"+r.URL.Query().Get("width"))
}

func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	j, ok := s.findJob(w, r)
	if !ok {
		return
	}
	no := false
	if j.Status.Final() {
		Answer(w, 409, wire.ErrorBody{Success: &no, Message: "Unable to cancel job. It has ended.", Code: core.CodeConflict})
		return
	}
	Answer(w, 200, wire.Done{Success: true, Message: "Job cancelled successfully"})
}

// watch plays the progress protocol: status, two pages, an ending.
func (s *Server) watch(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	ctx, id := r.Context(), r.PathValue("id")
	send := func(f wire.Frame) bool {
		b, _ := json.Marshal(f)
		return conn.Write(ctx, websocket.MessageText, b) == nil
	}
	send(wire.Frame{Type: wire.FrameAuthRequired, Message: "Please authenticate"})
	_, b, err := conn.Read(ctx)
	if err != nil {
		return
	}
	var f wire.Frame
	_ = json.Unmarshal(b, &f)
	s.Lock()
	s.Frames = append(s.Frames, f)
	drop := s.DropWatch > 0
	if drop {
		s.DropWatch--
	}
	s.Unlock()
	if !s.allowed(f.Token) {
		send(wire.Frame{Type: wire.FrameAuthFailed, Message: "Invalid or expired token"})
		conn.Close(wire.CloseUnauthenticated, "")
		return
	}
	send(wire.Frame{Type: wire.FrameAuthSuccess, JobID: id, UserID: 2})
	if id == "j-none" {
		send(wire.Frame{Type: wire.FrameProtocol, Message: "Job not found"})
		return
	}
	half, full, conf := 50, 100, 0.87
	switch id {
	case "j-done":
		send(wire.Frame{Type: wire.FrameStatus, JobID: id, Status: "completed", Progress: &full, Seq: 9})
		send(wire.Frame{Type: wire.FrameComplete, JobID: id, Status: "completed", PageCount: 2, Confidence: &conf, Seq: 9})
		return
	case "j-late": // as the original service has it
		send(wire.Frame{Type: wire.FrameStatus, JobID: id, Status: "completed", Progress: &full})
		return
	case "j-gone":
		send(wire.Frame{Type: wire.FrameProtocol, Message: "No."})
		conn.Close(wire.CloseNotFound, "job not found")
		return
	case "j-cancelled":
		send(wire.Frame{Type: wire.FrameStatus, JobID: id, Status: "cancelled", Progress: &half, Seq: 9})
		return
	}
	send(wire.Frame{Type: wire.FrameStatus, JobID: id, Status: "processing", Seq: 1})
	send(wire.Frame{Type: wire.FrameProgress, JobID: id, Progress: &half, Message: "Processing page 1/2", Seq: 2, Page: 1, Pages: 2})
	if drop {
		return
	}
	if strings.HasSuffix(id, "r-2") {
		send(wire.Frame{Type: wire.FrameError, JobID: id, Status: "failed", Message: "OCR processing failed", Error: "The document is encrypted.", Seq: 3})
	} else {
		send(wire.Frame{Type: wire.FrameComplete, JobID: id, Status: "completed", Message: "Done", PageCount: 2, Confidence: &conf, Preview: "Finding", Seq: 3})
	}
	conn.Close(websocket.StatusNormalClosure, "")
}
