package study

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// keptIn is the folder of the study that this repository keeps.
var keptIn = filepath.Join("..", "..", "docs", "study")

var (
	storedIn = map[string][]archived{} // by folder, what stored returned
	pagesOf  = map[string]map[string][]byte{}
)

// keptOf returns what a folder of this repository keeps, which is read once: its
// comparisons take seconds to draw. Tests leave it as it is.
func keptOf(t *testing.T, dir string) []archived {
	t.Helper()
	if storedIn[dir] == nil {
		list, err := open(dir)
		require.NoError(t, err)
		storedIn[dir] = list
	}
	return storedIn[dir]
}

// pageOf returns the page of such a folder, which is made once.
func pageOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	if pagesOf[dir] == nil {
		files, err := page(dir, keptOf(t, dir))
		require.NoError(t, err)
		pagesOf[dir] = files
	}
	return pagesOf[dir]
}
