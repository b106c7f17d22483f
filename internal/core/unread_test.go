package core_test

import (
	"slices"
	"testing"

	"clinician/internal/core"
)

func TestAPageThatLeavesSomethingIsNotSimplyRead(t *testing.T) {
	t.Parallel()
	file := core.Unread{Kind: core.UnreadAttachment, Name: "a.pdf", Message: "The file “a.pdf” was not read."}
	for before, want := range map[string]string{
		core.PageRead: core.PagePartial, core.PageEmpty: core.PagePartial, "": core.PagePartial, core.PageFailed: core.PageFailed,
	} {
		p := core.Page{Number: 2, Status: before, Steps: []string{"deskew 1.0°"}}
		p.Leaves(file)
		p.Leaves(file) // said once
		p.Leaves()
		if p.Status != want || len(p.Unread) != 1 || !slices.Equal(p.Steps, []string{"deskew 1.0°", "not read: attachment"}) {
			t.Errorf("%q became %+v", before, p)
		}
		if lines := core.UnreadOf([]core.Page{{Number: 1}, p}); !slices.Equal(lines, []string{"Page 2: The file “a.pdf” was not read."}) {
			t.Errorf("lines %q", lines)
		}
	}
	p := core.Page{Status: core.PageRead}
	if p.Leaves(); p.Status != core.PageRead {
		t.Errorf("a page that lacks nothing became %q", p.Status)
	}
}
