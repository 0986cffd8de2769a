package external

import (
	"os"
	"path/filepath"
	"strconv"
)

// holders lists the processes that have a file open, of those that this user may
// look into.
func holders(path string) (processes []int) {
	file, err := os.Stat(path)
	if err != nil {
		return nil
	}
	open, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, name := range open {
		if at, err := os.Stat(name); err == nil && os.SameFile(file, at) {
			process, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(name))))
			if process != os.Getpid() {
				processes = append(processes, process)
			}
		}
	}
	return processes
}
