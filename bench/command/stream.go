package command

import (
	"encoding/json"
	"io"

	"detsample/internal/visible"
)

// stream is an output of a command: control characters in what is written to
// it become visible, and the first error is kept, after which nothing more is
// written. Every command writes through it, so that none has to look whether
// its output arrived.
type stream struct {
	to      io.Writer
	visible *visible.Writer
	err     error
}

func newStream(to io.Writer) *stream { return &stream{to: to, visible: visible.NewWriter(to)} }

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.visible.Write(p)
	s.err = err
	return n, err
}

// close ends the stream and returns its first error.
func (s *stream) close() error {
	if err := s.visible.Close(); s.err == nil {
		s.err = err
	}
	return s.err
}

// printJSON writes a value for a program to read.
func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// raw returns what a stream writes to, for a bar that draws itself.
func raw(w io.Writer) io.Writer {
	if s, ok := w.(*stream); ok {
		return s.to
	}
	return w
}
