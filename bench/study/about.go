package study

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"detsample/bench/store"
)

// aboutFile is what the owner of a study's folder says of it, which the page repeats:
// what is true of these runs alone.
const aboutFile = "about.md"

// readAbout returns that as a paragraph; "" where there is none.
func readAbout(dir string) (string, error) {
	text, err := store.ReadFile(filepath.Join(dir, aboutFile), mostRead)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if about := strings.TrimSpace(string(text)); about != "" {
		return "\n" + about + "\n", err
	}
	return "", err
}
