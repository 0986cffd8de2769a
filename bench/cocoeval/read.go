package cocoeval

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"detsample/internal/jsonstream"
)

// ReadGroundTruth reads the "annotations" of a COCO instances file, as a
// stream in which segmentations are passed over.
//
// Where "area" is missing it is width times height, and a missing "iscrowd"
// is 0. A field "ignore" is not read, as pycocotools does not heed it. Errors
// name the annotation and what is wrong with it.
func ReadGroundTruth(r io.Reader) ([]GroundTruth, error) {
	d := jsonstream.New(r)
	gts, found := []GroundTruth{}, false
	var a annotation
	err := d.Object(func(key []byte) error {
		if string(key) != "annotations" {
			return d.Skip()
		}
		found = true
		return d.Array(func() error {
			a = annotation{}
			err := a.read(d)
			if err == nil {
				err = a.complete(false)
			}
			if err != nil {
				return at(fmt.Sprintf("annotations[%d]%s", len(gts), a.name()), err)
			}
			area := a.box[2] * a.box[3]
			if a.hasArea {
				area = a.area
			}
			gts = appendForeseen(d, gts, GroundTruth{Image: a.image, Class: a.class, Box: a.box, Area: area, Crowd: a.crowd})
			return nil
		})
	})
	if err == nil {
		err = d.End()
	}
	if err != nil {
		return nil, readError(d, "ground truth", err, "a COCO instances file, an object with an array \"annotations\"")
	}
	if !found {
		return nil, errors.New("cocoeval: ground truth: no array \"annotations\"; expected a COCO instances file")
	}
	return gts, nil
}

// ReadDetections reads a COCO result file: an array of objects with image_id,
// category_id, bbox and score. Errors name the detection and what is wrong
// with it.
func ReadDetections(r io.Reader) ([]Detection, error) {
	d := jsonstream.New(r)
	dts := []Detection{}
	var a annotation
	err := d.Array(func() error {
		a = annotation{}
		err := a.read(d)
		if err == nil {
			err = a.complete(true)
		}
		if err != nil {
			return at(fmt.Sprintf("[%d]", len(dts)), err)
		}
		dts = appendForeseen(d, dts, Detection{Image: a.image, Class: a.class, Box: a.box, Score: a.score})
		return nil
	})
	if err == nil {
		err = d.End()
	}
	if err != nil {
		return nil, readError(d, "detections", err, "a COCO result file, an array of objects")
	}
	return dts, nil
}

// appendForeseen appends to a list that grows to what the rest of the document
// is likely to hold, but at most 64-fold, as its size may be a lie.
func appendForeseen[T any](d *jsonstream.Reader, list []T, v T) []T {
	if n := len(list); n == cap(list) && n >= 256 {
		rest := d.Foresee(n)
		list = slices.Grow(list, min(rest+rest/32, 63*n))
	}
	return append(list, v)
}

// annotation is an object of a COCO annotation or result file.
type annotation struct {
	id, image                                    int64
	class                                        int32
	box                                          [4]float64
	numbers                                      int // in the box
	area, score                                  float64
	crowd                                        bool
	hasID, hasImage, hasClass, hasArea, hasScore bool
	fault                                        error // the first value of a wrong type
	key                                          [16]byte
}

// read reads an annotation; a value of the wrong type ends in a.fault.
func (a *annotation) read(d *jsonstream.Reader) error {
	return d.Object(func(key []byte) error {
		n := copy(a.key[:], key) // reading the value overwrites the key
		err := a.member(d, key)
		if jsonstream.IsType(err) {
			if a.fault == nil {
				a.fault = fmt.Errorf("%q: %w", a.key[:n], err)
			}
			err = nil
		}
		return err
	})
}

func (a *annotation) member(d *jsonstream.Reader, key []byte) (err error) {
	switch string(key) {
	case "id":
		a.id, err = d.Int64()
		a.hasID = err == nil
		if jsonstream.IsType(err) {
			err = nil // of no use but in messages
		}
	case "image_id":
		a.image, err = d.Int64()
		a.hasImage = err == nil
	case "category_id":
		var class int64
		class, err = d.Int64()
		if err == nil && (class < math.MinInt32 || class > math.MaxInt32) {
			err = &jsonstream.TypeError{Want: "a whole number below 2^31", Got: fmt.Sprint(class)}
		}
		a.class, a.hasClass = int32(class), err == nil
	case "bbox":
		a.numbers = 0
		err = d.Array(func() error {
			v, err := d.Float64()
			if a.numbers < len(a.box) {
				a.box[a.numbers] = v
			}
			a.numbers++
			return err
		})
	case "area":
		a.area, err = d.Float64()
		a.hasArea = err == nil
	case "iscrowd":
		a.crowd, err = d.Flag()
	case "score":
		a.score, err = d.Float64()
		a.hasScore = err == nil
	default:
		err = d.Skip()
	}
	return err
}

// complete returns what an annotation lacks or has wrong.
func (a *annotation) complete(scored bool) error {
	switch {
	case a.fault != nil:
		return a.fault
	case !a.hasImage:
		return errors.New("no \"image_id\"; each needs a whole number")
	case !a.hasClass:
		return errors.New("no \"category_id\"; each needs a whole number")
	case a.numbers != len(a.box):
		return fmt.Errorf("\"bbox\" has %d numbers; expected [x, y, width, height]", a.numbers)
	case !finiteBox(&a.box):
		return fmt.Errorf("\"bbox\" %v has an infinite corner or area; repair or drop it", a.box)
	case a.hasArea && !finite(a.area):
		return fmt.Errorf("\"area\" is %v; repair or drop it", a.area)
	case scored && !a.hasScore:
		return errors.New("no \"score\"; each detection needs one")
	case scored && !finite(a.score):
		return fmt.Errorf("\"score\" is %v; has training diverged?", a.score)
	}
	return nil
}

// name returns the annotation's id for messages, if it has one.
func (a *annotation) name() string {
	if !a.hasID {
		return ""
	}
	return fmt.Sprintf(" (id %d)", a.id)
}

// placed is an error about one element.
type placed struct {
	where string
	err   error
}

func (p *placed) Error() string { return p.where + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

// at places an error about an element, but for one about the file's syntax,
// which has a place.
func at(where string, err error) error {
	if _, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		return err
	}
	return &placed{where, err}
}

// readError says what could not be read and what was expected.
func readError(d *jsonstream.Reader, what string, err error, expected string) error {
	if _, ok := errors.AsType[*placed](err); ok {
		return fmt.Errorf("cocoeval: %s: %w (line %d, byte %d)", what, err, d.Line(), d.Offset())
	}
	if syntax, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		if syntax.Offset == 0 && d.Empty() {
			return fmt.Errorf("cocoeval: %s: the file is empty; expected %s", what, expected)
		}
		return fmt.Errorf("cocoeval: %s: line %d, byte %d: %w; expected %s", what, syntax.Line, syntax.Offset, err, expected)
	}
	return fmt.Errorf("cocoeval: %s: %w; expected %s", what, err, expected)
}
