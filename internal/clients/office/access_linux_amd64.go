package office

import "golang.org/x/sys/unix"

// askAccess is the call by which the program asks what it may do with a file, and askMode
// which of its arguments names that.
const askAccess, askMode = unix.SYS_ACCESS, 1
