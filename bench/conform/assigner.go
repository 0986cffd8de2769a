package conform

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/internal/stage"
)

// Assigner returns an error if what an assigner makes of one of several images,
// ordinary and rare, is not a label for each candidate: the index of a ground truth,
// [anchors.Negative] or [anchors.Ignored], with an IoU that is a number. So it does if
// an image without ground truth gets other labels than these two; if the assigner
// writes to what it is given; if it labels otherwise when it is asked again; and, with
// [ErrAllocates], if it allocates once warm. It is given what Needs declares alone.
func Assigner(a anchors.Assigner) error {
	name := registry.Name(a)
	list := truths(rand.New(rand.NewPCG(7, 11)))
	first := make([]anchors.Assignment, len(list))
	for i := range list {
		if problem := list[i].assign(a, &first[i]); problem != "" {
			return fmt.Errorf("assigner %s: of %s, it %s", name, list[i].what, problem)
		}
	}
	var used anchors.Assignment
	for i := range slices.Backward(list) {
		if problem := list[i].assign(a, &used); problem != "" {
			return fmt.Errorf("assigner %s: of %s, it %s", name, list[i].what, problem)
		}
		if f := &first[i]; !slices.Equal(f.GT, used.GT) || !slices.Equal(f.IoU, used.IoU) || !slices.Equal(f.Quality, used.Quality) {
			return fmt.Errorf("assigner %s: of %s, it labels otherwise when it is asked again, with an Assignment that was used: it keeps no state, and Reset empties the Assignment", name, list[i].what)
		}
	}
	c := list[0].given(a.Needs())
	return warm("assigner", name, "anchors.Scratch keeps memory in the Assignment", func() { a.Assign(&used, &c, &list[0].truth) })
}

// labelled is the anchors of an image with its ground truth.
type labelled struct {
	what  string
	all   *anchors.Candidates
	truth anchors.Truth
}

// truths are what an assigner meets.
func truths(rng *rand.Rand) []labelled {
	pyramid := anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16}}, {Stride: 16, Sizes: []float32{32}}},
		Ratios: []float32{0.5, 1, 2}, Offset: 0.5,
	}
	var field anchors.Field
	c := field.At(pyramid, 80, 64)
	c.Classes = 3
	for range c.Box {
		c.Decoded = append(c.Decoded, someBox(rng))
		for range c.Classes {
			c.Score = append(c.Score, rng.Float32())
		}
	}
	several := func(n int) (t anchors.Truth) {
		for range n {
			t.Box, t.Class = append(t.Box, someBox(rng)), append(t.Class, rng.Int32N(3))
		}
		return t
	}
	crowded := several(3)
	crowded.Ignore = []anchors.Box{{0, 0, 40, 40}}
	return []labelled{
		{"an image with five objects", c, several(5)},
		{"an image with an object", c, several(1)},
		{"an image without objects", c, anchors.Truth{}},
		{"an image without objects that has a region to ignore", c, anchors.Truth{Ignore: crowded.Ignore}},
		{"an image with objects and a region to ignore", c, crowded},
		{"an image with two objects in one place", c, anchors.Truth{Box: []anchors.Box{{10, 10, 30, 30}, {10, 10, 30, 30}}, Class: []int32{0, 1}}},
		{"an image with an object that no anchor fits", c, anchors.Truth{Box: []anchors.Box{{13, 13, 13.5, 13.5}}, Class: []int32{2}}},
	}
}

// given is what of an image's anchors an assigner is given.
func (l *labelled) given(need anchors.Need) anchors.Candidates {
	c := anchors.Candidates{Box: l.all.Box}
	if need&anchors.NeedGrid != 0 {
		c.Grid, c.Pyramid = l.all.Grid, l.all.Pyramid
	}
	if need&anchors.NeedSize != 0 {
		c.Width, c.Height = l.all.Width, l.all.Height
	}
	if need&anchors.NeedPredictions != 0 {
		c.Classes, c.Score, c.Decoded = l.all.Classes, l.all.Score, l.all.Decoded
	}
	return c
}

// assign says what is wrong with the labels of the image.
func (l *labelled) assign(a anchors.Assigner, dst *anchors.Assignment) string {
	c := l.given(a.Needs())
	boxes, scores, decoded, objects := slices.Clone(c.Box), slices.Clone(c.Score), slices.Clone(c.Decoded), slices.Clone(l.truth.Box)
	a.Assign(dst, &c, &l.truth)
	if !slices.Equal(boxes, c.Box) || !slices.Equal(scores, c.Score) || !slices.Equal(decoded, c.Decoded) || !slices.Equal(objects, l.truth.Box) {
		return "writes to the candidates or the ground truth, which are to read: change a copy"
	}
	return stage.LabelProblem(dst, len(c.Box), len(l.truth.Box))
}
