package cocoeval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// annotation is an object of a COCO annotation or result file. Pointers tell
// what is missing.
type annotation struct {
	ID      json.RawMessage `json:"id"`
	Image   *int64          `json:"image_id"`
	Class   *int32          `json:"category_id"`
	Box     []float64       `json:"bbox"`
	Area    *float64        `json:"area"`
	IsCrowd int             `json:"iscrowd"`
	Score   *float64        `json:"score"`
}

// ReadGroundTruth reads the "annotations" of a COCO instances file.
//
// Where "area" is missing it is width times height, and a missing "iscrowd"
// is 0. A field "ignore" is not read, as pycocotools does not heed it. Errors
// name the annotation and what is wrong with it.
func ReadGroundTruth(r io.Reader) ([]GroundTruth, error) {
	var file struct {
		Annotations []annotation `json:"annotations"`
	}
	if err := decode(r, &file); err != nil {
		return nil, fmt.Errorf("cocoeval: ground truth: %w; expected a COCO instances file, an object with an array \"annotations\"", err)
	}
	if file.Annotations == nil {
		return nil, errors.New("cocoeval: ground truth: no array \"annotations\"; expected a COCO instances file")
	}
	gts := make([]GroundTruth, len(file.Annotations))
	for i := range file.Annotations {
		a := &file.Annotations[i]
		box, err := a.box()
		if err != nil {
			return nil, fmt.Errorf("cocoeval: ground truth: annotations[%d]%s: %w", i, a.name(), err)
		}
		area := box[2] * box[3]
		if a.Area != nil {
			area = *a.Area
		}
		gts[i] = GroundTruth{Image: *a.Image, Class: *a.Class, Box: box, Area: area, Crowd: a.IsCrowd != 0}
	}
	return gts, nil
}

// ReadDetections reads a COCO result file: an array of objects with image_id,
// category_id, bbox and score. Errors name the detection and what is wrong
// with it.
func ReadDetections(r io.Reader) ([]Detection, error) {
	var file []annotation
	if err := decode(r, &file); err != nil {
		return nil, fmt.Errorf("cocoeval: detections: %w; expected a COCO result file, an array of objects", err)
	}
	if file == nil {
		return nil, errors.New("cocoeval: detections: the file holds null; expected a COCO result file, an array of objects")
	}
	dts := make([]Detection, len(file))
	for i := range file {
		a := &file[i]
		box, err := a.box()
		if err == nil && a.Score == nil {
			err = errors.New("no \"score\"; each detection needs one")
		}
		if err != nil {
			return nil, fmt.Errorf("cocoeval: detections: [%d]: %w", i, err)
		}
		dts[i] = Detection{Image: *a.Image, Class: *a.Class, Box: box, Score: *a.Score}
	}
	return dts, nil
}

// decode reads the one JSON value of r into v.
func decode(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("the file is empty")
		}
		return fmt.Errorf("near byte %d: %w", d.InputOffset(), err)
	}
	at := d.InputOffset()
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the value that ends at byte %d", at)
	}
	return nil
}

// name returns the annotation's id for messages, if it has one.
func (a *annotation) name() string {
	if len(a.ID) == 0 || len(a.ID) > 32 {
		return ""
	}
	return fmt.Sprintf(" (id %s)", a.ID)
}

// box returns the box of an annotation that has all it needs.
func (a *annotation) box() (box [4]float64, err error) {
	switch {
	case a.Image == nil:
		return box, errors.New("no \"image_id\"; each needs a whole number")
	case a.Class == nil:
		return box, errors.New("no \"category_id\"; each needs a whole number")
	case len(a.Box) != 4:
		return box, fmt.Errorf("\"bbox\" has %d numbers; expected [x, y, width, height]", len(a.Box))
	}
	box = [4]float64(a.Box)
	if !finiteBox(&box) {
		return box, fmt.Errorf("\"bbox\" %v has an infinite corner or area; repair or drop it", box)
	}
	return box, nil
}
