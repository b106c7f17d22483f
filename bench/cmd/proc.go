package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// used is processor time in seconds up to now.
type used struct {
	machine float64 // all work of the machine
	subject float64 // of a process and its children, also those that ended
	self    float64 // of this program
	rss     float64 // of the process and its children, in MiB
}

// ticks is how many units of /proc there are in a second, on all Linux systems of Go.
const ticks = 100

// usage reads /proc. On a system without it everything is 0.
func usage(pid int) used {
	u := used{}
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err == nil {
		u.self = float64(self.Utime.Nano()+self.Stime.Nano()) / 1e9
	}
	if stat, err := os.ReadFile("/proc/stat"); err == nil {
		line, _, _ := strings.Cut(string(stat), "\n")
		for i, f := range strings.Fields(line) {
			if n, err := strconv.ParseFloat(f, 64); err == nil && i != 4 && i != 5 && i <= 8 { // neither idle nor waiting for a disk
				u.machine += n / ticks
			}
		}
	}
	all := processes()
	for id := range all {
		if !descends(all, id, pid) {
			continue
		}
		u.subject += all[id].cpu
		u.rss += all[id].rss
	}
	return u
}

type process struct {
	parent   int
	cpu, rss float64
}

func processes() map[int]process {
	all := map[int]process{}
	dirs, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, path := range dirs {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		// The name in brackets may hold anything; what follows are numbers (proc(5)).
		f := strings.Fields(string(b)[strings.LastIndexByte(string(b), ')')+1:])
		if len(f) < 22 {
			continue
		}
		num := func(i int) float64 { n, _ := strconv.ParseFloat(f[i], 64); return n } // 0 for what is no number
		all[id] = process{parent: int(num(1)), cpu: (num(11) + num(12) + num(13) + num(14)) / ticks,
			rss: num(21) * float64(os.Getpagesize()) / (1 << 20)}
	}
	return all
}

// descends reports whether a process is ancestor or below it.
func descends(all map[int]process, id, ancestor int) bool {
	for range 32 {
		if id == ancestor {
			return true
		}
		p, ok := all[id]
		if !ok || p.parent <= 1 {
			return false
		}
		id = p.parent
	}
	return false
}
