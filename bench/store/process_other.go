//go:build !linux

package store

import (
	"os"
	"runtime"
	"syscall"
)

func boot() string { return "" }

// processStart finds the process alone; when it began is not known here.
func processStart(process int) (started string, alive bool) {
	p, err := os.FindProcess(process)
	if err != nil {
		return "", false
	}
	defer p.Release()
	return "", runtime.GOOS == "windows" || p.Signal(syscall.Signal(0)) == nil
}
