package dataset

import (
	"errors"
	"io"
	"math"

	"detsample/internal/vocxml"
)

// vocFile is one annotation file of Pascal VOC.
type vocFile struct {
	filename      string
	width, height int // 0 where the file has none
	marks         []mark
}

// parseVOC reads one annotation file. A coordinate that is no number becomes
// NaN, to be reported with its object.
func parseVOC(r io.Reader) (vocFile, error) {
	doc, err := vocxml.Parse(r)
	if at, ok := errors.AsType[*vocxml.Error](err); ok {
		err = &lineError{at.Line, at.Err}
	}
	f := vocFile{filename: doc.Filename, width: wholePixels(doc.Width), height: wholePixels(doc.Height)}
	for i, o := range doc.Objects {
		f.marks = append(f.marks, mark{id: int64(i + 1), class: o.Name, line: o.Line, ignore: o.Difficult, box: o.Box})
	}
	return f, err
}

// wholePixels returns a side's length, 0 where it is no number of pixels.
func wholePixels(v float64) int {
	if v >= 1 && v <= math.MaxInt32 && v == math.Trunc(v) {
		return int(v)
	}
	return 0
}
