package annotations

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// packedStarts are the first bytes of what compresses files.
var packedStarts = [...]struct{ name, start string }{
	{"gzip", "\x1f\x8b"}, {"zip", "PK\x03\x04"}, {"zstd", "\x28\xb5\x2f\xfd"}, {"xz", "\xfd7zXZ\x00"}, {"bzip2", "BZh91AY"},
}

// longestStart is the length of the longest of them.
const longestStart = 7

// packed returns an error that names what a file that starts so is compressed by.
func packed(start []byte) error {
	for _, p := range packedStarts {
		if bytes.HasPrefix(start, []byte(p.start)) {
			return fmt.Errorf("it is compressed by %s: unpack it first", p.name)
		}
	}
	return nil
}

// failing is a reader that returns an error only.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// unreadForm says what form of annotations that is not read a file has by its name;
// "" for none.
func unreadForm(file string) string {
	ext := strings.ToLower(path.Ext(file))
	switch ext {
	case ".jsonl", ".ndjson":
		return "a JSON text a line: not read, as COCO is one object with the lists images, annotations and categories"
	case ".gz", ".zip", ".zst", ".xz", ".bz2":
		if inner := strings.ToLower(path.Ext(file[:len(file)-len(ext)])); slices.Contains([]string{".json", ".xml"}, inner) {
			return "compressed: not read; unpack it"
		}
	}
	return ""
}
