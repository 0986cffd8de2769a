package annotations

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"detsample/internal/jsonstream"
	"detsample/internal/regular"
)

// Detection is a scored box of a detector, by the ids of a set.
type Detection struct {
	Image int64
	// Class is a category's id.
	Class int32
	// Box is x, y, width, height in pixels.
	Box   [4]float64
	Score float64
}

// OpenResults reads a COCO result file, which must be a regular file.
func OpenResults(path string) ([]Detection, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("it is %s, not a regular file: name a COCO result file", regular.Kind(info.Mode()))
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainPathError(err))
	}
	defer f.Close()
	return ReadResults(f, path)
}

// ReadResults reads a COCO result file from r: an array of objects with
// image_id, category_id, bbox and score. name stands for it in messages.
// Anything wrong with a detection is an error that names its place, for figures
// without it would be those of another detector.
//
// It takes time in proportion to what it reads, and the memory of the detections,
// 64 bytes each.
func ReadResults(r io.Reader, name string) ([]Detection, error) {
	d := jsonstream.New(jsonText(r))
	list := []Detection{}
	reader := resultReader{Reader: d}
	err := d.Array(func() error {
		found, err := reader.detection()
		if err != nil {
			if _, syntax := errors.AsType[*jsonstream.SyntaxError](err); syntax {
				return err
			}
			return &misplaced{fmt.Errorf("%s:%d: detection %d: %w", name, d.Line(), len(list)+1, err)}
		}
		list = appendForeseen(d, list, found)
		return nil
	})
	if err == nil {
		err = d.End()
	}
	if err == nil {
		return list, nil
	}
	if at, ok := errors.AsType[*misplaced](err); ok {
		return nil, at.error
	}
	const expected = "expected a COCO result file, an array of objects"
	if syntax, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		if d.Empty() {
			return nil, fmt.Errorf("%s: the file is empty; %s", name, expected)
		}
		return nil, fmt.Errorf("%s:%d: byte %d: %w; %s", name, syntax.Line, syntax.Offset, err, expected)
	}
	return nil, fmt.Errorf("%s: %w; %s", name, plainPathError(err), expected)
}

// misplaced is an error about a detection, with its place.
type misplaced struct{ error }

// appendForeseen appends to a list that grows to what the rest of the document
// is likely to hold, but at most 64-fold, as its size may be a lie.
func appendForeseen[T any](d *jsonstream.Reader, list []T, v T) []T {
	if n := len(list); n == cap(list) && n >= 256 {
		rest := d.Foresee(n)
		list = slices.Grow(list, min(rest+rest/32, 63*n))
	}
	return append(list, v)
}

// resultReader reads the elements of a result file.
type resultReader struct {
	*jsonstream.Reader
	found   Detection
	has     [4]bool // image, class, box, score
	numbers int     // of the box
	wrong   error   // the first value of a wrong type
	key     [16]byte
}

func (r *resultReader) detection() (Detection, error) {
	r.found, r.has, r.wrong = Detection{}, [4]bool{}, nil
	err := r.Object(func(key []byte) error {
		n := copy(r.key[:], key) // reading the value overwrites the key
		err := r.member(key)
		if jsonstream.IsType(err) {
			if r.wrong == nil {
				r.wrong = fmt.Errorf("%q: %w", r.key[:n], err)
			}
			err = nil
		}
		return err
	})
	if err != nil {
		return r.found, err
	}
	return r.found, r.complete()
}

func (r *resultReader) member(key []byte) (err error) {
	switch string(key) {
	case "image_id":
		r.found.Image, err = r.Int64()
		r.has[0] = err == nil
	case "category_id":
		var class int64
		class, err = r.Int64()
		if err == nil && (class < math.MinInt32 || class > math.MaxInt32) {
			err = &jsonstream.TypeError{Want: "a whole number below 2^31", Got: fmt.Sprint(class)}
		}
		r.found.Class, r.has[1] = int32(class), err == nil
	case "bbox":
		r.numbers = 0
		err = r.Array(func() error {
			v, err := r.Float64()
			if r.numbers < 4 {
				r.found.Box[r.numbers] = v
			}
			r.numbers++
			return err
		})
		r.has[2] = err == nil
	case "score":
		r.found.Score, err = r.Float64()
		r.has[3] = err == nil
	default:
		err = r.Skip()
	}
	return err
}

// complete returns what a detection lacks or has wrong.
func (r *resultReader) complete() error {
	if r.wrong != nil {
		return r.wrong
	}
	for i, name := range [...]string{"image_id", "category_id", "bbox", "score"} {
		if !r.has[i] {
			return fmt.Errorf("no %q; each detection needs one", name)
		}
	}
	switch {
	case r.numbers != 4:
		return fmt.Errorf("\"bbox\" has %d numbers; expected [x, y, width, height]", r.numbers)
	case !finiteBox(r.found.Box):
		return fmt.Errorf("\"bbox\" %v has an infinite corner or area; has training diverged?", r.found.Box)
	case !(math.Abs(r.found.Score) <= math.MaxFloat64):
		return fmt.Errorf("\"score\" is %v; has training diverged?", r.found.Score)
	}
	return nil
}
