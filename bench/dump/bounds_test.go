package dump

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// within fails where f takes longer than a generous multiple of what it should.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { f(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("not done within %v", limit)
	}
}

func TestManyNamesCostNoMoreThanTheirDirectory(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time and memory")
	}
	const names = 60_000
	value := string(npy(tinyHeader, 1, 2))
	var entries [][2]string
	header := map[string]any{}
	for i := range names {
		name := fmt.Sprintf("t%d", i)
		entries = append(entries, [2]string{name + ".npy", value})
		header[name] = safetensor{DType: "U8", Shape: []int{1}, Offsets: []int64{int64(i), int64(i + 1)}}
	}
	text, err := json.Marshal(header)
	require.NoError(t, err)
	for name, raw := range map[string][]byte{
		"x.npz": zipped(t, zip.Deflate, entries...), "x.safetensors": safetensorsOf(string(text), names),
	} {
		within(t, 20*time.Second, func() { // a quadratic search took minutes
			got := allocated(func() {
				a := &Archive{Path: name}
				require.NoError(t, a.read(name, bytes.NewReader(raw), int64(len(raw)), 0))
				assert.Len(t, a.Names(), names)
				last, err := a.Tensor(fmt.Sprintf("t%d", names-1))
				assert.True(t, err == nil || name == "x.npz", "the limit is 0")
				assert.True(t, last != nil || name == "x.npz")
			})
			assert.Less(t, got, uint64(24*len(raw)), name)
		})
	}
}

// dumpOf writes a compressed .npz of a dump of two candidates, with others.
func dumpOf(t *testing.T, others ...[2]string) string {
	t.Helper()
	logits := string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1)}", 1, 2))
	labels := string(npy("{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2)}", 0, 255))
	path := filepath.Join(t.TempDir(), "d.npz")
	raw := zipped(t, zip.Deflate, append([][2]string{{"logits.npy", logits}, {"labels.npy", labels}}, others...)...)
	require.NoError(t, os.WriteFile(path, raw, 0o666))
	return path
}

func TestWhatNobodyNeedsIsNotInflated(t *testing.T) {
	if testing.Short() {
		t.Skip("is about memory")
	}
	const size = 64 * mib
	big := string(npy(fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d,)}", size), make([]byte, size)...))
	path := dumpOf(t, [2]string{"features.npy", big}, [2]string{"more.npy", "no .npy at all"})
	got := allocated(func() {
		archive, err := Open(path, 1*mib)
		require.NoError(t, err)
		d, err := load(archive, Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{`2 tensors are none of a dump's and were not read: "features", "more"`}, d.Notes)
		require.NoError(t, d.Close())
	})
	assert.Less(t, got, uint64(4*mib))
}

func TestTheLimitFollowsTheFile(t *testing.T) {
	const size = 300 * mib // of which 400 KB, enough for deflate to be able to, are there
	noise := make([]byte, 400_000)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 1)}", size)
	raw := zipped(t, zip.Deflate, [2]string{"logits.npy", string(npy(header, noise...))})
	binary.LittleEndian.PutUint32(raw[bytes.LastIndex(raw, []byte("PK\x01\x02"))+24:], size)
	path := filepath.Join(t.TempDir(), "d.npz")
	require.NoError(t, os.WriteFile(path, raw, 0o666))
	got := allocated(func() {
		_, err := Load(path, Options{})
		assert.ErrorContains(t, err, `tensor "logits"`)
		assert.ErrorContains(t, err, "left of the limit")
	})
	assert.Less(t, got, uint64(4*mib))
	assert.Equal(t, int64(256<<20), limitOf(0))
	assert.Equal(t, int64(256<<20+16*mib), limitOf(mib))
	assert.Equal(t, int64(DefaultLimit), limitOf(1<<60))
}

// folder writes a dump as a folder and returns it.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dump")
	require.NoError(t, Write(dir, trained(1, 30, 2, 0)...))
	return dir
}

func TestAPipeIsRefusedAndNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.npz")
	require.NoError(t, syscall.Mkfifo(pipe, 0o666))
	dir := folder(t)
	require.NoError(t, os.Remove(filepath.Join(dir, "boxes.npy")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "boxes.npy"), 0o666))
	for path, says := range map[string]string{pipe: "pipe.npz: is a named pipe, not a regular file", dir: "boxes.npy: is a named pipe, not a regular file", "/dev/zero": "is a device, not a regular file"} {
		within(t, 5*time.Second, func() {
			_, err := Load(path, Options{})
			assert.ErrorContains(t, err, says)
		})
	}
}

func TestALinkOutOfAFolderIsNotFollowed(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("password=hunter2"), 0o666))
	dir := folder(t)
	boxes := filepath.Join(dir, "boxes.npy")
	require.NoError(t, os.Rename(boxes, filepath.Join(dir, "kept")))
	require.NoError(t, os.Symlink("kept", boxes))
	d, err := Load(dir, Options{})
	require.NoError(t, err, "a link within the folder is followed")
	require.NoError(t, d.Close())

	relative, err := filepath.Rel(dir, secret)
	require.NoError(t, err)
	for _, target := range []string{secret, relative} {
		require.NoError(t, os.Remove(boxes))
		require.NoError(t, os.Symlink(target, boxes))
		_, err = Load(dir, Options{})
		assert.ErrorContains(t, err, `tensor "boxes"`)
		assert.NotContains(t, err.Error(), "hunter")
		assert.NotContains(t, err.Error(), "passwo", "nothing of what lies outside is quoted")
	}
}

func TestHiddenFilesAreNoTensors(t *testing.T) {
	dir := folder(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "._logits.npy"), []byte("\x00\x05\x16\x07"), 0o666))
	d, err := Load(dir, Options{})
	require.NoError(t, err)
	assert.Empty(t, d.Notes)
	require.NoError(t, d.Close())
}

func TestManyUnknownNamesAreOneNote(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	var others [][2]string
	for i := range 2000 {
		others = append(others, [2]string{fmt.Sprintf("layer%04d.npy", i), "x"})
	}
	d, err := Load(dumpOf(t, others...), Options{})
	require.NoError(t, err)
	defer d.Close()
	require.Len(t, d.Notes, 1)
	assert.True(t, strings.HasPrefix(d.Notes[0], `2000 tensors are none of a dump's and were not read: "layer0000", `))
	assert.Less(t, len(d.Notes[0]), 300)
}
