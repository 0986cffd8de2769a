package annotations

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"detsample/internal/prose"
)

// maxYOLOClass is the largest class that a set without names may use.
const maxYOLOClass = 1 << 16

// yoloImage is an image and what its label file says, with the numbers of
// classes as the categories of its objects.
type yoloImage struct {
	Image
	layouts layoutCount // of those that are no polygons
	found   findings
}

// read reads the size of an image and its label file. An image that is left out
// has no path.
func (y *yoloFolder) read(i int, p *Policy) (im yoloImage) {
	im.File, im.Path, im.Source, im.Split = y.images[i], y.images[i], y.label[i], y.split[i]
	if measure(y.fsys, &im.Image, &im.found); im.Path == "" || im.Source == "" {
		return im
	}
	text, _, err := readText(y.fsys, im.Source)
	if err != nil {
		im.found.add(Problem{File: im.Source, Message: err.Error() + ": image left out"})
		im.Path = ""
		return im
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		y.line(&im, number, line, p)
	}
	im.Objects, _ = p.repeated(im.Objects, func(first, again *Object) error {
		im.found.add(Problem{File: im.Source, Line: int(again.ID), Message: fmt.Sprintf("the same as line %d: %s", first.ID, p.repeats())})
		return nil
	})
	return im
}

// line reads an object. Until all is read, its id is the line.
func (y *yoloFolder) line(im *yoloImage, number int, line string, p *Policy) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	tally := &im.found.tally
	tally.objects++
	add := func(format string, args ...any) {
		im.found.add(Problem{File: im.Source, Line: number, Message: fmt.Sprintf(format, args...)})
	}
	if strings.HasSuffix(words[0], ",") || len(words) == 1 && strings.Contains(words[0], ",") {
		tally.lost++
		add("commas separate its numbers: want class cx cy w h, separated by blanks: left out")
		return
	}
	class, err := yoloClass(words[0])
	var shares []float64
	if err == nil {
		if strings.Contains(line, ",") {
			if comma := decimalCommas(words[1:]); comma != "" {
				add("%.20s has a comma as the decimal sign: read as a point", comma)
			}
		}
		if len(words) == 6 && y.keypoints == [2]int{} && confidence(words[5]) {
			add("a sixth number, %.20s, as a confidence is: its box is read all the same", words[5])
			words = words[:5]
		}
		shares, err = y.shares(words[1:])
	}
	if err != nil {
		tally.lost++
		add("%v: left out", err)
		return
	}
	if n := len(y.names); n > 0 && int(class) >= n {
		tally.lost++
		add("class %d, and names has %d, 0 to %d: left out", class, n, n-1)
		return
	}
	if want := 5 + y.keypoints[0]*y.keypoints[1]; y.keypoints != [2]int{} && len(words) != 5 && len(words) != want {
		add("%d numbers, where kpt_shape %v wants %d: its box is read all the same", len(words), y.keypoints, want)
	}
	if len(shares) > 4 {
		im.found.add(Problem{File: im.Source, Line: number, Notice: true, Message: fmt.Sprintf("%d numbers are read as a polygon, whose extent is the box; labels of poses need kpt_shape in data.yaml", len(words))})
	}
	spread := 1.5 // of a centre and half of a size
	if len(shares) > 4 {
		spread = 1 // of a corner
	}
	if w, h := float64(im.Width), float64(im.Height); len(shares) == 4 {
		im.layouts.add(centred, [4]float64{shares[0] * w, shares[1] * h, shares[2] * w, shares[3] * h}, im.Width, im.Height)
	}
	box := restored(yoloBox(shares, float64(im.Width), float64(im.Height)), im.Width, im.Height, decimals(words[1:]), spread)
	box, keep, wrong := p.box(box, im.Width, im.Height)
	if tally.judged(&wrong, keep); wrong.is {
		add("%s", wrong.String())
	}
	if keep {
		im.Objects = append(im.Objects, Object{ID: int64(number), Box: box, Category: class, Area: exact(box[2] * box[3])})
	}
}

// yoloClass reads the number of a class, which some tools write as 0.0.
func yoloClass(word string) (int32, error) {
	v, err := strconv.ParseFloat(word, 64)
	if err != nil || v != math.Trunc(v) || v < 0 || v > maxYOLOClass {
		return 0, fmt.Errorf("class %.20q: want a whole number from 0", word)
	}
	return int32(v), nil
}

// shares reads "cx cy w h", which keypoints may follow, or "x1 y1 x2 y2 x3 y3
// ..." of a polygon; all are shares of the image's size.
func (y *yoloFolder) shares(words []string) ([]float64, error) {
	n := len(words)
	switch {
	case n >= 4 && y.keypoints != [2]int{}:
		words = words[:4]
	case n == 4, n >= 6 && n%2 == 0:
	default:
		return nil, fmt.Errorf("%s: want class cx cy w h, separated by blanks", prose.Count(n+1, "number", "numbers"))
	}
	shares := make([]float64, 0, 8)
	for _, word := range words {
		v, ok := share(word)
		if !ok {
			return nil, fmt.Errorf("%.20q: want a share of the image's size, 0 to 1", word)
		}
		shares = append(shares, v)
	}
	return shares, nil
}

// confidence reports whether a word may be how sure a detector was of a box, which
// tools write behind it.
func confidence(word string) bool {
	v, err := strconv.ParseFloat(word, 64)
	return err == nil && v >= 0 && v <= 1
}

// decimalCommas puts a point for the decimal comma of each word, and returns the
// first word that had one.
func decimalCommas(words []string) (first string) {
	for i, word := range words {
		if strings.Count(word, ",") == 1 && !strings.Contains(word, ".") && !strings.HasSuffix(word, ",") {
			if first == "" {
				first = word
			}
			words[i] = strings.Replace(word, ",", ".", 1)
		}
	}
	return first
}

// share reads a share of the image's size. Of a box that reaches out of its
// image, it may be below 0 or above 1.
func share(word string) (float64, bool) {
	v, err := strconv.ParseFloat(word, 64)
	return v, err == nil && v >= -1 && v <= 2
}

// yoloBox turns shares, centre and size or corners, into a box in pixels.
func yoloBox(s []float64, width, height float64) [4]float64 {
	if len(s) == 4 {
		w, h := s[2]*width, s[3]*height
		return [4]float64{s[0]*width - w/2, s[1]*height - h/2, w, h}
	}
	x1, y1, x2, y2 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := 0; i < len(s); i += 2 {
		x1, x2 = min(x1, s[i]), max(x2, s[i])
		y1, y2 = min(y1, s[i+1]), max(y2, s[i+1])
	}
	return [4]float64{x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height}
}
