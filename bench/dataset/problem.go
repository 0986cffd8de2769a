package dataset

import (
	"fmt"
	"strings"
)

// Problem is one finding about a file of a set and what was done about it.
type Problem struct {
	// File is relative to the set's folder; empty for the set as a whole.
	File string
	// Object is the place within an image's annotation, such as "object 3
	// (RBC)"; empty where the finding is about the file.
	Object string
	// Line is the 1-based line of File, 0 where it is not known.
	Line int
	// Message says what is wrong and what was done.
	Message string
	// Notice marks a choice worth knowing that is no defect of the data, such
	// as a limit on the number of images; [Refuse] lets it pass.
	Notice bool
}

// String returns "file:line: object: message" without the parts not known.
func (p Problem) String() string {
	var place strings.Builder
	place.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&place, ":%d", p.Line)
	}
	parts := make([]string, 0, 3)
	for _, s := range []string{place.String(), p.Object, p.Message} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Error returns String: a problem is the error under [Refuse].
func (p Problem) Error() string { return p.String() }

// problems collects findings in the order of the data.
type problems []Problem

func (l *problems) addf(file, format string, args ...any) {
	*l = append(*l, Problem{File: file, Message: fmt.Sprintf(format, args...)})
}

func (l *problems) noticef(file, format string, args ...any) {
	*l = append(*l, Problem{File: file, Message: fmt.Sprintf(format, args...), Notice: true})
}

// refused returns the first defect as an error under [Refuse], else nil.
func (l problems) refused(p Policy) error {
	if p != Refuse {
		return nil
	}
	for i := range l {
		if !l[i].Notice {
			return l[i]
		}
	}
	return nil
}

// first is the tail of an error message: the first defect, if there is one.
func (l problems) first() string {
	for i := range l {
		if !l[i].Notice {
			return fmt.Sprintf("; the first of %d problems: %s", len(l), l[i])
		}
	}
	return ""
}
