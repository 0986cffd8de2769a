package annotations

import (
	"fmt"

	"detsample/internal/prose"
)

// unit is a part of the image's size in which boxes are written in place of pixels.
type unit struct {
	parts int
	name  string
}

var units = [...]unit{{100, "hundredths"}, {1000, "thousandths"}}

// unitCount counts the boxes that could be in a unit. Its zero value is ready.
type unitCount struct {
	within, large int        // boxes within the whole, and images so large that few boxes would be
	farthest      [2]float64 // right and lower edge
}

const (
	// unitSlack is how far in parts a box may reach beyond the whole.
	unitSlack = 1
	// unitReach is how far, as a share of the whole, the farthest edges must reach.
	unitReach = 0.75
	// unitLarge is how many times the parts an image has pixels in which all boxes
	// lying within as many pixels as parts is no chance, if leastInLarge do.
	unitLarge    = 2
	leastInLarge = 20
)

func (c *unitCount) add(u *unit, own layout, box [4]float64, width, height int) {
	whole := float64(u.parts) + unitSlack
	x1, y1, x2, y2 := own.edges(box)
	if x1 >= -unitSlack && y1 >= -unitSlack && x2 > x1 && y2 > y1 && x2 <= whole && y2 <= whole {
		c.within++
		c.farthest[0], c.farthest[1] = max(c.farthest[0], x2), max(c.farthest[1], y2)
	}
	if min(width, height) >= unitLarge*u.parts {
		c.large++
	}
}

func (c *unitCount) join(other *unitCount) {
	c.within += other.within
	c.large += other.large
	c.farthest[0], c.farthest[1] = max(c.farthest[0], other.farthest[0]), max(c.farthest[1], other.farthest[1])
}

// suspectUnits says why the boxes, so many of which reach out of their images, are
// taken for parts of them, "" if they are not.
func (c *layoutCount) suspectUnits(out int, format string) string {
	n := float64(c.boxes)
	for i := range units {
		u, in := &units[i], &c.units[i]
		far := unitReach * float64(u.parts)
		if float64(in.within) < othersIn*n || in.farthest[0] < far || in.farthest[1] < far {
			continue
		}
		why := ""
		switch {
		case float64(out) >= othersOut*n:
			why = fmt.Sprintf("%d reach out of their images", out)
		case in.large == c.boxes && c.boxes >= leastInLarge:
			why = fmt.Sprintf("all are of images of at least %d pixels a side", unitLarge*u.parts)
		default:
			continue
		}
		return fmt.Sprintf("of %s %s, and %d lie between 0 and %d: they look like %s of the image's size, where %s has pixels: multiply what is along x by the image's width / %[4]d, what is along y by its height / %[4]d",
			prose.Count(c.boxes, "box", "boxes"), why, in.within, u.parts, u.name, format)
	}
	return ""
}
