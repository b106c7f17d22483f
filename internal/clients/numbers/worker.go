package numbers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"clinician/internal/clients/child"
	"clinician/internal/core"
	"clinician/internal/core/raster"
)

// The files of the directory.
const (
	libraryFile    = "libonnxruntime.so.1"
	cudaFile       = "libonnxruntime_providers_cuda.so"
	modelFile      = "recognition.onnx"
	charactersFile = "characters.txt"
)

// hello tells a new child where its library and model are.
type hello struct {
	Dir   string `json:"dir"`
	Spare bool   `json:"spare"` // it gets what other processes leave
}

// loaded is the child's first answer.
type loaded struct {
	Error   string `json:"error,omitempty"` // "" means it reads
	Version string `json:"version"`         // of the library
	Device  string `json:"device"`          // where the model was loaded: "cpu", "cuda"
	Note    string `json:"note,omitempty"`  // why not where it could have been
}

// request asks for lines to be read. The payload are their pixels, one after the other.
type request struct {
	Lines []size `json:"lines"`
}

type size struct {
	W int `json:"w"`
	H int `json:"h"`
}

// answer is the reply. Its payload is a core.LineText for each line, as JSON.
type answer struct {
	Error string `json:"error,omitempty"`
}

// Limits of what a child may be asked. No page comes near them.
const (
	mostLines  = 4096
	mostPixels = 256 << 20
)

// What a child may use once its model is loaded. Files that are open stay open and no
// further ones can be had, so that it reaches neither files nor network.
const (
	dataLimit   = 1 << 30
	cudaLimit   = 32 << 30 // the driver reserves its address space as data
	memoryLimit = 64 << 20
	loadCPU     = 60
	linesCPU    = 120
)

// model is what reads one line.
type model interface {
	about() loaded
	// run gives the probabilities of each class in each step along a line; they are good
	// until the next run.
	run(values []float32, width int) (probabilities []float32, classes int, err error)
}

// WorkerMain reads numbers until its standard input ends and gives the exit code.
func WorkerMain() int {
	debug.SetMemoryLimit(memoryLimit)
	return child.Serve(serve)
}

func serve(in io.Reader, out *bufio.Writer) error {
	var h hello
	if _, err := child.ReadFrame(in, &h); err != nil {
		return err
	}
	if h.Spare {
		child.Yield()
	}
	child.AllowCPU(loadCPU)
	w, err := newWorker(h.Dir)
	if err != nil {
		return child.Reply(out, loaded{Error: err.Error()}, nil)
	}
	limit := uint64(dataLimit)
	if w.model.about().Device == "cuda" {
		limit = cudaLimit
	}
	if err := child.LimitSelf(limit, 0); err != nil {
		return err
	}
	if err := child.Reply(out, w.model.about(), nil); err != nil {
		return err
	}
	for {
		var r request
		pixels, err := child.ReadFrame(in, &r)
		if err != nil {
			return err
		}
		child.AllowCPU(linesCPU)
		var a answer
		texts, err := w.read(r.Lines, pixels)
		if err != nil {
			a.Error = err.Error()
		}
		payload, err := json.Marshal(texts)
		if err != nil {
			return err
		}
		if err := child.Reply(out, a, payload); err != nil {
			return err
		}
	}
}

// worker is a model with the characters it gives.
type worker struct {
	model model
	alphabet
}

func newWorker(dir string) (worker, error) {
	list, err := os.Open(filepath.Join(dir, charactersFile))
	if err != nil {
		return worker{}, err
	}
	defer list.Close()
	var w worker
	if w.alphabet, err = readAlphabet(list); err != nil {
		return worker{}, err
	}
	w.model, err = load(dir)
	return w, err
}

// read gives the texts of the lines whose pixels follow each other.
func (w worker) read(lines []size, pixels []byte) (texts []core.LineText, err error) {
	defer func() {
		if p := recover(); p != nil {
			texts, err = nil, fmt.Errorf("panic: %T", p)
		}
	}()
	if len(lines) > mostLines {
		return nil, errTooMuch
	}
	for _, l := range lines {
		if l.W < 1 || l.H < 1 || l.W > mostPixels/l.H || l.W*l.H > len(pixels) {
			return nil, errTooMuch
		}
		g := &raster.Gray{Pix: pixels[:l.W*l.H], W: l.W, H: l.H}
		pixels = pixels[l.W*l.H:]
		text, err := w.line(g)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}

var errTooMuch = errors.New("numbers: more lines or pixels than a page has, or fewer than promised")

func (w worker) line(g *raster.Gray) (core.LineText, error) {
	scaledLine, factor := scaled(g)
	values, width := input(scaledLine)
	probabilities, classes, err := w.model.run(values, width)
	if err != nil || classes == 0 {
		return core.LineText{}, err
	}
	steps := len(probabilities) / classes
	var t core.LineText
	for _, s := range w.decode(probabilities, classes) {
		t.Characters = append(t.Characters, core.LineCharacter{
			Text:       string(s.r),
			Confidence: float64(s.sure) * 100,
			X:          min(g.W-1, int((float64(s.step)+0.5)*float64(width)/float64(steps)/factor)),
		})
	}
	return t, nil
}
