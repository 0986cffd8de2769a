package cocojson

import (
	"fmt"

	"detsample/internal/jsonstream"
)

// fields reads the members of a list's element and keeps what is wrong with
// it, so that the rest of the file can still be read.
type fields struct {
	*jsonstream.Reader
	wrong string // the first fault
	key   [24]byte
}

func (f *fields) fault(format string, args ...any) {
	if f.wrong == "" {
		f.wrong = fmt.Sprintf(format, args...)
	}
}

// each calls member for every member; a value of the wrong type is a fault.
func (f *fields) each(member func(key []byte) error) error {
	return f.Object(func(key []byte) error {
		n := copy(f.key[:], key) // reading the value overwrites the key
		err := member(key)
		if jsonstream.IsType(err) {
			f.fault("%s: %v", f.key[:n], err)
			err = nil
		}
		return err
	})
}

// box reads an array of four numbers.
func (f *fields) box() (box [4]float64, err error) {
	n := 0
	err = f.Array(func() error {
		v, err := f.Float64()
		if jsonstream.IsType(err) {
			f.fault("bbox: %v", err)
			err = nil
		}
		if n < len(box) {
			box[n] = v
		}
		n++
		return err
	})
	if err == nil && n != len(box) {
		f.fault("bbox has %d numbers: want x, y, width, height", n)
	}
	return box, err
}

// ids reads an array of whole numbers.
func (f *fields) ids() (ids []int64, err error) {
	ids = []int64{} // an empty list is a list
	err = f.Array(func() error {
		id, err := f.Int64()
		if jsonstream.IsType(err) {
			f.fault("a category's id: %v", err)
			err = nil
		}
		ids = append(ids, id)
		return err
	})
	return ids, err
}
