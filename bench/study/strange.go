package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"detsample/bench/config"
	"detsample/bench/strategy"
)

// remedied is what is wrong with a file, where the remedy is one of its own.
type remedied struct{ fact, remedy string }

func (r *remedied) Error() string { return r.fact }

// markOf names the encoding by whose byte order mark a text begins; "" without one.
func markOf(text []byte) string {
	for mark, name := range map[string]string{"\xef\xbb\xbf": "UTF-8 with a byte order mark", "\xfe\xff": "UTF-16", "\xff\xfe": "UTF-16"} {
		if bytes.HasPrefix(text, []byte(mark)) {
			return name
		}
	}
	return ""
}

// has reports whether a configuration has a strategy.
func has(c *config.Config, name string) bool {
	return slices.ContainsFunc(c.Strategies, func(s strategy.Strategy) bool { return s.Name == name })
}

// strange is the error of a strategy that the experiment has not: with how many lines
// are of such ones, which are a file of another experiment where all are.
func strange(text []byte, name string, c *config.Config) error {
	lines, others := 0, 0
	for line := range bytes.Lines(text) {
		var x struct {
			Strategy string `json:"strategy"`
		}
		if json.Unmarshal(line, &x) != nil {
			continue
		}
		lines++
		if !has(c, x.Strategy) {
			others++
		}
	}
	fact := fmt.Sprintf("the experiment has no strategy %q", name)
	switch {
	case others == 1:
		return fmt.Errorf("%s", fact)
	case others == lines:
		return &remedied{fact + fmt.Sprintf(", nor one of the others of the file's %d lines", lines), "the file is another experiment's: put this one's in its place, or move its folder away"}
	}
	return &remedied{fact + fmt.Sprintf(", nor those of %d of the file's %d lines", others, lines), "put the file back as it was, or take these lines out"}
}
