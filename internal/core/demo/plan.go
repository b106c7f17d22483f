package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"clinician/internal/core"
	"clinician/internal/core/demo/paper"
)

// Documents per patient: one has 121, the median of the 42 is 8, the sum 400.
// The first 21 sizes go to the first patients after Cantú, so that today's
// clinic has something to read.
const thickest = 121

func sizes(r *rand.Rand) []int {
	many := []int{8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10, 10, 10, 11, 12}
	few := []int{2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7}
	r.Shuffle(len(many), func(i, j int) { many[i], many[j] = many[j], many[i] })
	r.Shuffle(len(few), func(i, j int) { few[i], few[j] = few[j], few[i] })
	return slices.Concat([]int{thickest}, many, few)
}

// item is a planned document.
type item struct {
	kind  string
	days  int  // of the document, from today
	fresh bool // came in this morning, for today's clinic
	last  bool // the patient's latest of its kind
	way   *way // nil: the kind decides
}

func documents(p *Panel) []Document {
	r := stream(p.Seed, "documents")
	n := sizes(r)
	difficult := edgeCases(p)
	w := &filer{panel: p, kinds: kinds()}
	for i := range p.Patients {
		mine := difficult[i]
		w.labs = 0
		for k, it := range plan(p, i, n[i]-len(mine), stream(p.Seed, "plan "+p.Patients[i].MRN)) {
			w.file(i, k, it)
		}
		for _, o := range mine {
			w.edgeCase(i, o)
		}
	}
	slices.SortStableFunc(w.out, func(a, b Document) int { return a.UploadedAt.Compare(b.UploadedAt) })
	return w.out
}

// plan decides which documents a patient has and from which days.
func plan(p *Panel, patient, n int, r *rand.Rand) []item {
	pt := &p.Patients[patient]
	start, end := -p.daysSince(pt.Diagnosed), -1
	if !pt.DeceasedDate.IsZero() {
		end = -p.daysSince(pt.DeceasedDate) - 1
	}
	var out []item
	taken := map[string]map[int]bool{}
	for i, k := range order(pt, n, r) {
		days := start + opening(k)
		if opening(k) < 0 || taken[k] != nil {
			days = start + 24 + int(float64(end-start-24)*(float64(i)+r.Float64())/float64(n))
			days = snap(p, pt, k, days)
		}
		if taken[k] == nil {
			taken[k] = map[int]bool{}
		}
		for days = min(max(days, start), end); taken[k][days] && days > start; days-- { // not twice on a day
		}
		taken[k][days] = true
		out = append(out, item{kind: k, days: days})
	}
	if slices.Contains(freshPatients(), patient) && len(out) > 1 {
		out[len(out)-1] = freshItem(patient, r)
	}
	seen := map[string]bool{}
	for i := range slices.Backward(out) {
		out[i].last = !seen[out[i].kind]
		seen[out[i].kind] = true
	}
	return out
}

// freshItem is what arrived for one of today's patients. The 09:20 patient's
// is a scanned referral.
func freshItem(patient int, r *rand.Rand) item {
	if patient == todaysPatients()[1] {
		return item{kind: "referral letter", days: -2, fresh: true, way: &way{formatScan, "skew"}}
	}
	return item{kind: "laboratory report", days: -1, fresh: true, way: pick(r, []*way{{formatScan, "light"}, {formatScan, "fax"}, {formatJPEG, "phone"}, {formatScan, "skew-left"}})}
}

// order lists kinds, most needed first.
func order(pt *Patient, n int, r *rand.Rand) []string {
	const lab = "laboratory report"
	first := []string{"referral letter", lab, "imaging report", lab, "consultation note", "pathology report", lab, "prescription chart", "consent form", lab, "discharge summary", "progress note"}
	rest := []string{lab, "treatment plan", lab, "progress note", "chemotherapy record", lab, "imaging report", "clinical assessment", lab, "allergy record", "progress note", lab, "admission record", "diagnostic test", lab, "physical examination", "chemotherapy record", lab, "operation note", "immunisation record", lab, "procedure report", "radiotherapy record", "progress note", lab, "prescription chart", "consultation note"}
	if pt.story == storyPlain || pt.story == storyPSA { // other papers than blood
		first[3], first[6] = "treatment plan", "physical examination"
		rest[0], rest[2] = "immunisation record", "radiotherapy record"
	}
	r.Shuffle(len(first)-3, func(i, j int) { first[3+i], first[3+j] = first[3+j], first[3+i] })
	out := first[:min(n, len(first))]
	for i := 0; len(out) < n; i++ {
		out = append(out, rest[i%len(rest)])
	}
	return out
}

// opening gives the day after the diagnosis that a kind belongs to, or -1 when
// it can come at any time.
func opening(kind string) int {
	switch kind {
	case "referral letter":
		return 0
	case "pathology report":
		return 12
	case "treatment plan":
		return 18
	case "consent form":
		return 21
	}
	return -1
}

// snap moves blood tests of patients on chemotherapy to the nearest day they
// are taken: before a cycle, towards the nadir, at it, on recovery.
func snap(p *Panel, pt *Patient, kind string, days int) int {
	day, _, on := p.chemoDay(pt, days)
	if pt.story != storyChemo || kind != "laboratory report" || !on {
		return days
	}
	nearest := 1
	for _, d := range []int{8, nadir, 15, 19} {
		if max(d-day, day-d) < max(nearest-day, day-nearest) {
			nearest = d
		}
	}
	return days - day + nearest
}

// filer turns plans into documents.
type filer struct {
	panel *Panel
	kinds map[string]kind
	labs  int // reports of the patient at hand so far
	out   []Document
}

func (w *filer) file(patient, nth int, it item) {
	p, k := w.panel, w.kinds[it.kind]
	ref := fmt.Sprintf("d%02d-%03d", patient, nth)
	r := stream(p.Seed, ref)
	f, profile := k.choice(r)
	if patient == 0 && it.kind == "laboratory report" && nth > 24 {
		f, profile = formatDigital, "" // the thick chart is thick, not slow
	}
	if it.way != nil {
		f, profile = it.way.format, it.way.profile
	}
	j := w.job(patient, it)
	d := w.document(patient, ref, k, it, f, profile, r)
	d.Type = k.types[nth%len(k.types)]
	pr := press{format: f, profile: paper.Named(profile), seed: r.Uint64(), title: d.Title, created: p.at(it.days, 12, 0)}
	d.write = func() draft {
		j := j
		j.r = stream(p.Seed, ref+" text")
		return k.write(j)
	}
	d.render = func() (rendered, error) { return pr.print(d.write()) }
	w.out = append(w.out, d)
}

// job sets the scene of a document: which laboratory, which mishap.
func (w *filer) job(patient int, it item) job {
	pt := &w.panel.Patients[patient]
	j := job{panel: w.panel, patient: pt, days: it.days, date: w.panel.day(it.days), lab: wexmoor()}
	if it.kind == "laboratory report" {
		if w.labs++; w.labs%2 == 0 && (pt.story == storyTwoLabs || pt.story == storyCKD) {
			j.lab = brackenfell()
		}
		j.critical, j.haemolysed = it.last, it.last && pt.story == storyHaemolysed
	}
	return j
}

func (w *filer) document(patient int, ref string, k kind, it item, f format, profile string, r *rand.Rand) Document {
	p := w.panel
	by, delay := clerk, r.IntN(4)
	if f == formatJPEG {
		by = nurse
	}
	if f == formatDigital && p.Patients[patient].Clinician != nobody {
		by, delay = p.Patients[patient].Clinician, 0
	}
	uploaded := p.at(min(it.days+delay, -1), 8+r.IntN(9), r.IntN(60))
	if it.fresh {
		uploaded = p.at(0, 6, 20+r.IntN(40))
	}
	return Document{
		Ref: ref, fresh: it.fresh, Patient: patient, Kind: k.name, Title: k.title, MIME: f.mime(), Date: p.day(it.days),
		UploadedAt: uploaded, UploadedBy: by, Scanned: f.scanned(), Profile: profile, Filename: filename(f, profile, k, uploaded, r),
	}
}

// filename is what scanners, fax servers and phones call their files. It never
// holds the patient's name.
func filename(f format, profile string, k kind, at time.Time, r *rand.Rand) string {
	day := core.DateOf(at).String()
	switch {
	case f == formatJPEG:
		return fmt.Sprintf("IMG_%s_%s.jpg", strings.ReplaceAll(day, "-", ""), at.Format("1504"))
	case profile == "fax":
		return fmt.Sprintf("FAX%05d%s", r.IntN(100_000), f.extension())
	case f.scanned():
		return fmt.Sprintf("scan%04d%s", r.IntN(10_000), f.extension())
	}
	return strings.ReplaceAll(k.name, " ", "-") + "-" + day + f.extension()
}
