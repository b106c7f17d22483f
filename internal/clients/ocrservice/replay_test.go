package ocrservice

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"clinician/internal/clients/sibling"
	"clinician/internal/clients/siblingtest"
	"clinician/internal/core"
)

// recorded gives a client of a server that gives the recorded answers, and who asked
// the first of the questions.
func recorded(t *testing.T, names ...string) (*Client, core.Acting, []siblingtest.Exchange) {
	t.Helper()
	list := siblingtest.Load(t, names...)
	c, _ := client(t, siblingtest.ReplayInOrder(t, list...).URL)
	return c, core.Acting{Token: core.NewToken(list[0].Token())}, list
}

func idOf(e siblingtest.Exchange) string { return strings.Split(e.Request.Path, "/")[4] }

func TestRecordedSubmits(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ocr_submit_pdf_202":        "e575648b-a1ed-4873-bfd6-ade4986ad518",
		"ocr_submit_pdf_second_202": "f6f430c9-dbdc-4949-8db9-ee5a4e5976d1",
		"ocr_submit_broken_pdf_202": "7467f62b-96d6-4e0a-b5c6-9706ad67ebbf",
	} {
		c, by, list := recorded(t, name)
		file, content := list[0].Content()
		id, err := c.submit(t.Context(), by, sibling.File{Field: "file", Name: file, MIME: core.MIMEPDF, Size: int64(len(content)), Content: bytes.NewReader(content)})
		if err != nil || id != want {
			t.Errorf("%s: %q, %v", name, id, err)
		}
	}
}

func TestRecordedStates(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"ocr_status_1page_running": "pending", "ocr_status_5page_running": "processing",
		"ocr_status_cancelled_200": "cancelled", "ocr_status_done_200": "completed", "ocr_status_failed_200": "failed"} {
		c, by, list := recorded(t, name)
		j, err := c.status(t.Context(), by, idOf(list[0]))
		if err != nil || j.Status != want || (j.Result != nil) != (want == "completed") {
			t.Errorf("%s: %+v, %v", name, j, err)
		}
		if want == "completed" && (!strings.HasPrefix(j.Result.Text, "CITY GENERAL HOSPITAL") || !strings.HasSuffix(j.Result.Text, "Page 1") || j.Result.GPU) {
			t.Errorf("%s: %+v", name, j.Result)
		}
	}
}

// Refusals are told apart, and nothing of their text is passed on.
func TestRecordedRefusals(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]core.Code{"ocr_no_token_401": core.CodeEngineMissing, "ocr_bad_token_401": core.CodeEngineMissing,
		"ocr_expired_token_401": core.CodeEngineMissing, "ocr_result_404": core.CodeNotFound, "ocr_result_other_user_403": core.CodeBadGateway} {
		c, by, list := recorded(t, name)
		var err error
		if strings.HasSuffix(list[0].Request.Path, "/result/") {
			_, err = c.result(t.Context(), by, idOf(list[0]))
		} else {
			_, err = c.ask(t.Context(), by, list[0].Request.Path)
		}
		if core.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordedCancels(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ocr_cancel_200", "ocr_cancel_done_400"} {
		c, by, list := recorded(t, name)
		if err := c.cancel(t.Context(), by, idOf(list[0])); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecordedHealth(t *testing.T) {
	t.Parallel()
	c, _, _ := recorded(t, "ocr_health_200")
	if _, err := c.Info(context.Background()); err != nil {
		t.Error(err)
	}
}
