package roi

import (
	"math/rand/v2"
	"testing"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// crowd is an image of 800x1333 with 20 objects of 80 classes and 2000
// proposals, half of them near an object.
func crowd() Image {
	const classes = 80
	rng := rand.New(rand.NewPCG(21, 22))
	image := Image{ID: 1}
	box := func() anchors.Box {
		x, y := 1233*rng.Float32(), 700*rng.Float32()
		return anchors.Box{x, y, x + 20 + 300*rng.Float32(), y + 20 + 300*rng.Float32()}.Clip(1333, 800)
	}
	for range 20 {
		image.Truth.Box = append(image.Truth.Box, box())
		image.Truth.Class = append(image.Truth.Class, rng.Int32N(classes))
	}
	proposals := make([]anchors.Box, 2000)
	for i := range proposals {
		proposals[i] = box()
		if i%2 == 0 {
			b := image.Truth.Box[rng.IntN(20)]
			w, h := b.Width(), b.Height()
			for k, side := range [4]float32{w, h, w, h} {
				b[k] += 0.4 * side * (rng.Float32() - 0.5)
			}
			proposals[i] = b
		}
	}
	image.Proposals = proposals
	return image
}

// The whole second stage of one image beside its parts: whatever the whole
// takes more than they do is the stage's own.
func BenchmarkStage(b *testing.B) {
	const classes = 80
	c := SecondStage()
	image := crowd()
	var w Work
	prepare := func() {
		w.Reset(classes)
		c.Join(&w, image)
		c.Sample(&w, nil, nil, sampling.Key{})
	}
	prepare()
	n, columns := len(w.ROIs()), c.Cls.Link().Columns(classes)
	out := Batch{
		Logits: head(1, n*columns), Deltas: head(2, n*4),
		GradLogits: make([]float32, n*columns), GradDeltas: make([]float32, n*4),
	}
	boxes := append(append([]anchors.Box(nil), image.Proposals...), image.Truth.Box...)
	var assignment anchors.Assignment
	c.Assigner.Assign(&assignment, &anchors.Candidates{Box: boxes}, &image.Truth)
	var sample sampling.Sample
	var source sampling.Source
	cls := losses.Batch{Logits: out.Logits, Columns: columns, Class: w.class, Weight: make([]float32, n), Loss: make([]float32, n)}
	for i := range cls.Weight {
		cls.Weight[i] = 1 / float32(n)
	}
	candidates := sampling.Candidates{GT: assignment.GT, IoU: assignment.IoU, Box: boxes}
	for _, part := range []struct {
		name string
		run  func()
	}{
		{"assigner", func() { c.Assigner.Assign(&assignment, &anchors.Candidates{Box: boxes}, &image.Truth) }},
		{"sampler", func() { c.Sampler.Sample(&sample, &candidates, source.At(sampling.Key{})) }},
		{"cls", func() { c.Cls.Eval(out.GradLogits, &cls) }},
		{"Join", func() { w.Reset(classes); c.Join(&w, image) }},
		{"JoinSample", prepare},
		{"JoinSampleLoss", func() { prepare(); c.Loss(&w, &out) }},
	} {
		b.Run(part.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				part.run()
			}
		})
	}
}
