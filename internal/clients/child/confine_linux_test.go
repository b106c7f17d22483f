package child

import (
	"strings"
	"testing"
	"time"
)

func TestNoFileCanBeHadWhenNoneIsAllowed(t *testing.T) {
	t.Parallel()
	r, _, err := ask(t.Context(), start(t), time.Minute, "open")
	if err != nil || !strings.Contains(r.Error, "too many open files") {
		t.Errorf("%+v, %v", r, err)
	}
}
