package rpn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/losses"
)

// naiveDetect is Detect by sorting everything.
func naiveDetect(c *Config, d Detect, cand []anchors.Box, out Output) []anchors.Detection {
	type candidate struct {
		anchors.Detection
		anchor int
	}
	var all []candidate
	columns := c.Cls.Link().Columns(out.Classes)
	row := make([]float32, out.Classes)
	for a := range cand {
		c.Cls.Link().Scores(row, out.Logits[a*columns:(a+1)*columns])
		for k, score := range row {
			if score >= float32(d.MinScore) && score > 0 {
				all = append(all, candidate{anchors.Detection{Class: int32(k), Score: score}, a})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	var found []anchors.Detection
	for _, f := range all[:min(len(all), d.PreNMS)] {
		f.Box = c.Coder.Decode(cand[f.anchor], anchors.Delta(out.Deltas[4*f.anchor:])).Clip(out.Width, out.Height)
		if f.Box.Valid() && float64(f.Box.Width()) >= d.MinLength && float64(f.Box.Height()) >= d.MinLength {
			found = append(found, f.Detection)
		}
	}
	return anchors.NMS(found, float32(d.NMSIoU), d.Keep)
}

func TestDetectIsASortASuppressionAndACut(t *testing.T) {
	var w DetectWork
	rapid.Check(t, func(t *rapid.T) {
		c := OneStage()
		if rapid.Bool().Draw(t, "softmax") {
			c.Cls = losses.SoftmaxCE{}
		}
		classes := rapid.IntRange(1, 3).Draw(t, "classes")
		b := step(&c, classes, rapid.Uint64Range(0, 1000).Draw(t, "image"))
		if rapid.Bool().Draw(t, "ties") {
			for i, x := range b.Logits {
				b.Logits[i] = float32(int(x))
			}
		}
		d := Detect{
			MinScore:  rapid.SampledFrom([]float64{0, 0.05, 0.5}).Draw(t, "min score"),
			PreNMS:    rapid.SampledFrom([]int{1, 20, 1000}).Draw(t, "pre NMS"),
			NMSIoU:    rapid.SampledFrom([]float64{0.3, 0.7, 1}).Draw(t, "NMS"),
			Keep:      rapid.SampledFrom([]int{1, 10, 1000}).Draw(t, "keep"),
			MinLength: rapid.SampledFrom([]float64{0, 1, 8}).Draw(t, "min length"),
		}
		out := Output{Classes: classes, Logits: b.Logits, Deltas: b.Deltas, Width: side, Height: side - 5}
		want := naiveDetect(&c, d, b.Anchors.Box, out)
		sentinel := anchors.Detection{Score: 42}
		got := c.Detect(&w, []anchors.Detection{sentinel}, d, b.Anchors.Box, out)
		assert.Equal(t, append([]anchors.Detection{sentinel}, want...), got, "appended")
		for i, f := range got[1:] {
			assert.True(t, f.Box[0] >= 0 && f.Box[1] >= 0 && f.Box[2] <= side && f.Box[3] <= side-5)
			assert.True(t, i == 0 || got[i].Score >= f.Score)
		}
	})
}

func TestDetectPresetsAreInRange(t *testing.T) {
	assert.Equal(t, 2000, Proposals(1000).PreNMS)
	assert.Equal(t, 0.05, Detections().MinScore)
}

func TestDetectPanicsWhereLengthsDisagree(t *testing.T) {
	c := OneStage()
	b := step(&c, 2, 3)
	n := len(b.Anchors.Box)
	var w DetectWork
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Detect: %d logits and %d deltas for %d anchors with 2 columns", 2*n, 4*n-4, n), func() {
		c.Detect(&w, nil, Detections(), b.Anchors.Box, Output{Classes: 2, Logits: b.Logits, Deltas: b.Deltas[4:], Width: side, Height: side})
	})
}

func TestADivergedHeadDetectsNothing(t *testing.T) {
	c := OneStage()
	b := step(&c, 3, 3)
	out := Output{Classes: 3, Logits: b.Logits, Deltas: b.Deltas, Width: side, Height: side}
	for i := range out.Logits {
		out.Logits[i] = float32(math.NaN())
	}
	assert.Empty(t, c.Detect(&DetectWork{}, nil, Detect{PreNMS: 100, NMSIoU: 0.5, Keep: 100}, b.Anchors.Box, out))
}

func TestDetectStaysOffTheHeap(t *testing.T) {
	c := OneStage()
	b := step(&c, 3, 3)
	out := Output{Classes: 3, Logits: b.Logits, Deltas: b.Deltas, Width: side, Height: side}
	var w DetectWork
	var dst []anchors.Detection
	run := func() { dst = c.Detect(&w, dst[:0], Detections(), b.Anchors.Box, out) }
	run()
	assert.NotEmpty(t, dst)
	assert.Zero(t, testing.AllocsPerRun(5, run))
}

func BenchmarkDetect(b *testing.B) {
	c := OneStage()
	in := step(&c, 3, 3)
	out := Output{Classes: 3, Logits: in.Logits, Deltas: in.Deltas, Width: side, Height: side}
	var w DetectWork
	var dst []anchors.Detection
	b.ReportAllocs()
	for b.Loop() {
		dst = c.Detect(&w, dst[:0], Detections(), in.Anchors.Box, out)
	}
}

func TestABoxOfTheLeastLengthIsDetected(t *testing.T) {
	c := OneStage()
	cand := []anchors.Box{{1, 1, 9, 5}}
	out := Output{Classes: 1, Width: 50, Height: 50, Logits: make([]float32, 1), Deltas: make([]float32, 4)}
	for _, turned := range []bool{false, true} {
		if turned {
			cand[0] = anchors.Box{1, 1, 5, 9}
		}
		for length, want := range map[float64]int{4: 1, 4.001: 0} {
			assert.Len(t, c.Detect(&DetectWork{}, nil, Detect{MinLength: length, NMSIoU: 0.5, PreNMS: 5, Keep: 1}, cand, out), want)
		}
		exclusive, columns := c, out
		exclusive.Cls, columns.Logits = losses.SoftmaxCE{}, make([]float32, 2)
		for score, want := range map[float64]int{0.5: 1, 0.500001: 0} {
			d := Detect{MinScore: score, NMSIoU: 0.5, PreNMS: 5, Keep: 1}
			assert.Len(t, c.Detect(&DetectWork{}, nil, d, cand, out), want)
			assert.Len(t, exclusive.Detect(&DetectWork{}, nil, d, cand, columns), want)
		}
	}
}
