//go:build unix

package external

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program that leaves a pipe where a file belongs, or names one as its input,
// makes nobody wait.
func TestAPipeInAFilesPlaceIsNotOpened(t *testing.T) {
	r := left(t, nil)
	for _, path := range []string{filepath.Join(r.out(), logName), r.path("ended.json")} {
		require.NoError(t, syscall.Mkfifo(path, 0o600))
		both, err := os.OpenFile(path, os.O_RDWR, 0)
		require.NoError(t, err)
		defer both.Close()
	}
	_, err := r.readLog()
	assert.ErrorContains(t, err, "it is a named pipe, not a regular file")
	assert.Nil(t, r.before())
	_, err = digestOf(r.path("ended.json"))
	assert.EqualError(t, err, r.path("ended.json")+": it is a named pipe, not a regular file")
	seen := 0
	newFollower(r, func(images int) { seen++ }).look()
	assert.Zero(t, seen)
}
