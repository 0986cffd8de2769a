package annotations

import (
	"errors"
	"fmt"
	"os"

	"detsample/internal/jsonstream"
)

// Open reads a COCO or LVIS JSON file, told apart by its content, or a folder
// in Pascal VOC or YOLO layout.
func Open(path string, o Options) (*Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("annotations: %w: name a COCO or LVIS JSON file, or a folder of Pascal VOC or YOLO", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("annotations: %s is no regular file: name a COCO or LVIS JSON file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("annotations: %w", err)
	}
	defer f.Close()
	return ReadCOCO(f, path, o)
}

// located turns the error of a reader into one that names file and place.
func located(file string, err error) error {
	if _, ok := errors.AsType[Problem](err); ok {
		return err
	}
	p := Problem{File: file, Message: err.Error()}
	if at, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		p.Line, p.Offset = at.Line, at.Offset
		return p
	}
	return fmt.Errorf("%s: %w", file, err)
}
