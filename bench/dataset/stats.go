package dataset

import (
	"math"
	"slices"
)

// Stats describes the objects of a list of images.
type Stats struct {
	Images int
	// PerClass counts the objects of each class that are not ignored.
	PerClass []int
	// Objects is the sum of PerClass, Ignored the number left out of it.
	Objects, Ignored int
	// Sides holds sqrt(area) of the Objects in network pixels, ascending: the
	// scale by which anchor sizes are chosen.
	Sides []float32
}

// TinySide is the side in pixels below which objects vanish on the strides of a
// pyramid; COCO's own small ones begin below 32.
const TinySide = 12

// Stats describes the training and the test images.
func (s *Set) Stats() (train, test Stats) {
	return Describe(s.Train, len(s.Classes)), Describe(s.Test, len(s.Classes))
}

// Describe counts and measures the objects of images whose classes are
// 0 to classes-1.
func Describe(images []Image, classes int) Stats {
	st := Stats{Images: len(images), PerClass: make([]int, classes)}
	for i := range images {
		for _, o := range images[i].Objects {
			if o.Ignore {
				st.Ignored++
				continue
			}
			st.Objects++
			st.PerClass[o.Class]++
			st.Sides = append(st.Sides, float32(math.Sqrt(float64(o.Box.Area()))))
		}
	}
	slices.Sort(st.Sides)
	return st
}

// Quantile returns the q-quantile of Sides, 0 <= q <= 1, by linear
// interpolation between order statistics (type 7 of Hyndman and Fan, 1996,
// NumPy's default); 0 where there are no objects.
func (s Stats) Quantile(q float64) float32 {
	if len(s.Sides) == 0 {
		return 0
	}
	at := min(max(q, 0), 1) * float64(len(s.Sides)-1)
	lo := int(at)
	hi := min(lo+1, len(s.Sides)-1)
	t := float32(at - float64(lo))
	return s.Sides[lo] + t*(s.Sides[hi]-s.Sides[lo])
}
