package config

import (
	"fmt"
	"strconv"
)

// Size is the longest side of a folder's images as they are trained on, in
// pixels, or one of its names.
type Size int

// The sizes with names.
const (
	Original Size = 0  // images are left as they are
	Auto     Size = -1 // chosen by the objects
)

// The sizes in pixels.
const (
	minSize = 32
	maxSize = 2048
)

// MarshalText implements [encoding.TextMarshaler].
func (s Size) MarshalText() ([]byte, error) {
	switch s {
	case Original:
		return []byte("original"), nil
	case Auto:
		return []byte("auto"), nil
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler]. 0 is original, too.
func (s *Size) UnmarshalText(text []byte) error {
	switch string(text) {
	case "original", "0":
		*s = Original
		return nil
	case "auto":
		*s = Auto
		return nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < minSize { // those with names are not written as numbers
		return errSize
	}
	*s = Size(n)
	return s.Validate()
}

// Validate reports a side that no comparison trains at.
func (s Size) Validate() error {
	if s != Original && s != Auto && (s < minSize || s > maxSize) {
		return errSize
	}
	return nil
}

var errSize = fmt.Errorf("expected a whole number of pixels from %d to %d, original or auto", minSize, maxSize)
