package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const pieceBytes = 1 << 20

// begin announces content and gives the upload's path and where it stands.
func (p *person) begin(patientID int64, name string, content []byte) (path string, offset float64) {
	p.s.t.Helper()
	sum := sha256.Sum256(content)
	status, o := p.post("/api/clinician/uploads/", object{"patient_id": patientID, "filename": name, "size": len(content),
		"sha256": hex.EncodeToString(sum[:]), "medical_record_type_id": 1})
	if status != http.StatusCreated && status != http.StatusOK {
		p.s.t.Fatalf("begin: %d %v", status, o)
	}
	offset, _ = o["offset"].(float64)
	return "/api/clinician/uploads/" + o.str("upload_id") + "/", offset
}

func (p *person) piece(path string, offset int, piece []byte, complete string) (int, object) {
	p.s.t.Helper()
	req, err := http.NewRequest("PATCH", p.s.url(path), bytes.NewReader(piece))
	if err != nil {
		p.s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/partial-upload")
	req.Header.Set("Upload-Offset", fmt.Sprint(offset))
	req.Header.Set("Upload-Complete", complete)
	return p.s.do(req, p.access)
}

// A server that is killed between and within pieces goes on with the last one it
// acknowledged: one record, the same bytes, nothing in clear on the way.
func TestKillBetweenPieces(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	content := document(11, 3*pieceBytes+12_345)
	path, _ := ann.begin(id, "long.txt", content)
	for at := 0; at < 2*pieceBytes; at += pieceBytes {
		if status, o := ann.piece(path, at, content[at:at+pieceBytes], "?0"); status != http.StatusOK {
			t.Fatalf("piece at %d: %d %v", at, status, o)
		}
	}
	s.noClear()
	s.stop(syscall.SIGKILL)
	s.noClear()
	s.start()
	if o := ann.mustGet(path); o["offset"] != float64(2*pieceBytes) || o["complete"] != false {
		t.Fatalf("after the kill: %v", o)
	}
	if o := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", id)); o["count"] != 0.0 {
		t.Errorf("records before the end: %v", o)
	}
	again, offset := ann.begin(id, "long.txt", content)
	if again != path || offset != 2*pieceBytes {
		t.Errorf("begun again: %s at %v, was %s", again, offset, path)
	}
	if status, o := ann.piece(path, 2*pieceBytes, content[2*pieceBytes:], "?0"); status != http.StatusOK {
		t.Fatalf("the rest: %d %v", status, o)
	}
	s.stop(syscall.SIGKILL) // everything is there, but it is no record yet
	s.start()
	status, o := ann.piece(path, len(content), nil, "?1")
	if status != http.StatusCreated {
		t.Fatalf("the end: %d %v", status, o)
	}
	record := o.str("file_id")
	s.stop(syscall.SIGKILL) // and nobody got the answer
	s.start()
	if o := ann.mustGet(path); o["complete"] != true || o.str("file_id") != record {
		t.Errorf("after the end: %v", o)
	}
	if status, o := ann.piece(path, len(content), nil, "?1"); status != http.StatusCreated || o.str("file_id") != record {
		t.Errorf("the end again: %d %v", status, o)
	}
	if !bytes.Equal(ann.download(record), content) {
		t.Error("the file came back changed")
	}
	if o := ann.mustGet(fmt.Sprintf("/api/clinician/patients/%d/records/", id)); o["count"] != 1.0 {
		t.Errorf("records: %v", o["count"])
	}
	if left, err := filepath.Glob(filepath.Join(s.data, "vault", "uploads", "*")); err != nil || len(left) != 0 {
		t.Errorf("left of the pieces: %v, %v", left, err)
	}
	s.noClear()
	s.admin("", "audit", "verify")
	var uploads []object
	decode(t, s.admin("", "audit", "list", "--type", "record_uploaded", "--json"), &uploads)
	if len(uploads) != 1 {
		t.Errorf("audit: %v", uploads)
	}
}

// The command line goes on with what another run of it, or another program, left.
func TestUploadCommandGoesOn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	content := document(12, 2*pieceBytes+777)
	path, _ := ann.begin(id, "long.txt", content)
	if status, o := ann.piece(path, 0, content[:pieceBytes], "?0"); status != http.StatusOK {
		t.Fatalf("first piece: %d %v", status, o)
	}
	s.stop(syscall.SIGKILL)
	s.start()
	file := filepath.Join(t.TempDir(), "long.txt")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tuiBin, "records", "upload", fmt.Sprint(id), file, "--type", "1", "--json")
	cmd.Env = append(s.environ(), "CLINICIAN_SERVER="+s.url(""), "CLINICIAN_TOKEN="+ann.access)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || !strings.Contains(errs.String(), "Going on where an earlier try stopped: 1.0 MB of 2.1 MB are there.") {
		t.Fatalf("%v\n%s\n%s", err, &out, &errs)
	}
	var up object
	if err := json.Unmarshal(out.Bytes(), &up); err != nil || !bytes.Equal(ann.download(up.str("file_id")), content) {
		t.Errorf("%v; stored: %s", err, &out)
	}
	if o := ann.mustGet(path); o.str("file_id") != up.str("file_id") {
		t.Errorf("another upload was made: %v", o)
	}
	s.noClear()
}
