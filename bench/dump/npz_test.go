package dump

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWhatIsInflatedIsReadAcrossItsPieces(t *testing.T) {
	const n = 2*pieceSize + 100
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	raw := zipped(t, zip.Deflate, [2]string{"x.npy", string(npy(fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d,)}", n), data...))})
	a := &Archive{Path: "x.npz"}
	require.NoError(t, a.read("x.npz", bytes.NewReader(raw), int64(len(raw)), DefaultLimit))
	x, _ := a.Tensor("x")
	all, err := x.Array()
	require.NoError(t, err)
	for i, v := range all.Int {
		if byte(v) != data[i] {
			t.Fatalf("byte %d is %d, want %d", i, v, data[i])
		}
	}
}

func TestPiecesAreAReaderAt(t *testing.T) {
	p := pieces{make([]byte, pieceSize), {1, 2, 3}}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(pieceSize-5, pieceSize+5).Draw(t, "at")
		dst := make([]byte, rapid.IntRange(0, 9).Draw(t, "n"))
		n, err := p.ReadAt(dst, at)
		want := min(len(dst), max(0, int(pieceSize+3-at)))
		assert.Equal(t, want, n)
		assert.Equal(t, want < len(dst), err == io.EOF)
		for i, v := range dst[:n] {
			assert.Equal(t, byte(max(0, at+int64(i)-pieceSize+1)), v)
		}
	})
}
