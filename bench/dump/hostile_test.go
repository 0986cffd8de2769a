package dump

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readAll reads contents as a file of a name, and every tensor in it.
func readAll(name string, contents []byte, limit int64) error {
	a := &Archive{Path: name}
	if err := a.read(name, bytes.NewReader(contents), int64(len(contents)), limit); err != nil {
		return err
	}
	for _, name := range a.names {
		t, err := a.Tensor(name)
		if err != nil {
			return err
		}
		if _, err := t.Array(); err != nil {
			return err
		}
	}
	return nil
}

// npy is a .npy with a header as given.
func npy(header string, data ...byte) []byte {
	raw := binary.LittleEndian.AppendUint16([]byte(npyMagic+"\x01\x00"), uint16(len(header)))
	return append(append(raw, header...), data...)
}

func TestAHeaderThatLiesIsAnErrorWithItsPlace(t *testing.T) {
	for header, want := range map[string]string{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }":                              "tensor \"x\": byte 67: shape [3] of 4 bytes an element is more than the 8 bytes that are there",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }":                              "float32 of shape [1] takes 4 bytes, 8 follow",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }":          "is more than the 8 bytes that are there",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807), }":          "takes 0 bytes, 8 follow",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }":           "whole numbers is expected",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }":                             "whole numbers is expected",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2, }":                                "whole numbers is expected",
		"{'descr': '<f4', 'fortran_order': False, }":                                             "descr, fortran_order and shape are needed",
		"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}":                "given twice",
		"{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}":                                    `"False" is expected`,
		"{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}":                       "a structured type",
		"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}":                                 `type "|O"`,
		"{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}":                                "convert it to float32 or int64",
		"{'descr': '<U999999999', 'fortran_order': False, 'shape': ()}":                          "is not read",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x":                              `x" follows the dictionary`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + "2)}": "at most 64 whole numbers",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}":                     `an unknown key "more"`,
		"":                                     `"{" is expected`,
		"{'descr: '<f4'":                       "is expected",
		strings.Repeat(" ", 200) + "{'shape'}": `":" is expected`,
	} {
		assert.ErrorContains(t, readAll("x.npy", npy(header, make([]byte, 8)...), 0), want, header)
	}
}

func TestATruncatedFileIsAnErrorWhereverItEnds(t *testing.T) {
	for _, name := range []string{"version1.npy", "version2.npy", "stored.npz", "deflated.npz", "numpy.safetensors"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		require.NoError(t, readAll(name, whole, DefaultLimit))
		for n := 0; n < len(whole); n += 1 + len(whole)/500 {
			var p *Problem
			require.ErrorAs(t, readAll(name, whole[:n], DefaultLimit), &p, "%s cut at %d", name, n)
			require.NotEmpty(t, p.Remedy)
		}
	}
}

// zipped is a zip of entries in order, compressed by method.
func zipped(t testing.TB, method uint16, entries ...[2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e[0], Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(w, e[1])
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const mib = 1 << 20

func TestAZipBombIsRefusedBeforeItInflates(t *testing.T) {
	if testing.Short() {
		t.Skip("is about memory")
	}
	const size = 16 * mib
	header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }", size)
	bomb := zipped(t, zip.Deflate, [2]string{"logits.npy", string(npy(header, make([]byte, size)...))})
	require.Less(t, len(bomb), mib/8)
	got := allocated(func() {
		assert.ErrorContains(t, readAll("b.npz", bomb, 8*mib), "left of the limit; if you trust the file, write it with numpy.savez, which does not compress")
	})
	assert.Less(t, got, uint64(mib))

	small := string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (8000000,), }", make([]byte, 8e6)...))
	both := zipped(t, zip.Deflate, [2]string{"a.npy", small}, [2]string{"b.npy", small})
	assert.NoError(t, readAll("b.npz", both, 17e6))
	assert.ErrorContains(t, readAll("b.npz", both, 15e6), `tensor "b"`, "the limit is for all together")
}

func TestADeclaredSizeCostsNoMemory(t *testing.T) {
	raw := zipped(t, zip.Deflate, [2]string{"logits.npy", string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (100000,), }", make([]byte, 1e5)...))})
	for declared, want := range map[uint32]string{
		200_000:       "takes 100000 bytes, 199928 follow",
		1 << 31:       "which deflate cannot do",
		50_000:        "tensor",
		math32 - 1000: "which deflate cannot do",
	} {
		lie := bytes.Clone(raw)
		at := bytes.LastIndex(lie, []byte("PK\x01\x02")) // the central directory
		binary.LittleEndian.PutUint32(lie[at+24:], declared)
		got := allocated(func() { assert.ErrorContains(t, readAll("b.npz", lie, DefaultLimit), want, declared) })
		assert.Less(t, got, uint64(mib))
	}
	longer := bytes.Clone(zipped(t, zip.Deflate, [2]string{"logits.npy", string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (199928,), }", make([]byte, 1e5)...))}))
	binary.LittleEndian.PutUint32(longer[bytes.LastIndex(longer, []byte("PK\x01\x02"))+24:], 200_000)
	assert.Less(t, allocated(func() {
		assert.ErrorContains(t, readAll("b.npz", longer, DefaultLimit), "of 200000 bytes: unexpected EOF")
	}), uint64(mib))
	lie := npy("{'descr': '<f8', 'fortran_order': True, 'shape': (100000, 100000), }", make([]byte, 16)...)
	assert.Less(t, allocated(func() { assert.Error(t, readAll("x.npy", lie, 0)) }), uint64(mib))
	lie = append(binary.LittleEndian.AppendUint64(nil, 1<<40), '{', '}')
	assert.Less(t, allocated(func() { assert.Error(t, readAll("x.safetensors", lie, 0)) }), uint64(mib))
}

const math32 = 1<<32 - 1

func TestAZipsMistakesHaveTheirPlace(t *testing.T) {
	good := string(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 1, 2))
	assert.ErrorContains(t, readAll("b.npz", zipped(t, zip.Store, [2]string{"a.npy", good}, [2]string{"a.npy", good}), 0), "is there twice")
	assert.ErrorContains(t, readAll("b.npz", zipped(t, zip.Store, [2]string{"a.txt", good}), 0), "without any .npy")
	damaged := zipped(t, zip.Store, [2]string{"a.npy", good})
	damaged[bytes.Index(damaged, []byte(good))+len(good)-1]++
	assert.ErrorContains(t, readAll("b.npz", damaged, 0), "its checksum is")
}

// safetensorsOf is a file with a header as given.
func safetensorsOf(header string, data int) []byte {
	raw := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	return append(raw, make([]byte, data)...)
}

func TestSafetensorsThatLieAreErrorsWithTheirPlace(t *testing.T) {
	const a, b = `"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}`, `"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}`
	require.NoError(t, readAll("x.safetensors", safetensorsOf("{"+a+","+b+"}", 12), 0))
	require.NoError(t, readAll("x.safetensors", safetensorsOf("{"+b+","+a+"}  ", 12), 0))
	for header, want := range map[string]string{
		`{` + a + `,"b":{"dtype":"U8","shape":[5],"data_offsets":[7,12]}}`:                     `tensor "b": byte 122: overlaps tensor "a", which ends at 8`,
		`{` + a + `,"b":{"dtype":"U8","shape":[3],"data_offsets":[9,12]}}`:                     "1 bytes before it belong to no tensor",
		`{` + a + `,"b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}`:                     "2 bytes at the end belong to no tensor",
		`{` + a + `,"b":{"dtype":"U8","shape":[5],"data_offsets":[8,13]}}`:                     "within 12 bytes",
		`{` + a + `,"b":{"dtype":"U8","shape":[5],"data_offsets":[8,12]}}`:                     "more than the 4 bytes",
		`{` + a + `,"b":{"dtype":"U8","shape":[3],"data_offsets":[8,12]}}`:                     "takes 3 bytes; its offsets span 4",
		`{` + a + `,"b":{"dtype":"U8","shape":[-4],"data_offsets":[8,12]}}`:                    "negative dimension",
		`{` + a + `,"b":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[8,12]}}`: "more than the 4 bytes",
		`{` + a + `,"b":{"dtype":"U8","shape":[4],"data_offsets":[12,8]}}`:                     "a begin and an end",
		`{` + a + `,"b":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[8,12]}}`:                "is not read; convert it to F32",
		`{` + a + `,` + a + `}`:                 `"a" is there twice`,
		`{` + a + `,"b":{"dtype":"U8"}}`:        "data_offsets []",
		`{` + a + `,"b":7}`:                     `"b"`,
		`[` + `]`:                               "an object is expected",
		`{` + a:                                 "header: ",
		`{` + a + `,` + b + `} {}`:              "follows the object",
		`{"__metadata__":{"link":7},` + a + "}": "header: ",
	} {
		assert.ErrorContains(t, readAll("x.safetensors", safetensorsOf(header, 12), 0), want, header)
	}
}

func TestWhatIsNoDumpIsSaidSo(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(filepath.Join(dir, "none.npz"), 0)
	assert.ErrorContains(t, err, "no such file")
	_, err = Open(dir, 0)
	assert.ErrorContains(t, err, "holds no .npy")
	path := filepath.Join(dir, "d.pt")
	require.NoError(t, os.WriteFile(path, []byte("\x80\x02pickle"), 0o666))
	_, err = Open(path, 0)
	assert.ErrorContains(t, err, "neither a .npz, a .npy nor named .safetensors")
}
