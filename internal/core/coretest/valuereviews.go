package coretest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"clinician/internal/core"
)

func valuesReviews(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	f.Read(t, rec, "Hb=118 g/L\nK=4.0 mmol/L\nNa=139")
	say := func(id string, r core.Review) core.Value {
		t.Helper()
		r.By = f.UserID
		v, err := f.Values.Review(ctx, rec, id, core.NewReview{Review: r}, f.event(core.EventValueReviewed))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	say("p1-Hb", core.Review{Status: core.ReviewRejected, Reason: "no"})
	if v := say("p1-Hb", core.Review{Status: core.ReviewVerified}); v.Review == nil || v.Review.At.IsZero() {
		t.Errorf("answer: %+v", v)
	}
	say("p1-K", core.Review{Status: core.ReviewCorrected, Text: "4.9", Unit: "mmol/L"})
	if _, err := f.Values.Review(ctx, rec, "p1-X", core.NewReview{Review: core.Review{Status: core.ReviewVerified, By: f.UserID}}, f.event(core.EventValueReviewed)); !core.IsNotFound(err) {
		t.Errorf("no such value: %v", err)
	}
	check := func(when string, want map[string]core.ReviewStatus, orphaned ...string) {
		t.Helper()
		d := f.newest(t, rec)
		for _, v := range d.Values {
			got := core.ReviewStatus("")
			if v.Review != nil {
				got = v.Review.Status
				if v.Review.ByName != "Ann Lee" || v.Review.By != f.UserID {
					t.Errorf("%s: by %+v", when, v.Review)
				}
			}
			if got != want[v.ID] {
				t.Errorf("%s: %s is %q, want %q", when, v.ID, got, want[v.ID])
			}
		}
		var left []string
		for _, o := range d.Orphaned {
			left = append(left, o.Value.ID+"="+o.Value.Text+":"+o.Value.Review.Text)
		}
		if !slices.Equal(left, orphaned) {
			t.Errorf("%s: orphaned %v, want %v", when, left, orphaned)
		}
	}
	check("at first", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified, "p1-K": core.ReviewCorrected})
	f.Read(t, rec, "Hb=118 g/L\nK=4.0 mmol/L")
	check("read again", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified, "p1-K": core.ReviewCorrected})
	f.Read(t, rec, "Hb=118 g/dL\nK=4.8 mmol/L") // another unit, another number
	check("read differently", nil, "p1-Hb=118:", "p1-K=4.0:4.9")
	f.Read(t, rec, "Hb=118 g/L L") // a low one is another finding
	check("read with another flag", nil, "p1-Hb=118:", "p1-K=4.0:4.9")
	f.Read(t, rec, "Hb=118 g/L")
	check("read as before", map[string]core.ReviewStatus{"p1-Hb": core.ReviewVerified}, "p1-K=4.0:4.9")
	for _, id := range []string{"p1-Hb", "p1-K"} {
		if v, err := f.Values.UndoReview(ctx, rec, id, "", f.UserID, f.event(core.EventValueReviewed)); err != nil || v.Review != nil || v.ID != id {
			t.Errorf("undo %s: %+v, %v", id, v, err)
		}
	}
	if _, err := f.Values.UndoReview(ctx, rec, "p1-Hb", "", f.UserID, f.event(core.EventValueReviewed)); !core.IsNotFound(err) {
		t.Errorf("undo twice: %v", err)
	}
	check("undone", nil)
	if n := f.count(t, core.EventValueReviewed); n != 5 {
		t.Errorf("%d events for five acts that worked", n)
	}
}

// outdated checks that err refuses a change because of what stands, and gives that.
func outdated(t *testing.T, what string, err error, who string, status core.ReviewStatus, reason string) core.Value {
	t.Helper()
	var e *core.Error
	now, ok := core.Current[core.Value](err)
	if !errors.As(err, &e) || e.Code != core.CodeConflict || !ok || !strings.Contains(e.Message, who) {
		t.Fatalf("%s: %+v, want a conflict with what %s did", what, err, who)
	}
	r := now.Review
	if status == "" && r != nil || status != "" && (r == nil || r.Status != status || r.Reason != reason || r.ByName != who || r.At.IsZero()) {
		t.Fatalf("%s: it stands as %+v", what, r)
	}
	if reason != "" && strings.Contains(e.Message, reason) {
		t.Errorf("%s: the message quotes what was written: %q", what, e.Message)
	}
	return now
}

func valuesSeen(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	f.Read(t, rec, "Hb=118 g/L")
	ev := f.event(core.EventValueReviewed)
	say := func(by int64, seen string, status core.ReviewStatus, reason string) (core.Value, error) {
		return f.Values.Review(ctx, rec, "p1-Hb", core.NewReview{Review: core.Review{Status: status, Reason: reason, By: by}, Seen: seen}, ev)
	}
	undo := func(by int64, seen string) (core.Value, error) {
		return f.Values.UndoReview(ctx, rec, "p1-Hb", seen, by, ev)
	}
	must := func(v core.Value, err error) core.Value {
		t.Helper()
		if err != nil || v.Version == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		return v
	}
	fresh := f.newest(t, rec).Values[0]
	rejected := must(say(f.BenID, fresh.Version, core.ReviewRejected, "another patient"))
	if got := f.newest(t, rec).Values[0].Version; rejected.Version == fresh.Version || got != rejected.Version {
		t.Errorf("versions %q, %q, and listed %q", fresh.Version, rejected.Version, got)
	}
	for what, seen := range map[string]string{"a stale screen": fresh.Version, "no version": "", "made up": "0"} {
		_, err := say(f.UserID, seen, core.ReviewVerified, "")
		now := outdated(t, what, err, "Ben Baker", core.ReviewRejected, "another patient")
		if now.Version != rejected.Version {
			t.Errorf("%s: the version is %q", what, now.Version)
		}
		_, err = undo(f.UserID, seen)
		outdated(t, "undo by "+what, err, "Ben Baker", core.ReviewRejected, "another patient")
	}
	verified := must(say(f.UserID, rejected.Version, core.ReviewVerified, "")) // having seen it
	verified = must(say(f.UserID, "", core.ReviewRejected, "mine"))            // one's own word needs none
	_, err := undo(f.BenID, rejected.Version)
	outdated(t, "undo of what was replaced", err, "Ann Lee", core.ReviewRejected, "mine")
	if back := must(undo(f.BenID, verified.Version)); back.Review != nil || back.Version != fresh.Version {
		t.Errorf("taken back: %+v", back)
	}
	_, err = say(f.UserID, verified.Version, core.ReviewVerified, "")
	outdated(t, "what was taken back", err, "Ben Baker", "", "")
	if _, err = undo(f.UserID, fresh.Version); !core.IsNotFound(err) {
		t.Errorf("undo of nothing: %v", err)
	}
	f.Read(t, rec, "Hb=11.8 g/L")
	_, err = say(f.UserID, fresh.Version, core.ReviewVerified, "")
	outdated(t, "other words", err, "read again", "", "")
	must(say(f.UserID, "", core.ReviewVerified, ""))
	if n := f.count(t, core.EventValueReviewed); n != 5 {
		t.Errorf("%d events for five acts that worked", n)
	}
}

func valuesInDoubt(t *testing.T, f ValuesFixture) {
	ctx, rec := t.Context(), f.Record(t)
	f.Read(t, rec, "RBC=449? /pL\nHb=11.8 g/dL")
	say := func(id string, status core.ReviewStatus, typed string) error {
		_, err := f.Values.Review(ctx, rec, id, core.NewReview{Review: core.Review{Status: status, Text: "4.49", Reason: "x", By: f.UserID}, Typed: typed},
			f.event(core.EventValueReviewed))
		return err
	}
	refused := func(id, typed, want string) {
		t.Helper()
		var e *core.Error
		if err := say(id, core.ReviewVerified, typed); !errors.As(err, &e) || e.Code != core.CodeInvalid || len(e.Fields["value"]) != 1 ||
			!strings.Contains(e.Fields["value"][0], want) {
			t.Errorf("%s verified with %q: %v", id, typed, err)
		}
	}
	refused("p1-RBC", "", "in doubt: a digit was hard to read. Type what is printed")
	refused("p1-RBC", "4.49", "not what was read")
	refused("p1-RBC", "44 9", "not what was read")
	refused("p1-Hb", "118", "not what was read")
	if n := f.count(t, core.EventValueReviewed); n != 0 || f.newest(t, rec).Values[0].Review != nil {
		t.Errorf("%d reviews were stored", n)
	}
	for _, ok := range []struct {
		id     string
		status core.ReviewStatus
		typed  string
	}{{"p1-RBC", core.ReviewCorrected, ""}, {"p1-RBC", core.ReviewRejected, ""}, {"p1-RBC", core.ReviewVerified, " 449"},
		{"p1-RBC", core.ReviewVerified, "449 /pL"}, {"p1-Hb", core.ReviewVerified, ""}, {"p1-Hb", core.ReviewVerified, "11,8"}} {
		if err := say(ok.id, ok.status, ok.typed); err != nil {
			t.Errorf("%s %s with %q: %v", ok.id, ok.status, ok.typed, err)
		}
	}
}

// speaker is somebody who says something of a value, and what came of it.
type speaker struct {
	by     int64
	name   string
	status core.ReviewStatus
	err    error
}

// Of people who say different things of one value at once, one is heard, and the others
// hear of it.
func valuesReviewsAtOnce(t *testing.T, f ValuesFixture) {
	rec := f.Record(t)
	f.Read(t, rec, "Hb=118 g/L")
	for _, seen := range []string{f.newest(t, rec).Values[0].Version, ""} {
		people := []speaker{{f.UserID, "Ann Lee", core.ReviewVerified, nil}, {f.BenID, "Ben Baker", core.ReviewRejected, nil}}
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				p := &people[i]
				_, p.err = f.Values.Review(context.WithoutCancel(t.Context()), rec, "p1-Hb",
					core.NewReview{Review: core.Review{Status: p.status, By: p.by}, Seen: seen}, f.event(core.EventValueReviewed))
			})
		}
		all.Wait()
		won := slices.IndexFunc(people, func(p speaker) bool { return p.err == nil })
		if won < 0 {
			t.Fatalf("nobody was heard: %+v", people)
		}
		winner, loser := people[won], people[1-won]
		outdated(t, "the other", loser.err, winner.name, winner.status, "")
		now := f.newest(t, rec).Values[0]
		if now.Review.By != winner.by || now.Review.Status != winner.status {
			t.Errorf("it stands as %+v, and %s won", now.Review, winner.name)
		}
		if _, err := f.Values.UndoReview(t.Context(), rec, "p1-Hb", now.Version, winner.by, f.event(core.EventValueReviewed)); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count(t, core.EventValueReviewed); n != 4 {
		t.Errorf("%d events for two words that were heard and taken back", n)
	}
}
