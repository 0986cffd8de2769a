package page

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"detsample/internal/durable"
)

// aboutFile is what the owner of a study's folder says of it, which the page repeats
// as it is, Markdown: what is true of these runs alone.
const aboutFile = "about.md"

// mostAbout is how many bytes it may have: it stands before all else on the page.
const mostAbout = 64 << 10

// readAbout returns that as a paragraph; "" where there is none.
func readAbout(dir string) (string, error) {
	text, err := readSaid(dir, aboutFile)
	if about := strings.TrimSpace(string(text)); about != "" && err == nil {
		return "\n" + about + "\n", nil
	}
	return "", err
}

// readSaid returns what the owner of a study's folder says in a file, which the page has
// in its midst; nothing where there is none.
func readSaid(dir, file string) ([]byte, error) {
	name := filepath.Join(dir, file)
	if info, err := os.Stat(name); err == nil && info.Size() > mostAbout {
		return nil, fmt.Errorf("%s: it has %d bytes, and the page takes at most %d (64 KiB): shorten it", name, info.Size(), mostAbout)
	}
	text, err := durable.ReadFile(name, mostAbout)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if line, why := unfit(text); why != "" {
		return nil, fmt.Errorf("%s:%d: %s", name, line, why)
	}
	return text, nil
}

// unfit says what of a text would spoil a page that has it in its midst, with the
// line and the remedy.
func unfit(text []byte) (line int, why string) {
	fence, opened := "", 0 // of the code under way
	for content := range bytes.Lines(text) {
		line++
		switch {
		case !utf8.Valid(content):
			return line, "this is no UTF-8: save it as UTF-8"
		case bytes.IndexByte(content, 0) >= 0:
			return line, "it has a NUL character: take it out"
		}
		switch run, rest := fenceOf(string(content)); {
		case run == "":
		case fence == "":
			fence, opened = run, line
		case strings.HasPrefix(run, fence) && rest == "":
			fence = ""
		}
	}
	if fence != "" {
		return opened, fmt.Sprintf("the code that begins here has no end: close it with a line of %s", fence)
	}
	return 0, ""
}

// fenceOf returns the run of backticks or tildes that makes a line the fence of a
// block of code, with what follows it; "" of another line.
func fenceOf(line string) (run, rest string) {
	text := strings.TrimRight(line, " \t\r\n")
	indented := strings.TrimLeft(text, " ")
	if len(text)-len(indented) > 3 {
		return "", ""
	}
	for _, mark := range []string{"`", "~"} {
		rest := strings.TrimLeft(indented, mark)
		if n := len(indented) - len(rest); n >= 3 && (mark == "~" || !strings.Contains(rest, mark)) {
			return indented[:n], rest
		}
	}
	return "", ""
}
