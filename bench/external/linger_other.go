//go:build !linux

package external

import "os/exec"

// linger would wait until a program has ended without reaping it, which this
// system does not do.
func linger(*exec.Cmd) bool { return false }
