package annotations

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxYOLOClass is the largest class that a set without names may use.
const maxYOLOClass = 1 << 16

// line reads "class cx cy w h", or "class x1 y1 x2 y2 x3 y3 ..." of a polygon,
// whose box is its extent; all but the class are shares of the image's size.
func (r *yoloReader) line(im *Image, file string, number int, line string) error {
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil
	}
	wrong := func(format string, args ...any) error {
		return r.log.add(Problem{File: file, Line: number, Message: fmt.Sprintf(format, args...) + ": left out"})
	}
	class, err := strconv.ParseInt(words[0], 10, 32)
	if err != nil || class < 0 || class > maxYOLOClass {
		return wrong("class %.20q: want a whole number from 0", words[0])
	}
	if r.named && class >= int64(len(r.set.Categories)) {
		return wrong("class %d of %d that have a name", class, len(r.set.Categories))
	}
	if n := len(words); n != 5 && (n < 7 || n%2 == 0) {
		return wrong("%d numbers: want class cx cy w h", n)
	}
	shares := make([]float64, 0, 8)
	for _, word := range words[1:] {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil || !(v >= 0 && v <= 1) {
			return wrong("%.20q: want a share of the image's size, 0 to 1", word)
		}
		shares = append(shares, v)
	}
	box := yoloBox(shares, float64(im.Width), float64(im.Height))
	keep, problem := judge(box, r.options)
	if problem != "" {
		if err := r.log.add(Problem{File: file, Line: number, Message: problem}); err != nil {
			return err
		}
	}
	if !keep {
		return nil
	}
	for int64(len(r.set.Categories)) <= class {
		id := len(r.set.Categories)
		r.set.Categories = append(r.set.Categories, Category{ID: int64(id), Name: fmt.Sprintf("class %d", id)})
	}
	r.objects++
	im.Objects = append(im.Objects, Object{ID: r.objects, Box: box, Category: int32(class), Area: box[2] * box[3]})
	return nil
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
