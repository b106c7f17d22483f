//go:build (amd64 || arm64) && !static

package numbers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// The functions of ONNX Runtime's C interface are had from one table. Their places in
// it are fixed for good; new ones are added at its end.
const (
	interfaceVersion = 16

	getErrorMessage     = 2
	createEnv           = 3
	createSession       = 7
	runSession          = 9
	createOptions       = 10
	disableArena        = 19
	setOptimization     = 23
	setIntraOpThreads   = 24
	getInputName        = 36
	getOutputName       = 37
	createTensor        = 49
	getTensorData       = 51
	getDimensionsCount  = 61
	getDimensions       = 62
	getTypeAndShape     = 65
	createCPUMemoryInfo = 69
	getAllocator        = 78
	releaseStatus       = 93
	releaseValue        = 96
	releaseShape        = 99
	appendCUDA          = 204
	createCUDAOptions   = 205

	tableLength = createCUDAOptions + 1
)

// Values of the interface's enumerations.
const (
	logErrors        = 3
	floatType        = 1
	arena            = 1
	defaultMem       = 0
	allOptimizations = 99
)

// onnx is a model that was loaded with ONNX Runtime. It is never unloaded: the process
// ends instead.
type onnx struct {
	api           *[tableLength]uintptr
	session       uintptr
	memory        uintptr
	input, output uintptr   // names
	values        []float32 // of the last run's output
	info          loaded
}

// load loads the library and the model of a directory.
func load(dir string) (model, error) {
	lib, err := purego.Dlopen(filepath.Join(dir, libraryFile), purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", libraryFile, err)
	}
	getBase, err := purego.Dlsym(lib, "OrtGetApiBase")
	if err != nil {
		return nil, fmt.Errorf("%s is not ONNX Runtime: %w", libraryFile, err)
	}
	base := at[[2]uintptr](call(getBase)) // the table of a version, the version's name
	table := call(base[0], interfaceVersion)
	if table == 0 {
		return nil, fmt.Errorf("ONNX Runtime %s has no interface of version %d", text(call(base[1])), interfaceVersion)
	}
	o := &onnx{api: at[[tableLength]uintptr](table)}
	o.info.Version = text(call(base[1]))
	if err := o.open(dir); err != nil {
		return nil, err
	}
	return o, nil
}

func (o *onnx) open(dir string) error {
	var env, allocator uintptr
	name := cString("clinician")
	if err := o.do(createEnv, logErrors, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&env))); err != nil {
		return err
	}
	o.info.Device = "cpu"
	if _, err := os.Stat(filepath.Join(dir, cudaFile)); err == nil {
		if err := o.newSession(env, dir, true); err == nil {
			o.info.Device = "cuda"
		} else {
			o.info.Note = "no session on CUDA: " + err.Error()
		}
	}
	if o.info.Device == "cpu" {
		if err := o.newSession(env, dir, false); err != nil {
			return err
		}
	}
	return errors.Join(
		o.do(createCPUMemoryInfo, arena, defaultMem, uintptr(unsafe.Pointer(&o.memory))),
		o.do(getAllocator, uintptr(unsafe.Pointer(&allocator))),
		o.do(getInputName, o.session, 0, allocator, uintptr(unsafe.Pointer(&o.input))),
		o.do(getOutputName, o.session, 0, allocator, uintptr(unsafe.Pointer(&o.output))))
}

// newSession loads the model, for one thread: pages are read side by side already.
func (o *onnx) newSession(env uintptr, dir string, cuda bool) error {
	var options uintptr
	if err := o.do(createOptions, uintptr(unsafe.Pointer(&options))); err != nil {
		return err
	}
	err := errors.Join(
		o.do(setIntraOpThreads, options, 1),
		o.do(setOptimization, options, allOptimizations),
		o.do(disableArena, options)) // it keeps the memory of the longest line for good
	if cuda {
		var provider uintptr
		if err := o.do(createCUDAOptions, uintptr(unsafe.Pointer(&provider))); err != nil {
			return err
		}
		err = errors.Join(err, o.do(appendCUDA, options, provider))
	}
	if err != nil {
		return err
	}
	path := cString(filepath.Join(dir, modelFile))
	return o.do(createSession, env, uintptr(unsafe.Pointer(path)), options, uintptr(unsafe.Pointer(&o.session)))
}

func (o *onnx) about() loaded { return o.info }

// run gives the probabilities of each class in each step along a line, until the next run.
func (o *onnx) run(values []float32, width int) (probabilities []float32, classes int, err error) {
	shape := [4]int64{1, 3, lineHeight, int64(width)}
	var in, out uintptr
	err = o.do(createTensor, o.memory, uintptr(unsafe.Pointer(&values[0])), uintptr(4*len(values)), uintptr(unsafe.Pointer(&shape[0])), 4, floatType, uintptr(unsafe.Pointer(&in)))
	if err == nil {
		err = o.do(runSession, o.session, 0, uintptr(unsafe.Pointer(&o.input)), uintptr(unsafe.Pointer(&in)), 1, uintptr(unsafe.Pointer(&o.output)), 1, uintptr(unsafe.Pointer(&out)))
		o.release(releaseValue, in)
	}
	runtime.KeepAlive(values)
	if err != nil {
		return nil, 0, err
	}
	defer o.release(releaseValue, out)
	var about uintptr
	if err := o.do(getTypeAndShape, out, uintptr(unsafe.Pointer(&about))); err != nil {
		return nil, 0, err
	}
	defer o.release(releaseShape, about)
	var rank uintptr
	var dims [3]int64
	if err := o.do(getDimensionsCount, about, uintptr(unsafe.Pointer(&rank))); err != nil {
		return nil, 0, err
	}
	if rank != 3 {
		return nil, 0, fmt.Errorf("the model's output has %d dimensions", rank)
	}
	var data uintptr
	if err := errors.Join(o.do(getDimensions, about, uintptr(unsafe.Pointer(&dims[0])), 3), o.do(getTensorData, out, uintptr(unsafe.Pointer(&data)))); err != nil {
		return nil, 0, err
	}
	n := dims[1] * dims[2]
	if dims[0] != 1 || dims[1] < 0 || dims[2] < 2 || n > 1<<26 {
		return nil, 0, fmt.Errorf("the model's output is %v", dims)
	}
	o.values = append(o.values[:0], unsafe.Slice(at[float32](data), n)...)
	return o.values, int(dims[2]), nil
}

// do calls a function of the table that gives a status. What arguments point to stays
// where it is until then, when they are written as uintptr(unsafe.Pointer(p)).
//
//go:uintptrescapes
func (o *onnx) do(function int, args ...uintptr) error {
	status := call(o.api[function], args...)
	if status == 0 {
		return nil
	}
	err := fmt.Errorf("ONNX Runtime: %s", text(call(o.api[getErrorMessage], status)))
	o.release(releaseStatus, status)
	return err
}

func (o *onnx) release(function int, what uintptr) { call(o.api[function], what) }

//go:uintptrescapes
func call(function uintptr, args ...uintptr) uintptr {
	r, _, _ := purego.SyscallN(function, args...)
	return r
}

// at is what the library keeps at an address.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

func cString(s string) *byte { return unsafe.SliceData(append([]byte(s), 0)) }

// text copies a text of the library.
func text(address uintptr) string {
	const longest = 4096
	if address == 0 {
		return ""
	}
	p := unsafe.Pointer(at[byte](address))
	n := 0
	for n < longest && *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
