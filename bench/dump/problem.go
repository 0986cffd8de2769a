package dump

import (
	"fmt"
	"strings"
)

// Problem is what is wrong with a dump: where, what, and what to do about it.
type Problem struct {
	File   string
	Tensor string // empty if it is not about one
	Byte   int64  // offset in the file, or in the inflated entry; -1 if that says nothing
	Detail string
	Remedy string
}

// Error implements error.
func (p *Problem) Error() string {
	var s strings.Builder
	s.WriteString(p.File)
	if p.Tensor != "" {
		fmt.Fprintf(&s, ": tensor %.60q", p.Tensor)
	}
	if p.Byte >= 0 {
		fmt.Fprintf(&s, ": byte %d", p.Byte)
	}
	fmt.Fprintf(&s, ": %s; %s", p.Detail, p.Remedy)
	return s.String()
}

const rewrite = "the file was cut short or damaged, write or copy it again"
