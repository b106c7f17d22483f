package tesseract

import (
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// give hands the picture to the program as a file that exists in memory only,
// and gives the name under which the program opens it. The program reads a file
// at once; its standard input it reads byte by byte, which costs a fifth of the
// CPU of a page. The caller calls done when the program has ended.
func give(cmd *exec.Cmd, picture [][]byte) (name string, done func(), err error) {
	fd, err := unix.MemfdCreate("page", unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, err
	}
	f := os.NewFile(uintptr(fd), "page")
	for _, part := range picture {
		if _, err := f.Write(part); err != nil {
			f.Close()
			return "", nil, err
		}
	}
	cmd.ExtraFiles = []*os.File{f} // becomes descriptor 3
	return "/proc/self/fd/3", func() { f.Close() }, nil
}
