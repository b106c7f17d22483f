// Package child runs a part of this program in a process of its own, which has
// neither keys nor database nor environment, whose memory, files and time are limited,
// and which answers one question at a time.
//
// The parent's side is Process (process.go); the child's is Serve, LimitSelf and
// AllowCPU; what they say to each other are frames (frame.go). Packages pages and
// numbers say what is asked and answered.
package child
