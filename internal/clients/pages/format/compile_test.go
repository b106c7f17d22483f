package format

import "testing"

// One compiles, the others wait for it, and who comes later does not wait at all.
func TestCompilingOnce(t *testing.T) {
	dir := t.TempDir()
	ended := compileOnce(dir)
	second := make(chan func(bool))
	go func() { second <- compileOnce(dir) }()
	select {
	case <-second:
		t.Fatal("two compile at once")
	default:
	}
	ended(true)
	(<-second)(true)

	waiting, err := lockFile(dir + "/compiling.lock")
	if err != nil {
		t.Skip("no locks here: ", err)
	}
	defer waiting()
	compileOnce(dir)(true)
}
