package scene

import (
	"fmt"
	"math"

	"detsample/anchors"
)

// shape is an object, or a look-alike (class -1), in its place.
type shape struct {
	outline outline
	box     anchors.Box // tight, before anything covers the shape
	class   int32
}

const (
	// maxCover is the most of the smaller of two shapes' boxes that they
	// share; their IoU is then below 0.18.
	maxCover = 0.3
	// maxTries is how often a shape is drawn anew until it finds room.
	maxTries = 100
)

// arrange draws the shapes of an image in the order in which they are painted.
func (p *painter) arrange() ([]shape, error) {
	objects := p.c.MinObjects + p.rng.IntN(p.c.MaxObjects-p.c.MinObjects+1)
	lookAlikes := p.rng.IntN(p.c.Distractors + 1)
	var placed []shape
	for i := range objects + lookAlikes {
		for range maxTries {
			s := p.shape(i < objects)
			if roomFor(s, placed) {
				placed = append(placed, s)
				break
			}
		}
		if i == objects-1 && len(placed) < p.c.MinObjects {
			return nil, fmt.Errorf("room for %d of at least %d objects: want fewer, smaller ones or a larger image", len(placed), p.c.MinObjects)
		}
	}
	p.rng.Shuffle(len(placed), func(i, j int) { placed[i], placed[j] = placed[j], placed[i] })
	return placed, nil
}

// shape draws a shape of random class, size, rotation and place.
func (p *painter) shape(object bool) shape {
	k := p.rng.IntN(p.c.Classes)
	s := shape{class: int32(k), outline: classes[k].shape}
	if !object {
		s.class = -1
		s.outline = classes[k].lookAlikes[p.rng.IntN(len(classes[k].lookAlikes))]
	}
	s.outline = s.outline.rotated(2 * math.Pi * p.rng.Float64())
	lo, hi := s.outline.extent()
	scale := p.size() / max(hi.x-lo.x, hi.y-lo.y)
	w, h := scale*(hi.x-lo.x), scale*(hi.y-lo.y)
	x, y := p.rng.Float64()*(float64(p.c.Size)-w), p.rng.Float64()*(float64(p.c.Size)-h)
	s.outline = s.outline.mapped(func(q point) point {
		return point{x + scale*(q.x-lo.x), y + scale*(q.y-lo.y)}
	})
	side := float32(p.c.Size)
	s.box = anchors.Box{float32(x), float32(y), float32(x + w), float32(y + h)}.Clip(side, side)
	return s
}

// size draws from the Pareto distribution bounded to [MinSize, MaxSize], whose
// density falls as size^-(Tail+1).
func (p *painter) size() float64 {
	lo, hi, u := p.c.MinSize, p.c.MaxSize, p.rng.Float64()
	if p.c.Tail == 0 {
		return lo * math.Pow(hi/lo, u)
	}
	a, b := math.Pow(lo, -p.c.Tail), math.Pow(hi, -p.c.Tail)
	return min(max(math.Pow(a-u*(a-b), -1/p.c.Tail), lo), hi)
}

func roomFor(s shape, placed []shape) bool {
	for i := range placed {
		if anchors.Intersection(s.box, placed[i].box) > maxCover*min(s.box.Area(), placed[i].box.Area()) {
			return false
		}
	}
	return true
}
