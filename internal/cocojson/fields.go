package cocojson

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"detsample/internal/jsonstream"
)

// fields reads the members of a list's element. What is wrong with one that the
// element cannot do without is kept in wrong, what is wrong with another in
// notes, so that the rest of the file can still be read.
type fields struct {
	*jsonstream.Reader
	wrong string
	notes []string
}

func (f *fields) fault(format string, args ...any) {
	if f.wrong == "" {
		f.wrong = fmt.Sprintf(format, args...)
	}
}

func (f *fields) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// whole reads a whole number that the element needs.
func (f *fields) whole(name string) (v int64, ok bool, err error) {
	v, wrong, err := f.integer(name)
	if wrong != "" {
		f.fault("%s %s: want a whole number", name, wrong)
	}
	return v, err == nil && wrong == "", err
}

// index reads a whole number that the element can do without.
func (f *fields) index(name, otherwise string) (v int64, ok bool, err error) {
	v, wrong, err := f.integer(name)
	if wrong != "" {
		f.note("%s %s: %s", name, wrong, otherwise)
	}
	return v, err == nil && wrong == "", err
}

// integer reads a whole number, or says what is there in its place.
func (f *fields) integer(name string) (v int64, wrong string, err error) {
	kind, err := f.Kind()
	if err != nil {
		return 0, "", err
	}
	switch kind {
	case "number":
		v, err = f.Int64()
		if at, ok := errors.AsType[*jsonstream.TypeError](err); ok {
			return 0, "is " + at.Got, nil
		}
		return v, "", err
	case "string":
		text, err := f.String()
		if err != nil {
			return 0, "", err
		}
		if v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			f.note("%s is the text %q: read as %d", name, text, v)
			return v, "", nil
		}
		return 0, fmt.Sprintf("is the text %.40q", text), nil
	}
	return 0, "is " + article(kind), f.Skip()
}

// number reads a number that the element can do without.
func (f *fields) number(name, otherwise string) (v float64, ok bool, err error) {
	kind, err := f.Kind()
	if err != nil {
		return 0, false, err
	}
	switch kind {
	case "number":
		if v, err = f.Float64(); err != nil {
			return 0, false, err
		}
		if math.Abs(v) <= math.MaxFloat64 {
			return v, true, nil
		}
		f.note("%s is %v: %s", name, v, otherwise)
		return 0, false, nil
	case "string":
		text, err := f.String()
		if err != nil {
			return 0, false, err
		}
		if v, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && math.Abs(v) <= math.MaxFloat64 {
			f.note("%s is the text %q: read as %v", name, text, v)
			return v, true, nil
		}
		f.note("%s is the text %.40q: %s", name, text, otherwise)
		return 0, false, nil
	}
	f.note("%s is %s: %s", name, article(kind), otherwise)
	return 0, false, f.Skip()
}

// word reads a text that the element can do without; a number is its digits.
func (f *fields) word(name, otherwise string) (string, error) {
	kind, err := f.Kind()
	if err != nil {
		return "", err
	}
	switch kind {
	case "string":
		text, err := f.String()
		if strings.ContainsRune(text, utf8.RuneError) {
			f.note("%s %.40q has U+FFFD, which stands for what is not UTF-8", name, text)
		}
		return text, err
	case "number":
		v, err := f.Float64()
		if err != nil {
			return "", err
		}
		text := strconv.FormatFloat(v, 'f', -1, 64)
		f.note("%s is the number %s: read as text", name, text)
		return text, nil
	}
	f.note("%s is %s: %s", name, article(kind), otherwise)
	return "", f.Skip()
}

// flag reads 0 or 1; null is 0.
func (f *fields) flag(name string) (bool, error) {
	kind, err := f.Kind()
	if err != nil {
		return false, err
	}
	switch kind {
	case "true", "false", "null":
		return kind == "true", f.Skip()
	}
	v, ok, err := f.number(name, "taken as 0")
	if ok && v != 0 && v != 1 {
		f.note("%s is %v: taken as 1", name, v)
	}
	return v != 0, err
}

// box reads an array of four numbers, or says what is there in its place.
func (f *fields) box() (box [4]float64, wrong string, err error) {
	kind, err := f.Kind()
	if err != nil {
		return box, "", err
	}
	if kind != "array" {
		return box, "bbox is " + article(kind) + ": want x, y, width, height", f.Skip()
	}
	n := 0
	err = f.Array(func() error {
		v, err := f.coordinate()
		if jsonstream.IsType(err) {
			wrong = "bbox: " + err.Error()
			err = nil
		}
		if n < len(box) {
			box[n] = v
		}
		n++
		return err
	})
	switch {
	case n == 1:
		wrong = "bbox has 1 number: want x, y, width, height"
	case n != len(box):
		wrong = fmt.Sprintf("bbox has %d numbers: want x, y, width, height", n)
	}
	return box, wrong, err
}

// coordinate reads a number of a box, or one that is written as text.
func (f *fields) coordinate() (float64, error) {
	kind, err := f.Kind()
	switch {
	case err != nil:
		return 0, err
	case kind != "string":
		return f.Float64()
	}
	text, err := f.String()
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, &jsonstream.TypeError{Want: "a number", Got: fmt.Sprintf("the text %.40q", text)}
	}
	if note := "bbox has numbers as text: read as numbers"; !slices.Contains(f.notes, note) {
		f.note("%s", note)
	}
	return v, nil
}

// ids reads an array of whole numbers that the element can do without.
func (f *fields) ids(name string) (ids []int64, err error) {
	kind, err := f.Kind()
	if err != nil {
		return nil, err
	}
	if kind != "array" {
		f.note("%s is %s: left out", name, article(kind))
		return nil, f.Skip()
	}
	ids = []int64{} // an empty list is a list
	err = f.Array(func() error {
		id, err := f.Int64()
		if jsonstream.IsType(err) {
			f.note("%s: %v: left out", name, err)
			return nil
		}
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// article returns a kind of value as it stands in a sentence.
func article(kind string) string {
	switch kind {
	case "array", "object":
		return "an " + kind
	case "string":
		return "text"
	case "number":
		return "a number"
	}
	return kind
}
