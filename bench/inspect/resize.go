package inspect

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Resize is the rule by which images are scaled before training: the shorter
// side to Short pixels unless that would make the longer one exceed Long, as
// in Faster R-CNN (800 and 1333 since FPN). Short 0 scales the longer side to
// Long, which is how package bench reads folders; both 0 leave images as they
// are. Sides are rounded to the nearest pixel, and nothing is padded.
type Resize struct {
	Short, Long int
}

// size returns the scaled size of an image, at least 1 x 1.
func (r Resize) size(width, height int) (w, h int) {
	if r.Long == 0 && r.Short == 0 {
		return width, height
	}
	scale := math.Inf(1)
	if r.Short > 0 {
		scale = float64(r.Short) / float64(min(width, height))
	}
	if r.Long > 0 {
		scale = min(scale, float64(r.Long)/float64(max(width, height)))
	}
	return max(1, int(float64(width)*scale+0.5)), max(1, int(float64(height)*scale+0.5))
}

// times returns the rule for images a factor larger; false if it leaves images as
// they are, or they would be too large to inspect.
func (r Resize) times(factor int) (Resize, bool) {
	r.Short, r.Long = r.Short*factor, r.Long*factor
	return r, r.Long > 0 && r.Long <= maxSide
}

// String writes the rule as [ParseResize] reads it.
func (r Resize) String() string {
	switch {
	case r.Short == 0 && r.Long == 0:
		return "original"
	case r.Short == 0:
		return strconv.Itoa(r.Long)
	}
	return fmt.Sprintf("%dx%d", r.Short, r.Long)
}

// MarshalText writes the rule as [ParseResize] reads it.
func (r Resize) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// maxSide bounds scaled images, so that a slip of the pen does not ask for
// billions of anchors.
const maxSide = 10000

// ParseResize reads 800x1333 (short side and limit of the long one), 512 (the
// long side) or original.
func ParseResize(s string) (Resize, error) {
	wrong := fmt.Errorf("size %q: expected SHORTxLONG such as 800x1333, a single number for the longest side, or original; at most %d", s, maxSide)
	if s == "original" {
		return Resize{}, nil
	}
	short, long, both := strings.Cut(s, "x")
	if !both {
		short, long = "0", s
	}
	var r Resize
	var err error
	if r.Short, err = strconv.Atoi(short); err != nil {
		return Resize{}, wrong
	}
	if r.Long, err = strconv.Atoi(long); err != nil {
		return Resize{}, wrong
	}
	if r.Long < 1 || r.Long > maxSide || both && (r.Short < 1 || r.Short > r.Long) {
		return Resize{}, wrong
	}
	return r, nil
}

// UnmarshalText reads what [ParseResize] does.
func (r *Resize) UnmarshalText(text []byte) (err error) {
	*r, err = ParseResize(string(text))
	return err
}
