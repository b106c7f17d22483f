package tesseract

import (
	"errors"
	"math"
	"os"
	"strconv"
	"strings"

	"clinician/internal/clients/child"
	"clinician/internal/core"
)

// environment is what the program gets to know: where its languages are, and to
// use one thread (its own threads make it many times slower, see OMP docs).
func environment() []string {
	env := []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C", child.LargeBlocks}
	for _, name := range []string{"PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

var errTSV = errors.New("tesseract: malformed TSV")

// parseTSV reads the program's table: level, page, block, paragraph, line, word,
// left, top, width, height, confidence, text. Only words (level 5) with a
// confidence and some text are kept. Lines are numbered from 1 in the order met.
func parseTSV(b []byte) ([]core.Word, error) {
	text := string(b)
	if text == "" {
		return nil, nil
	}
	head, text, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(head, "level\t") {
		return nil, errTSV
	}
	var words []core.Word
	line, key := 0, [3]int{-1, -1, -1}
	for row := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", 12)
		if len(f) < 11 || f[0] != "5" {
			continue
		}
		if len(f) == 11 || strings.TrimSpace(f[11]) == "" {
			continue
		}
		var n [10]int
		for i := range n {
			v, err := strconv.Atoi(f[i])
			if err != nil {
				return nil, errTSV
			}
			n[i] = v
		}
		conf, err := strconv.ParseFloat(f[10], 64)
		if err != nil || math.IsNaN(conf) {
			return nil, errTSV
		}
		if conf < 0 {
			continue
		}
		if k := [3]int{n[2], n[3], n[4]}; k != key {
			key = k
			line++
		}
		conf = min(conf, 100)
		words = append(words, core.Word{
			Text: strings.TrimSpace(strings.ToValidUTF8(f[11], "\ufffd")), Confidence: &conf, Line: line,
			Box: core.Box{X: n[6], Y: n[7], W: n[8], H: n[9]},
		})
	}
	return words, nil
}
