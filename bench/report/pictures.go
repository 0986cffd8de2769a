package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"detsample/anchors"
	"detsample/bench/dataset"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

const (
	shownPictures = 6
	leastShown    = 3   // detections in one picture, of the highest scores; more where there are more objects
	matchIoU      = 0.5 // with an object of the same class: a hit
)

// picture is a test image with its objects and what each strategy found.
type picture struct {
	Name    string
	Columns int // on a wide page
	Cells   []pictureCell
}

type pictureCell struct {
	Name  string
	Truth bool
	Tally string
	SVG   template.HTML
}

// pictures draws the test images that runs were pictured on.
func pictures(s *summary.Study) ([]picture, error) {
	if s.Set == nil {
		return nil, nil
	}
	labels := classLabels(s.Set.Classes)
	var out []picture
	for _, i := range pictured(s) {
		img := &s.Set.Test[i]
		id := fmt.Sprintf("picture%d", i)
		uri, err := dataURI(img)
		if err != nil {
			return nil, err
		}
		p := picture{Name: img.Name}
		canvas := func(define bool) *overlay { return newOverlay(img, id, uri, labels, define) }
		truth := canvas(true)
		for _, o := range img.Objects {
			look := "hit"
			if o.Ignore {
				look = "ignored"
			}
			truth.box(o.Box, o.Class, look, "")
		}
		p.Cells = append(p.Cells, pictureCell{
			Name: "ground truth", Truth: true, Tally: objectsOf(img), SVG: truth.html(),
		})
		for k := range s.Summary.Strategies {
			name := s.Summary.Strategies[k].Strategy
			found, ok := detections(s.Records, name, i, max(leastShown, img.ToFind()))
			cell := pictureCell{Name: name, Tally: "no detections recorded"}
			o := canvas(false)
			if ok {
				cell.Tally = o.detections(found, img.Objects)
			}
			cell.SVG = o.html()
			p.Cells = append(p.Cells, cell)
		}
		p.Columns = columns(len(p.Cells))
		out = append(out, p)
	}
	return out, nil
}

// objectsOf counts an image's objects to find, and the others.
func objectsOf(img *dataset.Image) string {
	wanted := img.ToFind()
	tally := number(wanted, "object")
	if others := len(img.Objects) - wanted; others > 0 {
		tally += fmt.Sprintf(" and %s that %s not count", count(others), map[bool]string{true: "does", false: "do"}[others == 1])
	}
	return tally
}

// columns spreads cells evenly over as few rows of at most 6 as hold them.
func columns(cells int) int {
	rows := (cells + 5) / 6
	return (cells + rows - 1) / rows
}

// pictured returns the first test images that any run has a picture of.
func pictured(s *summary.Study) []int {
	var out []int
	for r := range s.Records {
		for _, p := range s.Records[r].Trace.Pictures {
			valid := p.Image >= 0 && p.Image < len(s.Set.Test) && !slices.Contains(out, p.Image)
			if valid && len(out) < shownPictures {
				out = append(out, p.Image)
			}
		}
	}
	return out
}

// detections returns the best k that the strategy's first seed with pictures
// found, best first. Strategies put their scores on scales of their own: equal
// numbers of detections can be compared, those above one score cannot.
func detections(records []trainer.Record, strategy string, image, k int) ([]trainer.DrawnDetection, bool) {
	for i := range records {
		if records[i].Run.Strategy != strategy {
			continue
		}
		for _, p := range records[i].Trace.Pictures {
			if p.Image != image {
				continue
			}
			found := slices.Clone(p.Detections)
			slices.SortStableFunc(found, func(a, b trainer.DrawnDetection) int { return cmp.Compare(b.Score, a.Score) })
			return found[:min(len(found), k)], true
		}
	}
	return nil, false
}

// match pairs detections, best first, with the objects of their class: the
// index of each one's object, -1 for none.
func match(found []trainer.DrawnDetection, objects []dataset.Object) []int {
	taken := make([]bool, len(objects))
	out := make([]int, len(found))
	for i, d := range found {
		out[i] = -1
		best := float32(matchIoU)
		for k, o := range objects {
			if iou := anchors.IoU(d.Box, o.Box); o.Class == d.Class && !taken[k] && iou >= best {
				out[i], best = k, iou
			}
		}
		if k := out[i]; k >= 0 {
			taken[k] = !objects[k].Ignore
		}
	}
	return out
}
