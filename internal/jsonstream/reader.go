// Package jsonstream reads JSON value by value in bounded memory, for files of
// hundreds of megabytes of which a tenth is wanted.
//
// It is stricter than encoding/json about size (a depth and a length limit)
// and laxer about two things: what is skipped is checked for brackets and ends
// of strings only, and the NaN, Infinity and -Infinity that Python's json
// module writes are numbers.
package jsonstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

const (
	bufferSize = 256 << 10
	// maxString is the longest string, in bytes as written, that is read.
	maxString = 1 << 20
	// maxDepth is how deep arrays and objects may nest.
	maxDepth = 1000
)

// Reader reads one JSON document. Its methods consume the next value; after an
// error other than a [TypeError] nothing more can be read.
type Reader struct {
	r      io.Reader
	size   int64 // of the document, 0 where r does not tell
	buf    []byte
	pos    int   // of the next byte
	end    int   // of what was read
	base   int64 // offset in the document of buf[0]
	lines  int   // line ends before counted
	upTo   int   // position in buf up to which line ends are counted
	depth  int
	record *record // what is being skipped, if that is kept
	failed error   // of r
}

// New returns a reader of r, which may start with a byte order mark.
func New(r io.Reader) *Reader {
	d := &Reader{r: r, size: size(r), buf: make([]byte, bufferSize)}
	for d.end < 3 && d.fill() {
	}
	if bytes.HasPrefix(d.buf[:d.end], []byte("\ufeff")) {
		d.pos = 3
	}
	return d
}

// size returns how many bytes r holds, if it is a file or a reader of memory.
func size(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// Foresee estimates how many elements follow the n that were read so far, if
// they fill the rest of the document as densely; 0 where its size is unknown.
func (d *Reader) Foresee(n int) int {
	read, rest := d.Offset(), d.size-d.Offset()
	if rest <= 0 || read <= 0 {
		return 0
	}
	return int(float64(n) * float64(rest) / float64(read))
}

// SyntaxError says where and why a document is not JSON, or breaks a limit.
type SyntaxError struct {
	Line    int   // 1-based
	Offset  int64 // in bytes, 0-based
	Message string
}

func (e *SyntaxError) Error() string { return e.Message }

// TypeError is about a value that is sound JSON of another type than asked
// for. The value has been skipped and reading can go on.
type TypeError struct{ Want, Got string }

func (e *TypeError) Error() string { return fmt.Sprintf("want %s, got %s", e.Want, e.Got) }

// IsType reports whether err is a [TypeError], after which reading can go on.
func IsType(err error) bool {
	if err == nil {
		return false
	}
	_, ok := errors.AsType[*TypeError](err)
	return ok
}

// Offset returns the offset of the next byte.
func (d *Reader) Offset() int64 { return d.base + int64(d.pos) }

// Line returns the 1-based line of the next byte.
func (d *Reader) Line() int {
	d.lines += bytes.Count(d.buf[d.upTo:d.pos], []byte{'\n'})
	d.upTo = d.pos
	return d.lines + 1
}

// Empty reports whether the document has ended without a byte.
func (d *Reader) Empty() bool { return d.failed == io.EOF && d.base == 0 && d.end == 0 }

func (d *Reader) syntax(format string, args ...any) error {
	return &SyntaxError{d.Line(), d.Offset(), fmt.Sprintf(format, args...)}
}

// fill reads more behind what is unread, which it moves to the buffer's start;
// false where nothing more comes or fits.
func (d *Reader) fill() bool {
	if d.failed != nil {
		return false
	}
	if d.record != nil {
		d.record.take(d.buf[d.record.from:d.pos])
		d.record.from = 0
	}
	if d.pos > 0 {
		d.Line()
		copy(d.buf, d.buf[d.pos:d.end])
		d.base += int64(d.pos)
		d.end -= d.pos
		d.pos, d.upTo = 0, 0
	}
	if d.end == len(d.buf) {
		if len(d.buf) > maxString {
			return false
		}
		d.buf = append(d.buf, make([]byte, len(d.buf))...)
	}
	for range 100 {
		n, err := d.r.Read(d.buf[d.end:])
		d.end += n
		d.failed = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	d.failed = io.ErrNoProgress
	return false
}

// ended returns the error for a document that stops too early.
func (d *Reader) ended() error {
	if d.failed != nil && d.failed != io.EOF {
		return d.failed
	}
	return d.syntax("the file ends before its JSON does: is it truncated?")
}

// peek skips blanks and returns the next byte without consuming it.
func (d *Reader) peek() (byte, error) {
	if d.pos < d.end && d.buf[d.pos] > ' ' {
		return d.buf[d.pos], nil
	}
	return d.skipBlanks()
}

// step consumes a byte, and a blank after it, which most writers put there.
func (d *Reader) step() {
	if d.pos++; d.pos < d.end && d.buf[d.pos] == ' ' {
		d.pos++
	}
}

func (d *Reader) skipBlanks() (byte, error) {
	for {
		for d.pos < d.end {
			switch c := d.buf[d.pos]; c {
			case ' ', '\t', '\r', '\n':
				d.pos++
			default:
				return c, nil
			}
		}
		if !d.fill() {
			return 0, d.ended()
		}
	}
}

// Kind returns what comes next: "object", "array", "string", "number", "true",
// "false" or "null".
func (d *Reader) Kind() (string, error) {
	c, err := d.peek()
	if err != nil {
		return "", err
	}
	switch {
	case c == '{':
		return "object", nil
	case c == '[':
		return "array", nil
	case c == '"':
		return "string", nil
	case c == 't':
		return "true", nil
	case c == 'f':
		return "false", nil
	case c == 'n':
		return "null", nil
	case c == '-' || c >= '0' && c <= '9' || c == 'N' || c == 'I':
		return "number", nil
	}
	return "", d.syntax("%q where a JSON value starts", c)
}

// want returns a [TypeError] and skips the value unless it is of the kind.
func (d *Reader) want(kind, name string) error {
	got, err := d.Kind()
	if err != nil || got == kind {
		return err
	}
	if err := d.Skip(); err != nil {
		return err
	}
	return &TypeError{name, got}
}

// End returns an error unless only blanks follow.
func (d *Reader) End() error {
	c, err := d.peek()
	if err == nil {
		return d.syntax("%q follows the end of the JSON", c)
	}
	if d.failed == io.EOF {
		return nil
	}
	return err
}
