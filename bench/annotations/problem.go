package annotations

import (
	"fmt"
	"strings"
)

// Problem is one finding about a file and what was done about it.
type Problem struct {
	// File is relative to the folder that was opened, or the path of the one
	// file that was; empty for the set as a whole.
	File string
	// Line is the 1-based line of File, 0 where it is not known.
	Line int
	// Offset is the place in File in bytes, 0 where it is not known. A file
	// of one line is placed by it.
	Offset int64
	// Object is the place within the file, such as "annotation 3".
	Object string
	// Message says what is wrong and what was done.
	Message string
	// Notice marks a choice worth knowing that is no defect of the data;
	// [Refuse] lets it pass.
	Notice bool
}

// String returns "file:line: object: message" without the parts not known,
// with "file: byte offset" for an offset in a first line.
func (p Problem) String() string {
	place := p.File
	switch {
	case p.Line == 1 && p.Offset > 200:
		place += fmt.Sprintf(": byte %d", p.Offset)
	case p.Line > 0:
		place += fmt.Sprintf(":%d", p.Line)
	}
	parts := make([]string, 0, 3)
	for _, s := range []string{place, p.Object, p.Message} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Error returns String: a problem is the error under [Refuse].
func (p Problem) Error() string { return p.String() }

// log collects problems in the order of the data, up to a limit.
type log struct {
	problems []Problem
	limit    int
	more     int
	refuse   bool
}

// add notes a problem; it is the error to return under [Refuse].
func (l *log) add(p Problem) error {
	if l.refuse && !p.Notice {
		return p
	}
	if len(l.problems) < l.limit {
		l.problems = append(l.problems, p)
	} else {
		l.more++
	}
	return nil
}

// all returns the problems, the last of which counts those beyond the limit.
func (l *log) all() []Problem {
	if l.more > 0 {
		return append(l.problems, Problem{Message: fmt.Sprintf("%d more problems are not listed", l.more)})
	}
	return l.problems
}
