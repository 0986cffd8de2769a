package stage

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// What an image's candidates are judged by, against formulas written out here
// in float64: nothing of the losses, the coder or the links is called. Every
// candidate differs from the others, and so do the truths and their classes,
// so that a value of another row, class or object shows.

const evidenceClasses = 3

// scene is an image's candidates with the head's output over them. Class 0 and
// others are among the positives, and one candidate is ignored.
func scene(boxColumns int) Heads {
	rng := rand.New(rand.NewPCG(7, uint64(boxColumns)))
	h := Heads{
		Classes:    evidenceClasses,
		Candidates: []anchors.Box{{0, 0, 10, 20}, {5, 3, 25, 19}, {30, 30, 42, 38}, {11, 2, 18, 30}, {2, 2, 9, 8}},
		GT:         []int32{1, anchors.Negative, 0, anchors.Ignored, 2},
		IoU:        []float32{0.6, 0.1, 0.7, 0.4, 0.9},
		Truth: &anchors.Truth{
			Box:   []anchors.Box{{31, 29, 44, 40}, {1, 2, 12, 18}, {2, 1, 10, 9}},
			Class: []int32{2, 0, 1},
		},
		BoxColumns: boxColumns, PerClass: boxColumns > 4,
	}
	for _, g := range h.GT {
		class := g
		if g >= 0 {
			class = h.Truth.Class[g]
		}
		h.Class = append(h.Class, class)
		for range boxColumns {
			h.Deltas = append(h.Deltas, float32(0.4*rng.NormFloat64()))
		}
		for range evidenceClasses {
			h.Logits = append(h.Logits, float32(rng.NormFloat64()))
		}
	}
	h.Deltas = slices.Clip(h.Deltas) // what is read beyond its end fails
	return h
}

// center is a box's center and size.
func center(b anchors.Box) [4]float64 {
	w, h := float64(b[2])-float64(b[0]), float64(b[3])-float64(b[1])
	return [4]float64{float64(b[0]) + w/2, float64(b[1]) + h/2, w, h}
}

// moved is what the four numbers from column `at` of a candidate's row make of
// it, under a coder that divides by 10, 10, 5, 5.
func moved(h Heads, i, at int) (box [4]float64) {
	c, d := center(h.Candidates[i]), h.Deltas[i*h.BoxColumns+at:]
	x, y := c[0]+float64(d[0])/10*c[2], c[1]+float64(d[1])/10*c[3]
	w, high := c[2]*math.Exp(float64(d[2])/5), c[3]*math.Exp(float64(d[3])/5)
	return [4]float64{x - w/2, y - high/2, x + w/2, y + high/2}
}

// column is the first of a candidate's box outputs that count: of its class,
// where there is a set for each.
func column(h Heads, i int) int {
	if h.PerClass && h.GT[i] >= 0 {
		return 4 * int(h.Truth.Class[h.GT[i]])
	}
	return 0
}

// distance is the L1 loss between a row's numbers and what encodes its truth.
func distance(h Heads, i int) (sum float64) {
	c, g := center(h.Candidates[i]), center(h.Truth.Box[h.GT[i]])
	target := [4]float64{10 * (g[0] - c[0]) / c[2], 10 * (g[1] - c[1]) / c[3], 5 * math.Log(g[2]/c[2]), 5 * math.Log(g[3]/c[3])}
	for k, t := range target {
		sum += math.Abs(float64(h.Deltas[i*h.BoxColumns+column(h, i)+k]) - t)
	}
	return sum
}

// iou is of two boxes with area.
func iou(a [4]float64, b anchors.Box) float64 {
	both := max(0, min(a[2], float64(b[2]))-max(a[0], float64(b[0]))) * max(0, min(a[3], float64(b[3]))-max(a[1], float64(b[1])))
	area := float64(b[2]-b[0]) * float64(b[3]-b[1])
	return both / ((a[2]-a[0])*(a[3]-a[1]) + area - both)
}

// entropy is a row's binary cross entropy over the classes, and the Euclidean
// size of its gradient.
func entropy(h Heads, i int) (loss, size float64) {
	for k := range evidenceClasses {
		p := 1 / (1 + math.Exp(-float64(h.Logits[i*evidenceClasses+k])))
		if int32(k) == h.Class[i] {
			p = 1 - p
		}
		loss -= math.Log(1 - p)
		size += p * p
	}
	return loss, math.Sqrt(size)
}

func fill(need sampling.Need, t Terms, h Heads) (c sampling.Candidates) {
	var e Evidence
	e.Fill(&c, need, t, h, new(losses.Batch))
	return c
}

func weighed() Terms {
	return Terms{Cls: losses.CE{}, Box: losses.L1{}, Norm: losses.BySampled{}, ClsWeight: 3, BoxWeight: 0.5, Coder: anchors.NewCoder(10, 10, 5, 5)}
}

func TestHardnessIsTheLossOfEachRow(t *testing.T) {
	for _, columns := range []int{4, 4 * evidenceClasses} {
		h := scene(columns)
		alone := fill(sampling.NeedHardness, weighed(), h)
		both := fill(sampling.NeedHardness|sampling.NeedBoxHardness, weighed(), h)
		gradient := fill(sampling.NeedGradient, weighed(), h)
		decoded := weighed()
		decoded.Box = losses.IoU{}
		overlapping := fill(sampling.NeedBoxHardness, decoded, h)
		assert.Nil(t, alone.BoxHardness)
		for i, g := range h.GT {
			if g == anchors.Ignored {
				continue
			}
			loss, size := entropy(h, i)
			assert.InDelta(t, loss, alone.Hardness[i], 1e-5, "of the classes alone, the weight ranks nothing")
			assert.InDelta(t, 3*loss, both.Hardness[i], 1e-5, "in the scale of the box loss that is added")
			assert.InDelta(t, size, gradient.Gradient[i], 1e-5)
			if g < 0 {
				assert.Zero(t, both.BoxHardness[i])
				continue
			}
			assert.InDelta(t, 0.5*distance(h, i), both.BoxHardness[i], 1e-5, "candidate %d", i)
			overlap := iou(moved(h, i, column(h, i)), h.Truth.Box[g])
			assert.InDelta(t, 0.5*-math.Log(overlap), overlapping.BoxHardness[i], 1e-5, "candidate %d", i)
		}
	}
}

func TestABoxThatCannotBeRegressedHasNoHardness(t *testing.T) {
	for spoil := range 2 {
		h := scene(4)
		if spoil == 0 {
			h.Truth.Box[2] = anchors.Box{3, 3, 3, 8}
		} else {
			h.Candidates[4] = anchors.Box{3, 3, 3, 8}
		}
		c := fill(sampling.NeedBoxHardness, weighed(), h)
		assert.Zero(t, c.BoxHardness[4])
		assert.InDelta(t, 0.5*distance(h, 0), c.BoxHardness[0], 1e-5)
		assert.InDelta(t, 0.5*distance(h, 2), c.BoxHardness[2], 1e-5)
	}
}

func TestScoresAndBoxesAreThoseOfEachRow(t *testing.T) {
	for _, columns := range []int{4, 4 * evidenceClasses} {
		h := scene(columns)
		c := fill(sampling.NeedScore|sampling.NeedDecoded, weighed(), h)
		assert.Equal(t, evidenceClasses, c.Classes)
		for i := range h.Candidates {
			for k := range evidenceClasses {
				at := i*evidenceClasses + k
				assert.InDelta(t, 1/(1+math.Exp(-float64(h.Logits[at]))), c.Score[at], 1e-6)
			}
			want := moved(h, i, column(h, i))
			for k := range want {
				assert.InDelta(t, want[k], c.Decoded[i][k], 1e-4, "candidate %d, corner %d", i, k)
			}
		}
	}
	h := scene(4 * evidenceClasses)
	h.PerClass = false // as of several boxes for each candidate, of which the first counts
	c := fill(sampling.NeedDecoded, weighed(), h)
	for i := range h.Candidates {
		assert.InDelta(t, moved(h, i, 0)[0], c.Decoded[i][0], 1e-4)
	}
}

// What is known already is taken as it is, and the head is not looked at.
func TestWhatIsKnownIsNotComputedAgain(t *testing.T) {
	h := scene(4)
	h.Logits, h.Deltas = nil, nil
	h.Score = []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	h.Decoded = []anchors.Box{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 9, 9, 9}, {1, 1, 1, 1}, {2, 2, 2, 2}}
	h.Hardness = []float32{5, 4, 3, 2, 1}
	c := fill(sampling.NeedScore|sampling.NeedDecoded|sampling.NeedHardness, weighed(), h)
	assert.Equal(t, sampling.Candidates{GT: h.GT, Classes: evidenceClasses, Score: h.Score, Decoded: h.Decoded, Hardness: h.Hardness}, c)

	one := Heads{Classes: 1, Candidates: h.Candidates[:1], GT: h.GT[:1], Hardness: h.Hardness[:1]}
	assert.Equal(t, one.Hardness, fill(sampling.NeedHardness, weighed(), one).Hardness)

	labels := sampling.NeedIoU | sampling.NeedBox | sampling.NeedTruthClass | sampling.NeedTruth
	assert.Equal(t, sampling.Candidates{GT: h.GT, IoU: h.IoU, Box: h.Candidates, TruthClass: h.Truth.Class, Truth: h.Truth}, fill(labels, weighed(), h))
	assert.Equal(t, sampling.Candidates{GT: h.GT}, fill(0, weighed(), h))
}

func TestEvidenceOfAnImageIsThatOfNoOther(t *testing.T) {
	var e Evidence
	need := sampling.NeedHardness | sampling.NeedBoxHardness | sampling.NeedGradient | sampling.NeedScore | sampling.NeedDecoded
	for _, columns := range []int{4 * evidenceClasses, 4} {
		h := scene(columns)
		var c sampling.Candidates
		e.Fill(&c, need, weighed(), h, new(losses.Batch))
		h.GT, h.Class = []int32{-1, -1, -1, -1, 0}, []int32{-1, -1, -1, -1, 2} // of fewer objects
		e.Fill(&c, need, weighed(), h, new(losses.Batch))
		assert.Equal(t, fill(need, weighed(), h), c)
		assert.Zero(t, c.BoxHardness[0])
	}
}

// Each row of the gradient is of its own candidate's truth, in its class's
// numbers: the L1 loss pulls each of them towards what encodes the truth.
func TestPositivesArePairedWithTheirObjects(t *testing.T) {
	h := scene(4 * evidenceClasses)
	var b Batch
	b.Reset()
	kept := &sampling.Sample{Index: []int32{0, 1, 2, 4}, Weight: []float32{2, 1, 4, 3}, BoxWeight: []float32{0.5, 9, 1, 2}, Positives: 3}
	b.Add(Image{Candidates: h.Candidates, GT: h.GT, Truth: h.Truth, Sample: kept, PerClass: true}, func(i int) int32 { return kept.Index[i] })
	out := Output{
		Class: h.Class, Logits: h.Logits, GradLogits: make([]float32, len(h.Logits)), Columns: evidenceClasses,
		Deltas: h.Deltas, GradDeltas: make([]float32, len(h.Deltas)), BoxColumns: h.BoxColumns,
	}
	v := b.Eval(weighed(), out)
	cls := 0.0
	for i, at := range kept.Index {
		loss, _ := entropy(h, int(at))
		cls += 3 * float64(kept.Weight[i]) * loss / 4
	}
	assert.InDelta(t, cls, v.Cls, 1e-5)
	assert.Equal(t, 3, b.count.Positives)
	box := 0.5 * (0.5*distance(h, 0) + 1*distance(h, 2) + 2*distance(h, 4)) / 4
	assert.InDelta(t, box, v.Box, 1e-5)
	perElement := weighed()
	perElement.BoxNorm = losses.ByElements{} // 3 positives of 4 numbers
	assert.InDelta(t, box*4/12, b.Eval(perElement, out).Box, 1e-5)
	b.Eval(weighed(), out)
	for i, weight := range map[int]float64{0: 0.5, 2: 1, 4: 2} {
		from := column(h, i)
		for k := range h.BoxColumns {
			got := float64(out.GradDeltas[i*h.BoxColumns+k])
			if k < from || k >= from+4 {
				assert.Zero(t, got, "candidate %d, column %d of another class", i, k)
			} else {
				assert.InDelta(t, 0.5*weight/4, math.Abs(got), 1e-6, "candidate %d", i)
			}
		}
	}
}
