package bench

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestATmpfsThatFillsEndsAComparisonThatCanBeGoneOnWith is on a real file
// system of a limited size, which only root may mount.
func TestATmpfsThatFillsEndsAComparisonThatCanBeGoneOnWith(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	disk, whole := t.TempDir(), filepath.Join(t.TempDir(), "whole")
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=32k"); err != nil {
		t.Skipf("a tmpfs cannot be mounted here: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(disk, 0)) }()
	finished(t, "short", whole)
	out := filepath.Join(disk, "out")
	for _, size := range []string{"32k", "64k", "120k", "200k", "280k"} {
		require.NoError(t, syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size="+size))
		command, said := process(t, "short", out)
		require.Error(t, command.Wait())
		require.Contains(t, said.String(), "no space left on device")
		require.NotContains(t, said.String(), "damaged")
	}
	require.NoError(t, syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=64m"))
	finished(t, "short", out)
	assert.Equal(t, outcome(t, whole), outcome(t, out))
}

// TestAReadOnlyFolderIsNoticedBeforeTraining is on a real read-only file
// system.
func TestAReadOnlyFolderIsNoticedBeforeTraining(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a tmpfs cannot be mounted here: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(disk, 0)) }()
	require.NoError(t, syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: disk, Progress: func(Event) { t.Error("nothing is trained") }})
	assert.EqualError(t, err, "cannot write "+filepath.Join(disk, "lock")+": read-only file system")
	_, err = Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: filepath.Join(disk, "out")})
	assert.EqualError(t, err, "cannot make the folder "+filepath.Join(disk, "out")+": read-only file system")
}
