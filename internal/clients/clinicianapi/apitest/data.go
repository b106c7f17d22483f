package apitest

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"clinician/internal/core"
)

var at = time.Date(2026, time.March, 3, 9, 30, 0, 0, time.UTC)

func user() core.User {
	return core.User{ID: 2, Email: Email, FirstName: "Ann", LastName: "Lee", RoleName: core.RoleClinician, IsActive: true, DateJoined: at}
}

func profile() core.Profile {
	four := int64(4)
	return core.Profile{ID: 3, User: user().Summary(), Specialization: &four,
		SpecializationDetail: &core.Specialization{ID: 4, CancerType: "Breast Cancer"}, PhoneNumber: "555-0100", IsAvailable: true,
		CreatedAt: at, UpdatedAt: at}
}

func patients() []core.PatientSummary {
	row := func(id int64, last, first, title, mrn string, born core.Date) core.PatientSummary {
		return core.PatientSummary{ID: id, User: core.UserSummary{ID: id + 100, FirstName: first, LastName: last, RoleName: core.RolePatient, DateJoined: at},
			Title: title, MRN: mrn, DateOfBirth: born, Gender: core.GenderFemale, CreatedAt: at,
			Assignment: core.AssignmentSummary{CancerSubtypeName: "Ductal", AssignedAt: at}}
	}
	return []core.PatientSummary{
		row(7, "Cantú", "Catalina", "Mrs", "4128870031", core.Date{Year: 1940, Month: time.May, Day: 8}),
		row(8, "Evil\x1b]0;owned\x07", "Bob\u202egnp", "", "12", core.Date{}),
	}
}

func patient(id int64) (core.Patient, bool) {
	for _, p := range patients() {
		if p.ID == id {
			return core.Patient{ID: id, UserID: p.User.ID, CreatedAt: at, UpdatedAt: at,
				User: core.User{ID: p.User.ID, FirstName: p.User.FirstName, LastName: p.User.LastName, RoleName: core.RolePatient},
				Demographics: core.Demographics{MRN: p.MRN, Title: p.Title, DateOfBirth: p.DateOfBirth, Gender: p.Gender,
					AllergyStatus: core.AllergiesKnown, Allergies: []core.Allergy{{Substance: "Penicillin", Reaction: "Rash"}}, Alerts: []string{}},
				Assignment: &core.Assignment{ID: 1, CancerSubtypeName: "Ductal", CancerTypeName: "Breast Cancer", CreatedAt: at, UpdatedAt: at}}, true
		}
	}
	return core.Patient{}, false
}

func types() []core.RecordType {
	return []core.RecordType{{ID: 1, TypeName: "Lab Result", IsActive: true, CreatedAt: at}, {ID: 2, TypeName: "Imaging Report", IsActive: true, CreatedAt: at},
		{ID: 3, TypeName: "Imaging Study", IsActive: true, CreatedAt: at}}
}

func record(id, title, filename string) core.Record {
	sum := sha256.Sum256([]byte(PDF))
	return core.Record{ID: id, FileID: id, PatientID: 7, Type: types()[1], Title: title, Filename: filename, MIME: core.MIMEPDF,
		Size: int64(len(PDF)), SHA256: hex.EncodeToString(sum[:]), DocumentDate: core.Date{Year: 2026, Month: time.February, Day: 1},
		UploadedAt: at, UploadedBy: 2, UploadedByName: "Ann Lee", CanAnalyze: true}
}

func job(id, recordID string, status core.JobStatus) core.Job {
	j := core.Job{ID: id, RecordID: recordID, PatientID: 7, UserID: 2, FileName: "ct.pdf", FileType: "pdf", FileSize: int64(len(PDF)),
		Language: "eng", Status: status, Pages: 2, CreatedAt: at, StartedAt: &at}
	switch status {
	case core.JobCompleted:
		j.Progress, j.Page, j.CompletedAt, j.Model = 100, 2, &at, "tesseract 5"
	case core.JobFailed:
		j.Error, j.CompletedAt = "The document is encrypted.", &at
	default:
		j.Progress, j.Page, j.Message = 50, 1, "Processing page 1/2"
	}
	return j
}

func result(j core.Job) core.Result {
	conf := 0.87
	return core.Result{Success: true, JobID: j.ID, FileName: j.FileName, ExtractedText: "Finding: none.\nSigned\x1b[0m\n", Confidence: &conf,
		PageCount: 2, ProcessingTime: 1.5, Model: "tesseract 5", FileID: j.RecordID, PatientID: 7, FailedPages: 1, PartialPages: 1,
		Pages: []core.Page{{Number: 1, Status: "partial", Source: "ocr", Text: "Finding: none.", Unread: []core.Unread{{Kind: core.UnreadAttachment, Message: "The attached file was not read. Save it and upload it."}}}, {Number: 2, Status: "failed", Error: "unreadable"}}}
}
