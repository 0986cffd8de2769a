//go:build unix

package regular

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatHasNoEndIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	both, err := os.OpenFile(pipe, os.O_RDWR, 0) // so that a wrong program reads what never ends, and does not wait at the opening
	require.NoError(t, err)
	defer both.Close()
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(pipe, link))
	socket := filepath.Join(dir, "s")
	if l, err := net.Listen("unix", socket); err == nil { // a long path is none for a socket
		defer l.Close()
	} else {
		socket = ""
	}
	for path, says := range map[string]string{
		pipe:                        "it is a named pipe, not a regular file",
		link:                        "it is a named pipe, not a regular file",
		dir:                         "it is a folder, not a regular file",
		"/dev/zero":                 "it is a device, not a regular file",
		socket:                      "it is a socket, not a regular file",
		filepath.Join(dir, "other"): "no such file or directory",
	} {
		if path == "" {
			continue
		}
		_, err := Open(path)
		assert.EqualError(t, err, says, path)
		_, err = ReadFile(path, 10)
		assert.EqualError(t, err, path+": "+says)
	}
	_, err = Open(filepath.Join(dir, "other"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestAFileIsReadWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ten")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x", 10)), 0o600))
	text, err := ReadFile(path, 10)
	require.NoError(t, err)
	assert.Len(t, text, 10)
	_, err = ReadFile(path, 9)
	assert.EqualError(t, err, path+": it has more than the 9 bytes that are read")
	link := path + ".link"
	require.NoError(t, os.Symlink(path, link))
	text, err = ReadFile(link, 11)
	require.NoError(t, err)
	assert.Len(t, text, 10)
}

func TestALinkItselfIsNamedAsOne(t *testing.T) {
	assert.Equal(t, "a link", Kind(fs.ModeSymlink))
	assert.Equal(t, "a special file", Kind(fs.ModeIrregular))
}
