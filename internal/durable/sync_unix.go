//go:build unix && !solaris && !aix

package durable

import (
	"errors"
	"syscall"
)

// unsyncable reports whether an error says that a folder cannot be synced on
// this file system, which then does without.
func unsyncable(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP)
}
