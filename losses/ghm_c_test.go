package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestGHMOfUniformGradientsIsCrossEntropy(t *testing.T) {
	const bins, each = 10, 3
	b := &Batch{Columns: 1}
	for i := range bins * each {
		p := (float64(i%bins) + 0.5) / bins
		b.Logits = append(b.Logits, float32(math.Log(p/(1-p))))
		b.Class = append(b.Class, anchors.Negative)
	}
	want, wantGrad := evaluate(withoutKernels(CE{}), b)
	b.Exact = true
	got, gotGrad := evaluate(GHMC{Bins: bins}, b)
	assert.InEpsilon(t, want, got, 1e-12)
	sameUpTo(t, wantGrad, gotGrad, 1e-6)
}

// ghmReference is mmdetection's GHMC without momentum, times its count.
func ghmReference(b *Batch, bins int) float64 {
	count, total := make([]float64, bins), 0.0
	each := func(visit func(bin int, ce, weight float64)) {
		for i, class := range b.Class {
			if class == anchors.Ignored || b.Weight[i] == 0 {
				continue
			}
			for k := range b.Columns {
				y := 0.0
				if int32(k) == class {
					y = 1
				}
				x := float64(b.Logits[i*b.Columns+k])
				p := 1 / (1 + math.Exp(-x))
				g := math.Abs(p - y)
				bin := 0
				for bin+1 < bins && g >= float64(bin+1)/float64(bins) {
					bin++
				}
				visit(bin, -y*math.Log(p)-(1-y)*math.Log(1-p), float64(b.Weight[i]))
			}
		}
	}
	each(func(bin int, _, _ float64) { count[bin]++; total++ })
	filled := 0.0
	for _, c := range count {
		if c > 0 {
			filled++
		}
	}
	sum := 0.0
	each(func(bin int, ce, w float64) { sum += w * ce * total / (filled * count[bin]) })
	return sum
}

func TestGHMIsItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		l := GHMC{Bins: 1 + rng.IntN(30)}
		b := batch(rng, l, 1+rng.IntN(60), 5)
		b.Weight[0] = 0
		b.Class[len(b.Class)-1] = anchors.Ignored
		b.Exact = true
		want := ghmReference(b, l.Bins)
		got, _ := evaluate(l, b)
		assert.InDelta(t, want, got, 1e-9*(1+want))
	}
}

func TestThresholdsAreWhereTheBinsBegin(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, bins := range []int{1, 2, 3, 10, 30, 256} {
		l := GHMC{Bins: bins}
		threshold := make([]float32, bins)
		l.thresholds(threshold)
		x := []float32{0, float32(math.Inf(1)), float32(math.Inf(-1))}
		for _, from := range threshold {
			x = append(x, from, math.Nextafter32(from, -300), math.Nextafter32(from, 300), float32(8*rng.NormFloat64()))
		}
		for _, x := range x {
			bin := 0
			for bin+1 < bins && x >= threshold[bin+1] {
				bin++
			}
			assert.Equal(t, l.bin(-float64(x)), bin, "%v of %d bins", x, bins)
		}
	}
}

func TestGHMGradientTakesTheDensityAsGiven(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	l := GHMC{Bins: 10}
	b := batch(rng, l, 40, 5)
	_, grad := evaluate(l, b)
	beta := l.weights(b)
	for i := range b.Logits {
		row, k := i/b.Columns, i%b.Columns
		_, slope := sigmoidReference(float64(b.Logits[i]), int32(k) == b.Class[row], 1, 1, 0)
		want := float64(b.Weight[row]) * beta[l.bin(margin(b, row, k))] * slope
		assert.InDelta(t, want, float64(grad[i]), 1e-6*math.Abs(want))
	}
}

func TestGHMOfANaNIsNaNAndNoPanic(t *testing.T) {
	b := batch(rand.New(rand.NewPCG(5, 6)), GHMC{Bins: 10}, 4, 5)
	b.Logits[2] = float32(math.NaN())
	value, _ := evaluate(GHMC{Bins: 10}, b)
	assert.True(t, math.IsNaN(value))
}
