// Package section replaces the marked parts of a Markdown document.
package section

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Write replaces what stands in the file between the lines
//
//	<!-- name: begin -->
//	<!-- name: end -->
//
// by text. It returns an error that asks for the markers if they are not
// there.
func Write(file, name, text string) error {
	begin, end := fmt.Appendf(nil, "<!-- %s: begin -->\n", name), fmt.Appendf(nil, "<!-- %s: end -->\n", name)
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, opened := bytes.Cut(old, begin)
	_, tail, closed := bytes.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("%s has no section to write: give it the lines %q and %q", file, strings.TrimSpace(string(begin)), strings.TrimSpace(string(end)))
	}
	return os.WriteFile(file, slices.Concat(head, begin, []byte(text), end, tail), 0o644)
}
