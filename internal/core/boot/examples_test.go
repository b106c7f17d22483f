package boot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"time"
)

// What differs each time the examples are recorded. A name made by chance has a digit, so
// that no word of an example is taken for one.
var (
	jwt      = regexp.MustCompile(`"eyJ[\w-]+\.[\w-]+\.[\w-]+"`)
	port     = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	instant  = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)
	uuid     = regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)
	hexName  = regexp.MustCompile(`\b([0-9a-f]{20}|[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{64})\b`)
	base32ID = regexp.MustCompile(`\b[a-z2-7]{26}([a-z2-7]{26})?\b`)
	refresh  = regexp.MustCompile(`"refresh":"[\w-]{43}"`)
	took     = regexp.MustCompile(`"(seconds|processing_time|timestamp|lag_ms|latency_ms|uptime_seconds)":[0-9.e+-]+`)
	position = regexp.MustCompile(`"next":"\d+"`)
)

// recordedAt is the moment at which the first of the examples' times is shown.
var recordedAt = time.Date(2026, 11, 24, 9, 20, 0, 0, time.UTC)

// steady writes what chance and the clock put into the answers of one operation as
// something that is the same each time: names are numbered in the order they come in, and
// times are minutes apart in the order they were. So examples change only with the API.
type steady struct {
	names map[string]string
	times map[string]string
}

// newSteady takes everything that was recorded of one operation.
func newSteady(all ...json.RawMessage) *steady {
	s := &steady{names: map[string]string{}, times: map[string]string{}}
	moments := map[time.Time][]string{}
	for _, raw := range all {
		for _, text := range instant.FindAllString(string(raw), -1) {
			if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
				moments[at] = append(moments[at], text)
			}
		}
	}
	for i, at := range slices.SortedFunc(maps.Keys(moments), time.Time.Compare) {
		for _, text := range moments[at] {
			s.times[text] = recordedAt.Add(time.Duration(i) * time.Minute).Format(time.RFC3339)
		}
	}
	return s
}

func (s *steady) name(format string) func([]byte) []byte {
	return func(b []byte) []byte {
		if !bytes.ContainsAny(b, "0123456789") {
			return b
		}
		if s.names[string(b)] == "" {
			s.names[string(b)] = fmt.Sprintf(format, len(s.names)+1)
		}
		return []byte(s.names[string(b)])
	}
}

func (s *steady) write(raw []byte) []byte {
	raw = jwt.ReplaceAll(raw, []byte(`"eyJhbGciOiJIUzI1NiIs…"`))
	raw = port.ReplaceAll(raw, []byte("http://127.0.0.1:8003"))
	raw = refresh.ReplaceAll(raw, []byte(`"refresh":"…"`))
	raw = took.ReplaceAll(raw, []byte(`"$1":1.5`))
	raw = position.ReplaceAll(raw, []byte(`"next":"50"`))
	raw = instant.ReplaceAllFunc(raw, func(b []byte) []byte { return []byte(s.times[string(b)]) })
	raw = uuid.ReplaceAllFunc(raw, s.name("6f1c2d3e-0000-4000-8000-%012d"))
	raw = base32ID.ReplaceAllFunc(raw, s.name("k4zq7w3xm5t2hcbn6ry2jd%04d"))
	return hexName.ReplaceAllFunc(raw, func(b []byte) []byte {
		return s.name(fmt.Sprintf("3b9c%%0%dd", len(b)-4))(b)
	})
}

// finish wants everything to have been called, and writes the examples when asked to.
func (w *walk) finish() {
	for id := range w.ops {
		if !w.seen[id] {
			w.t.Errorf("%s was never called", id)
		}
	}
	if !*recordExamples || w.t.Failed() {
		return
	}
	for _, e := range w.examples {
		e.Request = w.shorter(e.Request)
		all := []json.RawMessage{e.Request}
		statuses := slices.Sorted(maps.Keys(e.Answers))
		for _, status := range statuses {
			e.Answers[status] = w.shorter(e.Answers[status])
			all = append(all, e.Answers[status])
		}
		s := newSteady(all...)
		e.Request = s.write(e.Request)
		for _, status := range statuses {
			e.Answers[status] = s.write(e.Answers[status])
		}
	}
	b, err := json.MarshalIndent(w.examples, "", " ")
	ok(w.t, err)
	ok(w.t, os.WriteFile("../apidoc/examples.json", append(b, '\n'), 0o644))
}

// shorter cuts long lists.
func (w *walk) shorter(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return nil
	}
	var out bytes.Buffer
	ok(w.t, cutLists(json.NewDecoder(bytes.NewReader(raw)), &out))
	return out.Bytes()
}

// longest is how many items of a list an example shows.
const longest = 2

// cutLists copies one value, in its order, with long lists cut.
func cutLists(d *json.Decoder, out io.Writer) error {
	d.UseNumber()
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, isDelim := t.(json.Delim)
	if !isDelim {
		b, err := json.Marshal(t)
		_, _ = out.Write(b)
		return err
	}
	_, _ = io.WriteString(out, open.String())
	for n := 0; d.More(); n++ {
		to := out
		if open == '[' && n >= longest {
			to = io.Discard
		}
		if n > 0 {
			_, _ = io.WriteString(to, ",")
		}
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			fmt.Fprintf(to, "%q:", name)
		}
		if err := cutLists(d, to); err != nil {
			return err
		}
	}
	end, err := d.Token()
	if err == nil {
		_, err = io.WriteString(out, end.(json.Delim).String())
	}
	return err
}
