package annotations

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormsThatAreNotReadAreNamed(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(wrap("")))
	require.NoError(t, z.Close())
	const says = "it is compressed by gzip: unpack it first"

	_, err := ReadCOCO(bytes.NewReader(b.Bytes()), "a.json", Options{})
	assert.EqualError(t, err, "a.json: "+says)
	_, err = ReadCOCO(io.MultiReader(&b), "a.json", Options{})
	assert.EqualError(t, err, "a.json: "+says)
	_, err = ReadResults(bytes.NewReader([]byte("PK\x03\x04...")), "dt.json")
	assert.ErrorContains(t, err, "dt.json: it is compressed by zip: unpack it first")

	lines := filepath.Join(t.TempDir(), "a.jsonl")
	require.NoError(t, os.WriteFile(lines, []byte("{}\n{}\n"), 0o666))
	_, err = Open(lines, Options{})
	assert.ErrorContains(t, err, "a.jsonl: a JSON text a line: not read, as COCO is one object")

	_, err = folder(fstest.MapFS{"train.json.gz": file("x"), "images.zip": file("x")})
	assert.ErrorContains(t, err, "no annotations here")
	assert.ErrorContains(t, err, "; train.json.gz: compressed: not read; unpack it")
	fsys := yolo()
	fsys["metadata.jsonl"] = file("{}")
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, []string{"metadata.jsonl: a JSON text a line: not read, as COCO is one object with the lists images, annotations and categories"}, messages(s))
	assert.True(t, s.Problems[0].Notice)
}
