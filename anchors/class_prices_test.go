package anchors

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a class costs at least is its price at the largest score of an extent, and
// of a larger one.
func TestPricesOfExtentsAreThoseOfTheirLargestScores(t *testing.T) {
	h := NewHungarian()
	var s classPrices
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 31))
		classes, n := []int{1, 3, 16, 17, 80, 203}[rng.IntN(6)], []int{1, 31, 32, 33, 700, superSize*hullSize + 1, 2500}[rng.IntN(7)]
		c := Candidates{Classes: classes, Box: make([]Box, n), Score: make([]float32, n*classes)}
		for i := range c.Score {
			c.Score[i] = rng.Float32() * rng.Float32() * rng.Float32()
			if rng.IntN(9) == 0 {
				c.Score[i] = []float32{float32(math.NaN()), -1}[rng.IntN(2)]
			}
		}
		var truth Truth
		for range 1 + rng.IntN(6) {
			truth.Box, truth.Class = append(truth.Box, Box{0, 0, 1, 1}), append(truth.Class, rng.Int32N(int32(classes)))
		}
		s.reset(h, &c, &truth)
		fine := (n + hullSize - 1) / hullSize
		largest := func(class, from, to int) (largest float32) {
			for i := from; i < min(to, n); i++ {
				if p := c.score(i, class); p > largest {
					largest = p
				}
			}
			return largest
		}
		for g := range truth.Box {
			class := c.column(&truth, g)
			for e := range fine {
				require.Equal(t, s.least(largest(class, e*hullSize, (e+1)*hullSize)), s.leastOf(e, g), "extent %d of %d candidates of %d classes", e, n, classes)
			}
			const size = superSize * hullSize
			for e := range (fine + superSize - 1) / superSize {
				require.Equal(t, s.least(largest(class, e*size, (e+1)*size)), s.leastOf(fine+e, g), "larger extent %d of %d candidates of %d classes", e, n, classes)
			}
		}
	}
}

func TestAClassCostsItsLeastOrMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(32, 33))
	for _, cost := range []ClassCost{CostFocal, CostProbability} {
		h := NewHungarian()
		h.ClassCost = cost
		var s classPrices
		s.reset(h, &Candidates{Classes: 1}, &Truth{})
		for k := range 3000 {
			p := rng.Float32()
			if k <= classSteps {
				p = float32(k) / classSteps
			}
			price := h.ClsWeight * h.classCost(float64(p))
			require.Less(t, s.least(p), price, "%v", p)
			require.Greater(t, s.least(p), h.ClsWeight*h.classCost(min(1, float64(p)+1.001/classSteps))-1e-6, "%v", p)
		}
		for _, p := range []float32{-1, 1.5, float32(math.NaN())} {
			require.Equal(t, math.Inf(-1), s.least(p))
		}
	}
}

// Columns are read that lie in a line of memory with those asked for, and no others.
func TestScoresOfOtherClassesAreNotRead(t *testing.T) {
	for _, of := range []struct {
		classes int
		truths  []int32
		runs    []columnRun
		place   []int32
	}{
		{1203, []int32{5}, []columnRun{{0, 16}}, []int32{5}},
		{1203, []int32{1202, 16, 1202}, []columnRun{{16, 32}, {1200, 1203}}, []int32{18, 0, 18}},
		{1203, []int32{40, 31, 15}, []columnRun{{0, 48}}, []int32{40, 31, 15}},
		{80, []int32{79, 33}, []columnRun{{32, 48}, {64, 80}}, []int32{31, 1}},
		{1, nil, []columnRun{{0, 1}}, []int32{0}},
	} {
		t.Run(fmt.Sprint(of.truths), func(t *testing.T) {
			var s classPrices
			width := 0
			for _, run := range of.runs {
				width += run.to - run.from
			}
			for range 2 { // the second time with what the first left
				truth := Truth{Box: make([]Box, max(1, len(of.truths))), Class: of.truths}
				s.choose(&Candidates{Classes: of.classes}, &truth)
				assert.Equal(t, of.runs, s.runs)
				assert.Equal(t, of.place, s.place)
				assert.Equal(t, width, s.width)
			}
		})
	}
}
