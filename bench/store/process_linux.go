package store

import (
	"bytes"
	"fmt"
	"os"
)

// boot identifies the machine since its start.
func boot() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(text))
}

// processStart returns when a process began, in ticks since the machine did:
// field 22 of its stat, counted behind the name, which may hold anything.
func processStart(process int) (started string, alive bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return "", false
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 20 {
		return "", false
	}
	return string(fields[19]), true
}
