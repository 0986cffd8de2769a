//go:build !linux

package external

// holders lists the processes that have a file open, which this system does not
// tell.
func holders(string) []int { return nil }
