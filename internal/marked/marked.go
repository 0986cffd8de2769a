// Package marked reads and replaces the marked parts of a Markdown document.
package marked

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Read returns what stands in the file between the lines
//
//	<!-- name: begin -->
//	<!-- name: end -->
//
// or an error that asks for them if they are not there.
func Read(file, name string) (string, error) {
	p, err := open(file, name)
	return string(p.text), err
}

// Write replaces by text what [Read] returns.
func Write(file, name, text string) error {
	p, err := open(file, name)
	if err != nil {
		return err
	}
	return os.WriteFile(file, slices.Concat(p.head, []byte(text), p.tail), 0o644)
}

// parts are a document's, the markers with head and tail.
type parts struct{ head, text, tail []byte }

func open(file, name string) (p parts, err error) {
	begin, end := fmt.Appendf(nil, "<!-- %s: begin -->\n", name), fmt.Appendf(nil, "<!-- %s: end -->", name)
	all, err := os.ReadFile(file)
	if err != nil {
		return p, err
	}
	head, rest, opened := bytes.Cut(all, begin)
	text, _, closed := bytes.Cut(rest, end)
	if !opened || !closed {
		return p, fmt.Errorf("%s has no section %s: give it the lines %q and %q", file, name, strings.TrimSpace(string(begin)), end)
	}
	return parts{all[:len(head)+len(begin)], text, rest[len(text):]}, nil
}
