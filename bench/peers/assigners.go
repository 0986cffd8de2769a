package main

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/dump"
)

// assignerGoal is the least ratio at 200k anchors and 100 objects.
const assignerGoal = 20

// shelfAssigner is an assigner beside a peer's.
type shelfAssigner struct {
	name, call, peer string
	modules          []string
	assigner         anchors.Assigner
	quality          bool // soft targets are compared too
	apart            bool // of objects that do not overlap
	distinct         bool // of objects whose nearest candidates lie at different distances
	classes          int  // of predictions, on which the peer's cost depends; 0 for none
	byClass          bool // the peer looks up objects' classes: it holds no candidates x objects x classes
}

var ultralytics = []string{"torch", "ultralytics"}

// assignersByBoxes look at boxes alone.
var assignersByBoxes = []shelfAssigner{
	{name: "ATSS", call: "atss", assigner: anchors.NewATSS()},
	{name: "RFLA", call: "rfla", peer: "its authors", assigner: anchors.NewRFLA()},
	{name: "NWD-RKA", call: "nwd_rka", peer: "its authors", assigner: anchors.NewNWDRKA()},
}

// assignersByPredictions look at what the detector says too.
var assignersByPredictions = []shelfAssigner{
	{name: "SimOTA", call: "simota", assigner: anchors.NewSimOTA()},
	{name: "OTA", call: "ota", peer: "its authors", assigner: anchors.NewOTA()},
	{name: "dynamic soft label", call: "dynamic_soft", assigner: anchors.NewDynamicSoft(), quality: true},
	{name: "task-aligned", call: "task_aligned", assigner: anchors.NewTaskAligned(), byClass: true},
	{name: "task-aligned", call: "ultralytics", peer: "Ultralytics", modules: ultralytics, assigner: anchors.NewTaskAligned(), quality: true, apart: true, byClass: true},
	{name: "Hungarian", call: "hungarian", peer: "mmdetection, scipy", modules: []string{"torch", "torchvision", "mmdet", "scipy"}, assigner: anchors.NewHungarian(), byClass: true},
	{name: "uniform", call: "uniform", assigner: anchors.NewUniform(), distinct: true},
}

// assignerOperations are the assigners beside MaxIoU.
func assignerOperations(s sizes) []operation {
	var all []operation
	add := func(a shelfAssigner, f field, objects, classes int, goal float64) {
		if a.peer == "" {
			a.peer = "mmdetection"
		}
		if a.modules == nil {
			a.modules = openmmlab
		}
		if a.peer == "its authors" {
			a.modules = append([]string{"sources"}, a.modules...)
		}
		size := fmt.Sprintf("%dk, %d objects", f.count()/1000, objects)
		if classes > 0 {
			size += fmt.Sprintf(", %d classes", classes)
		}
		a.classes = classes
		all = append(all, operation{
			name: "assignment, " + a.name, size: size, peer: a.peer, modules: a.modules, goal: goal,
			build: func(string) (*problem, error) { return assignerProblem(a, f, objects), nil },
		})
	}
	small, large := s.field640(), s.field1333()
	for _, a := range assignersByBoxes {
		add(a, small, 20, 0, 0)
		add(a, large, 100, 0, assignerGoal)
	}
	add(assignersByBoxes[0], large, 1000, 0, 0)
	add(shelfAssigner{name: "point", call: "point", assigner: anchors.NewPoint()}, large.points(), 100, 0, assignerGoal)
	for _, a := range assignersByPredictions {
		add(a, small, 20, 80, 0)
		add(a, large, 100, 1, assignerGoal)
		if a.byClass {
			add(a, large, 100, 80, assignerGoal)
		}
	}
	return all
}

// field is the candidates over an image.
type field struct {
	pyramid       anchors.Pyramid
	width, height int
}

func (f field) count() int { return f.pyramid.Count(f.width, f.height) }

// field1333 is RetinaNet's, 200k over an image of the full size.
func (s sizes) field1333() field {
	width, height := s.image()
	return field{retina(), width, height}
}

// points has one candidate at each cell.
func (f field) points() field {
	p := anchors.Pyramid{Ratios: []float32{1}}
	for _, l := range f.pyramid.Levels {
		p.Levels = append(p.Levels, anchors.Level{Stride: l.Stride, Sizes: l.Sizes[:1]})
	}
	f.pyramid = p
	return f
}

// field640 is three squares at each cell of an image whose longer side is 640,
// 21k.
func (s sizes) field640() field {
	p := retina()
	p.Ratios = []float32{1}
	if s.divisor > 1 {
		return field{p, 192, 160}
	}
	return field{p, 640, 544}
}

// assignerProblem is the assignment of a field to objects in it, none as wide or
// as high as the image, whose centre may be as near to two candidates. Predictions
// are a trained detector's: a candidate inside objects predicts one of them,
// the others themselves.
func assignerProblem(a shelfAssigner, f field, n int) *problem {
	p := f.pyramid
	c := anchors.Candidates{
		Box: p.Append(nil, f.width, f.height), Grid: p.Grids(f.width, f.height), Pyramid: &p,
		Width: float32(f.width), Height: float32(f.height),
	}
	truth := anchors.Truth{Box: objects(newRand(uint64(n)), n, float64(f.width)-7.3, float64(f.height)-5.7), Class: make([]int32, n)}
	if a.distinct {
		rng := newRand(uint64(n))
		for i := 0; i < n; {
			if b := objects(rng, 1, float64(f.width)-7.3, float64(f.height)-5.7)[0]; toldApart(b, c.Box) {
				truth.Box[i] = b
				i++
			}
		}
	}
	if a.apart {
		setApart(truth.Box, f.width, f.height)
	}
	var levels, strides []int
	for _, g := range c.Grid {
		levels, strides = append(levels, g.Width*g.Height*g.PerCell), append(strides, g.Stride)
	}
	pr := &problem{
		call:      "assigners." + a.call,
		arguments: map[string]any{"levels": levels, "strides": strides, "width": f.width, "height": f.height},
		checks:    []check{equal("labels")},
		bytes:     float64(len(c.Box)) * (boxBytes + labelBytes + floatBytes),
	}
	if a.classes > 0 {
		predict(&c, &truth, a.classes, !a.apart)
		pr.inputs = append(pr.inputs, floats("scores", c.Score, len(c.Box), a.classes), quads("decoded", c.Decoded))
		pr.bytes += float64(len(c.Box)) * boxBytes
	}
	if a.quality {
		pr.checks = append(pr.checks, within(1e-4, "quality"))
	}
	pr.inputs = append(pr.inputs, quads("candidates", c.Box), quads("objects", truth.Box), integers("class", truth.Class))
	pr.ours = func() side {
		var d anchors.Assignment
		return side{
			run: func() { a.assigner.Assign(&d, &c, &truth) },
			results: func() []dump.Array {
				return []dump.Array{integers("labels", d.GT), floats("quality", d.Quality)}
			},
		}
	}
	return pr
}

// toldApart reports whether the candidates nearest to a box, by the sum of the
// differences of centre and size, are so by more than rounding. Where a box is
// wider than high, all squares between its height and its width are as near.
func toldApart(box anchors.Box, candidates []anchors.Box) bool {
	x, y := box.Center()
	nearest := [6]float64{}
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for _, c := range candidates {
		cx, cy := c.Center()
		d := math.Abs(float64(cx-x)) + math.Abs(float64(cy-y)) + math.Abs(float64(c.Width()-box.Width())) + math.Abs(float64(c.Height()-box.Height()))
		for i := range nearest {
			if d < nearest[i] {
				d, nearest[i] = nearest[i], d
			}
		}
	}
	for i := range nearest[1:] {
		if nearest[i+1]-nearest[i] < 1e-3 {
			return false
		}
	}
	return true
}

// setApart moves boxes into cells of their own and shrinks those that do not fit.
// Ultralytics takes the best of the candidates in an object, where mmdetection
// takes those of the best that are in it: the same where none has another
// object in sight, and those outside have no score. To Ultralytics a centre is
// inside from 1e-9 pixels on, to mmdetection from 0.01: no side comes as near to
// one.
func setApart(boxes []anchors.Box, width, height int) {
	columns := int(math.Ceil(math.Sqrt(float64(len(boxes) * width / height))))
	rows := (len(boxes) + columns - 1) / columns
	w, h := float32(width)/float32(columns), float32(height)/float32(rows)
	for i, b := range boxes {
		x, y := (float32(i%columns)+0.5)*w+b[0]/1000, (float32(i/columns)+0.5)*h+b[1]/1000
		halfW, halfH := min(b.Width(), 0.6*w)/2, min(b.Height(), 0.6*h)/2
		boxes[i] = anchors.Box{x - halfW, y - halfH, x + halfW, y + halfH}
		for k, side := range boxes[i] {
			if centre := gridOfCentres * math.Round(float64(side)/gridOfCentres); math.Abs(float64(side)-centre) < 0.05 {
				boxes[i][k] = float32(centre + 0.1)
			}
		}
	}
}

// gridOfCentres is what the centres of a field's candidates are multiples of, in
// pixels.
const gridOfCentres = 4

// predict gives every object a class and every candidate a prediction; those
// outside all objects have a score only if told so.
func predict(c *anchors.Candidates, t *anchors.Truth, classes int, outside bool) {
	rng := newRand(13)
	for g := range t.Class {
		t.Class[g] = int32(rng.IntN(classes))
	}
	c.Classes, c.Score, c.Decoded = classes, make([]float32, len(c.Box)*classes), make([]anchors.Box, len(c.Box))
	var inside []int
	for i, b := range c.Box {
		x, y := b.Center()
		inside = inside[:0]
		for g, o := range t.Box {
			if x > o[0] && x < o[2] && y > o[1] && y < o[3] {
				inside = append(inside, g)
			}
		}
		scores := c.Score[i*classes : (i+1)*classes]
		for k := range scores {
			u := rng.Float32()
			scores[k] = 0.001 + 0.1*u*u
		}
		if len(inside) == 0 {
			if !outside {
				clear(scores)
			}
			c.Decoded[i] = near(rng, 1, c.Box[i:i+1], 0.1)[0]
			continue
		}
		g := inside[rng.IntN(len(inside))]
		scores[t.Class[g]] = 0.05 + 0.9*rng.Float32()
		c.Decoded[i] = near(rng, 1, t.Box[g:g+1], 0.1)[0]
	}
}
