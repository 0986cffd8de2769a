package annotations

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
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
	// [Policy.Refuse] lets it pass.
	Notice bool
	// More counts the problems of one sort that the list has no room for, of
	// which this one stands for all; 0 for a problem of its own.
	More int
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
	text := strings.Join(parts, ": ")
	if p.More > 1 {
		text += fmt.Sprintf(" (and %d more that are not listed)", p.More-1)
	}
	return text
}

// Error returns String: a problem is the error under [Policy.Refuse].
func (p Problem) Error() string { return p.String() }

// Digest returns one line a sort of problem, the first of it with how many
// there are, in the order of the data. Problems are of a sort if their messages
// differ in numbers and names only.
func Digest(problems []Problem) []string {
	count := map[uint64]int{}
	var order []*Problem
	for i := range problems {
		p := &problems[i]
		sort := sortOf(p.Message)
		if count[sort] == 0 {
			order = append(order, p)
		}
		count[sort] += max(1, p.More)
	}
	lines := make([]string, len(order))
	for i, p := range order {
		lines[i] = p.String()
		if n := count[sortOf(p.Message)]; n > 1 {
			lines[i] += fmt.Sprintf(" (and %d more like it)", n-1)
		}
	}
	return lines
}

// sortOf returns a hash of the words of a message, without what is quoted,
// numbers, and names of files and corners.
func sortOf(message string) uint64 {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3 // FNV-1a
	h := uint64(offset)
	quoted := false
	for at := 0; at < len(message); {
		start, name, quotes := at, false, 0
		word := uint64(offset)
		for ; at < len(message) && message[at] != ' '; at++ {
			c := message[at]
			word = (word ^ uint64(c)) * prime
			name = name || namely[c]
			if c == '"' {
				quotes++
			}
		}
		if !quoted && !name && at > start && !corners[strings.Trim(message[start:at], "<>:,")] {
			h = (h ^ word) * prime
		}
		quoted = quoted != (quotes%2 == 1)
		at++
	}
	return h
}

// namely has the characters of words that are names or numbers.
var namely = func() (t [256]bool) {
	for _, c := range []byte(`0123456789"/.[]\`) {
		t[c] = true
	}
	return t
}()

var corners = map[string]bool{"xmin": true, "ymin": true, "xmax": true, "ymax": true, "width": true, "height": true}

// Defects counts the problems that are no notices.
func Defects(problems []Problem) int {
	n := 0
	for i := range problems {
		if !problems[i].Notice {
			n += max(1, problems[i].More)
		}
	}
	return n
}

// ReadError is an error that ended the reading of a set, and what had been
// found until then.
type ReadError struct {
	Err      error
	Problems []Problem
}

func (e *ReadError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *ReadError) Unwrap() error { return e.Err }

// Noted returns what had been found before err ended the reading.
func Noted(err error) []Problem {
	if e, ok := errors.AsType[*ReadError](err); ok {
		return e.Problems
	}
	return nil
}

// Noting adds problems to an error, in front of those that it has.
func Noting(err error, problems []Problem) error {
	if err == nil || len(problems) == 0 {
		return err
	}
	return &ReadError{err, append(problems[:len(problems):len(problems)], Noted(err)...)}
}

// findings collects problems in the order of the data: of each sort the first,
// the rest as a number. Its zero value is ready.
type findings struct {
	list   []Problem
	refuse bool
	tally  tally
	sorts  map[uint64]*sorted
	order  []*sorted // those that have more than are listed
}

// sorted counts the problems of a sort.
type sorted struct {
	n    int
	rest Problem // the first that is not listed
}

const (
	perSort  = 100  // problems that are listed
	maxSorts = 1000 // that are told apart
)

// add notes a problem; it is the error to return under [Policy.Refuse].
func (f *findings) add(p Problem) error {
	if f.refuse && !p.Notice {
		return p
	}
	sort := sortOf(p.Message)
	s := f.sorts[sort]
	if s == nil {
		if f.sorts == nil {
			f.sorts = map[uint64]*sorted{}
		}
		if len(f.sorts) == maxSorts {
			sort = 0
		}
		if s = f.sorts[sort]; s == nil {
			s = &sorted{}
			f.sorts[sort] = s
		}
	}
	s.n++
	if s.n <= perSort {
		f.list = append(f.list, p)
	} else if s.n == perSort+1 {
		s.rest = p
		f.order = append(f.order, s)
	}
	return nil
}

// another counts one more problem of a sort of which as many are listed as there
// is room for, and reports whether that was all there was to do.
func (f *findings) another(sort uint64) bool {
	s := f.sorts[sort]
	if s == nil || s.n <= perSort {
		return false
	}
	s.n++
	return true
}

// join adds the problems of another list behind its own.
func (f *findings) join(other *findings) error {
	f.tally.add(other.tally)
	for _, p := range other.list {
		if err := f.add(p); err != nil {
			return err
		}
	}
	for _, s := range other.order {
		if err := f.add(s.rest); err != nil {
			return err
		}
		if to := f.sorts[sortOf(s.rest.Message)]; to != nil { // else one of too many sorts
			to.n += s.n - perSort - 1
		}
	}
	return nil
}

// all returns the problems, first how much was lost if that is much, then of each
// file in the order of their places in it and then those without; a sort that has
// more than are listed ends with one that stands for the rest.
func (f *findings) all() []Problem {
	list := slices.Clone(f.list)
	order := map[string]int{}
	for _, p := range list {
		if _, known := order[p.File]; !known {
			order[p.File] = len(order)
		}
	}
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), a.comparePlace(b))
	})
	for _, s := range f.order {
		p := s.rest
		p.More = s.n - perSort
		list = append(list, p)
	}
	if p, is := f.tally.headline(); is {
		list = slices.Insert(list, 0, p)
	}
	return list
}

// comparePlace orders problems of a file by their place, those without one last.
func (p *Problem) comparePlace(other Problem) int {
	switch {
	case p.Line == 0 || other.Line == 0:
		return cmp.Compare(min(other.Line, 1), min(p.Line, 1))
	case p.Line != other.Line:
		return cmp.Compare(p.Line, other.Line)
	}
	return cmp.Compare(p.Offset, other.Offset)
}

func (f *findings) notice(file, format string, args ...any) {
	f.add(Problem{File: file, Message: fmt.Sprintf(format, args...), Notice: true})
}

// FirstDefect returns the tail of an error message that follows from problems:
// the first that is no notice, and how many there are; empty without any.
func FirstDefect(problems []Problem) string {
	first := slices.IndexFunc(problems, func(p Problem) bool { return !p.Notice })
	if first < 0 {
		return ""
	}
	if n := Defects(problems); n > 1 {
		return fmt.Sprintf("; the first of %d problems: %s", n, problems[first])
	}
	return "; " + problems[first].String()
}
