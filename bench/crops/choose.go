package crops

import (
	"math"
	"slices"
)

// Overlapping returns the overlap of tiles of a side that objects of these
// extents, the longer sides of their boxes, ask for: such that all but a
// hundredth of them are whole in some tile, and away from its borders, but at most
// half of the side. It also returns how many of the objects are too long for that to
// hold wherever they lie; see [Config.Shows] for where they do lie.
func Overlapping(side int, extents []float64) (overlap, long int) {
	if len(extents) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(extents))
	overlap = min(int(math.Ceil(asked(sorted[len(sorted)-1-len(sorted)/100]))), side/2)
	for _, e := range extents {
		if asked(e) > float64(overlap) {
			long++
		}
	}
	return overlap, long
}

// asked is the overlap by which an object is whole in some tile.
func asked(extent float64) float64 { return extent + 2*margin(extent) }

// Side returns the side of crops for objects of these extents: four times what
// all but a twentieth of them have at most, as a multiple of 32 from 128 to 320.
// Each is then seen with its surroundings, and most of what neighbouring tiles
// show is seen once.
func Side(extents []float64) int {
	if len(extents) == 0 {
		return least
	}
	sorted := slices.Sorted(slices.Values(extents))
	wanted := 4 * sorted[len(sorted)*19/20]
	return min(max(int(math.Ceil(wanted/step))*step, least), most)
}

const (
	step  = 32
	least = 128
	most  = 320
)
