// Package numbers reads single lines of print, words with numbers above all, with a
// second engine: ONNX Runtime and the recognition model of PP-OCRv4, from a directory
// that scripts/setup number-reader fills. It implements core.NumberReader.
//
// Start at Reader.ReadLines (reader.go), the parent's side. worker.go is the child's,
// a process of the same program under the limits of package child. In it, and only
// there, runtime_linux.go loads the library, without cgo; prepare.go makes a picture
// what the model takes, and decode.go text of what it gives. Where the library cannot
// be loaded (other systems, and programs built with the tag "static"), everything works
// but answers that it is not available.
//
// Every program (and test binary) that reads numbers must give the child its turn first
// thing in main:
//
//	if numbers.IsWorker(os.Args) {
//		os.Exit(numbers.WorkerMain())
//	}
package numbers
