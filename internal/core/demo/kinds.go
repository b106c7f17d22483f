package demo

// kind is a sort of document: what it is filed as and who writes it.
type kind struct {
	name   string
	title  string
	types  []string // names of record types; variants take turns
	write  func(j job) draft
	choice func(r dice) (format, string) // how it reaches the chart: format and scan profile
}

// dice is the part of a random source choices need.
type dice interface{ IntN(n int) int }

// kinds lists all sorts of documents by name. Together they use each of the
// twenty record types.
func kinds() map[string]kind {
	out := map[string]kind{}
	add := func(name, title string, write func(job) draft, choice func(dice) (format, string), types ...string) {
		out[name] = kind{name, title, types, write, choice}
	}
	note := func(name, title, recordType string, choice func(dice) (format, string)) {
		add(name, title, func(j job) draft { return j.note(name) }, choice, recordType)
	}
	add("laboratory report", "Laboratory report", job.labReport, mostlyDigital(4), "Laboratory Results")
	add("referral letter", "Referral letter", job.referral, faxed, "Consultation Notes")
	add("discharge summary", "Discharge summary", job.discharge, mostlyDigital(3), "Discharge Summaries")
	add("prescription chart", "Prescription chart", job.chart, onPaper, "Medication History")
	add("imaging report", "Imaging report", job.imaging, mostlyDigital(5), "Imaging Reports", "Radiology Reports")
	add("consent form", "Consent form 1", job.consent, onPaper, "Procedure Reports")
	add("pathology report", "Histopathology report", func(j job) draft { return j.note("pathology report") }, mostlyDigital(4), "Pathology Reports", "Biopsy Reports")
	note("consultation note", "Clinic letter", "Consultation Notes", typed)
	note("progress note", "Progress note", "Progress Notes", plainText)
	note("treatment plan", "Treatment plan", "Treatment Plans", typed)
	note("chemotherapy record", "Chemotherapy record", "Chemotherapy Records", typed)
	note("radiotherapy record", "Radiotherapy record", "Radiation Therapy Records", typed)
	note("operation note", "Operation note", "Surgical Reports", mostlyDigital(4))
	note("procedure report", "PICC line insertion", "Procedure Reports", typed)
	note("diagnostic test", "Echocardiogram", "Diagnostic Tests", mostlyDigital(4))
	note("admission record", "Admission record", "Admission Records", typed)
	note("physical examination", "Physical examination", "Physical Examination", plainText)
	note("immunisation record", "Immunisation record", "Immunization Records", plainText)
	note("allergy record", "Allergy documentation", "Allergy Documentation", plainText)
	note("clinical assessment", "Clinical assessment", "Clinical Assessments", plainText)
	return out
}

func plainText(dice) (format, string) { return formatText, "" }

func typed(r dice) (format, string) {
	if r.IntN(5) < 2 {
		return formatDigital, ""
	}
	return formatText, ""
}

// mostlyDigital scans one in n.
func mostlyDigital(n int) func(dice) (format, string) {
	return func(r dice) (format, string) {
		if r.IntN(n) != 0 {
			return formatDigital, ""
		}
		return oneOf(r, []way{
			{formatScan, "light"}, {formatScan, "skew"}, {formatScan, "skew-left"}, {formatScan, "toner"}, {formatScan, "coffee"},
			{formatScan, "punched"}, {formatScan, "noisy"}, {formatScan, "rotated"}, {formatJPEG, "phone"}, {formatPNG, "clean"}, {formatScan, "fax"},
		})
	}
}

func onPaper(r dice) (format, string) {
	return oneOf(r, []way{{formatScan, "clean"}, {formatScan, "light"}, {formatScan, "light"}, {formatScan, "skew"}, {formatScan, "punched"}, {formatScan, "coffee"}, {formatJPEG, "phone"}})
}

func faxed(r dice) (format, string) {
	return oneOf(r, []way{{formatScan, "fax"}, {formatTIFF, "fax"}, {formatScan, "skew-left"}, {formatScan, "light"}, {formatJPEG, "phone"}, {formatText, ""}})
}

// way is how a document reached the chart.
type way struct {
	format  format
	profile string
}

func oneOf(r dice, ways []way) (format, string) {
	w := ways[r.IntN(len(ways))]
	return w.format, w.profile
}
