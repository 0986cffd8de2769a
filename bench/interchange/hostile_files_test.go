//go:build unix

package interchange

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHostileFilesAreRefused(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(t.TempDir(), "configs")
	require.NoError(t, os.Mkdir(dir, 0o700))
	write := func(name, text string) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret.py"), []byte("model = dict()\n"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.py"), filepath.Join(dir, "link.py")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("loop.py", filepath.Join(dir, "loop.py")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.py"), 0o600))
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "zero.py")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "dir.py"), 0o700))
	huge := filepath.Join(dir, "huge.py")
	write("huge.py", "")
	require.NoError(t, os.Truncate(huge, 1<<40))

	write("a.py", "_base_ = 'b.py'\n")
	write("b.py", "_base_ = ['c.py']\n")
	write("c.py", "_base_ = 'a.py'\n")
	for i := range 40 {
		write(fmt.Sprintf("deep%d.py", i), fmt.Sprintf("_base_ = 'deep%d.py'\n", i+1))
		write(fmt.Sprintf("wide%d.py", i), fmt.Sprintf("_base_ = ['wide%d.py', 'wide%d.py']\n", i+1, i+1))
	}
	write("deep40.py", "x = 1\n")
	write("wide20.py", "")
	large := strings.Repeat("# comment\n", 100_000)
	var names []string
	for i := range 10 {
		name := fmt.Sprintf("large%d.py", i)
		names = append(names, "'"+name+"'")
		write(name, large)
	}
	for name, at := range map[string]struct{ text, says string }{
		"1.py":  {"_base_ = 'link.py'", "a symbolic link that leads out"},
		"2.py":  {"_base_ = 'folder/secret.py'", "a symbolic link that leads out"},
		"3.py":  {"_base_ = 'loop.py'", "too many levels"},
		"4.py":  {"_base_ = 'pipe.py'", "a device or a pipe is not read"},
		"5.py":  {"_base_ = 'zero.py'", ""},
		"6.py":  {"_base_ = 'dir.py'", "this is a folder"},
		"7.py":  {"_base_ = 'huge.py'", "bytes"},
		"8.py":  {"_base_ = 'a.py'", "is its own base"},
		"9.py":  {"_base_ = 'deep0.py'", "more than 30 deep"},
		"10.py": {"_base_ = 'wide0.py'", "files to read"},
		"11.py": {"_base_ = [" + strings.Join(names, ", ") + "]", "bytes in all files"},
		"12.py": {"with read_base():\n    from .link import *", "a symbolic link that leads out"},
		"13.py": {"with read_base():\n    from .pipe import *", "a device or a pipe"},
		"14.py": {"_base_ = 'folder\\x00/secret.py'", "not the name of a file"},
	} {
		write(name, at.text+"\n")
		t.Run(name, func(t *testing.T) { refused(t, dir, name, at.says) })
	}
	for name, says := range map[string]string{
		"pipe.py": "a device or a pipe", "zero.py": "a device or a pipe", "dir.py": "this is a folder", "huge.py": "bytes", "none.py": "no such file",
	} {
		t.Run(name, func(t *testing.T) { refused(t, dir, name, says) })
	}
}
