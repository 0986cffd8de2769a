package rpn

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// nineAnchors is that of RetinaNet: nine anchors at every cell of five levels.
func nineAnchors() anchors.Pyramid {
	p := anchors.Pyramid{Ratios: []float32{0.5, 1, 2}, Offset: 0.5}
	for _, stride := range []int{8, 16, 32, 64, 128} {
		size := float32(4 * stride)
		p.Levels = append(p.Levels, anchors.Level{Stride: stride, Sizes: []float32{size, size * 1.26, size * 1.587}})
	}
	return p
}

// large is a batch of one image with the given number of objects.
func large(width, height, objects, classes int) *Batch {
	rng := rand.New(rand.NewPCG(1, 2))
	b := &Batch{Classes: classes, Images: []Image{{ID: 1}}}
	var field anchors.Field
	b.Anchors = *field.At(nineAnchors(), width, height)
	truth := &b.Images[0].Truth
	for range objects {
		w, h := 20+rng.Float32()*200, 20+rng.Float32()*200
		x, y := rng.Float32()*(float32(width)-w), rng.Float32()*(float32(height)-h)
		truth.Box = append(truth.Box, anchors.Box{x, y, x + w, y + h})
		truth.Class = append(truth.Class, rng.Int32N(int32(classes)))
	}
	n := len(b.Anchors.Box)
	b.Logits, b.Deltas = make([]float32, n*classes), make([]float32, n*4)
	for i := range b.Logits {
		b.Logits[i] = float32(rng.NormFloat64()) - 4
	}
	b.GradLogits, b.GradDeltas = make([]float32, len(b.Logits)), make([]float32, len(b.Deltas))
	return b
}

func TestObjectsWithoutAnchorsAreBlamedAlikeWithAndWithoutThePyramid(t *testing.T) {
	c := Objectness()
	assigner := anchors.NewMaxIoU(0.7, 0.3)
	assigner.Forced = anchors.ForcedNone
	c.Assigner = assigner
	in := large(256, 256, 3, 1)
	truth := &in.Images[0].Truth
	truth.Box = append(truth.Box, anchors.Box{9, 9, 12, 12}, anchors.Box{-4000, -4000, 4000, 4000}, anchors.Box{3, 100, 250, 110}, anchors.Box{100, 3, 110, 250})
	truth.Class = append(truth.Class, 0, 0, 0, 0)
	var w, other Work
	with := c.Step(&w, in).Balance.Scarcity
	in.Anchors.Pyramid = nil
	assert.Equal(t, c.Step(&other, in).Balance.Scarcity, with)
	assert.Equal(t, 1, with.Smaller)
	assert.Equal(t, 1, with.Larger)
	assert.Equal(t, 2, with.Narrower)
}

func TestAStepKeepsUnder64BytesACandidate(t *testing.T) {
	for _, sampler := range []sampling.Sampler{sampling.NewRandom(512, 0.5), sampling.OHEM{Num: 512}, sampling.HardNegative{Ratio: 3}, sampling.All{}} {
		c := Objectness()
		c.Sampler = sampler
		in := large(1032, 1032, 20, 1)
		var w Work
		before := heap()
		c.Step(&w, in)
		each := float64(heap()-before) / float64(len(in.Anchors.Box))
		runtime.KeepAlive(&w)
		assert.Less(t, each, 64.0, "%T", sampler)
		t.Logf("%T: %.0f bytes", sampler, each)
	}
}

// heap is the memory in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkLargeImage(b *testing.B) {
	for _, loss := range []losses.Cls{losses.CE{}, losses.Focal{Alpha: 0.25, Gamma: 2}} {
		for _, side := range []int{64, 256, 1032, 3200} {
			c := Objectness()
			c.Sampler, c.Cls = sampling.NewRandom(512, 0.5), loss
			in := large(side, side, 20, 1)
			b.Run(fmt.Sprintf("%T/candidates=%d", loss, len(in.Anchors.Box)), func(b *testing.B) {
				var w Work
				b.ReportAllocs()
				for b.Loop() {
					in.Key.Step++
					c.Step(&w, in)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.Anchors.Box)), "ns/candidate")
			})
		}
	}
}

func BenchmarkLargeBatch(b *testing.B) {
	for _, threads := range []int{1, 2} {
		c := OneStage()
		in := large(640, 640, 20, 20)
		for i := range uint64(3) {
			in.Images = append(in.Images, Image{ID: 2 + i, Truth: in.Images[0].Truth})
		}
		for _, s := range []*[]float32{&in.Logits, &in.Deltas, &in.GradLogits, &in.GradDeltas} {
			*s = slices.Repeat(*s, len(in.Images))
		}
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			w := Work{Threads: threads}
			b.ReportAllocs()
			for b.Loop() {
				in.Key.Step++
				c.Step(&w, in)
			}
		})
	}
}
