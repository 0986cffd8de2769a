package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a file. Line and Column count from 1, columns in
// characters; Line is 0 for a mistake of the file as a whole.
type Error struct {
	File         string
	Line, Column int
	Message      string
}

// Error returns "file:line:column: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors are the mistakes of one file in its order: the first ten, and then, if
// there were more, one that counts the rest.
type Errors []*Error

// Error returns one line per mistake.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each mistake, for [errors.As].
func (es Errors) Unwrap() []error {
	list := make([]error, len(es))
	for i, e := range es {
		list[i] = e
	}
	return list
}

// place is a position in the file; the zero place means the whole file.
type place struct{ line, column int }

// report collects the mistakes of one file.
type report struct {
	file  string
	list  Errors
	count int
}

const maxReported = 10

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

func (r *report) fail(at place, format string, args ...any) {
	r.count++
	message := oneLine.Replace(fmt.Sprintf(format, args...))
	r.list = append(r.list, &Error{File: r.file, Line: at.line, Column: at.column, Message: message})
}

// err returns nil if nothing failed.
func (r *report) err() error {
	if r.count == 0 {
		return nil
	}
	slices.SortStableFunc(r.list, func(a, b *Error) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	if rest := r.count - maxReported; rest > 0 {
		noun := "mistakes"
		if rest == 1 {
			noun = "mistake"
		}
		return append(r.list[:maxReported], &Error{File: r.file, Message: fmt.Sprintf("%d more %s", rest, noun)})
	}
	return r.list
}
