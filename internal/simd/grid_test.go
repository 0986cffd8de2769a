package simd

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// axis has up to 4 taps in each of some bins.
func axis(rng *rand.Rand, bins, cells int) Axis {
	var a Axis
	for range bins {
		n := rng.IntN(5)
		a.Counts = append(a.Counts, int32(n))
		for range n {
			a.Taps = append(a.Taps, Tap{Cell: rng.IntN(cells), Weight: rng.NormFloat64()})
		}
	}
	return a
}

func TestGridsHaveTheBitsOfThePortableTwins(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, channels := range []int{1, 2, 7, 8, 9, 16, 23, 24, 31, 64, 127, 391, 511} {
		for range 6 {
			height, width := 1+rng.IntN(6), 1+rng.IntN(6)
			rows, columns := axis(rng, rng.IntN(5), height), axis(rng, rng.IntN(5), width)
			bins, cells := len(rows.Counts)*len(columns.Counts)*channels, height*width*channels
			compare(t, 10, [4]int{bins, cells}, func(x [4][]float32) {
				Gather(x[0], Map{Data: x[1], Width: width, Channels: channels}, rows, columns)
			})
			compare(t, 11, [4]int{cells, bins}, func(x [4][]float32) {
				Scatter(Map{Data: x[0], Width: width, Channels: channels}, x[1], rows, columns)
			})
		}
	}
}

func TestGatherAndScatterOfAKnownMap(t *testing.T) {
	m := Map{Data: []float32{1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60}, Width: 3, Channels: 2}
	rows := Axis{Counts: []int32{1, 0}, Taps: []Tap{{1, 2}}}
	columns := Axis{Counts: []int32{2, 1}, Taps: []Tap{{0, 0.5}, {2, 1}, {1, 3}}}
	bins := []float32{9, 9, 9, 9, 9, 9, 9, 9}
	Gather(bins, m, rows, columns)
	assert.Equal(t, []float32{16, 160, 30, 300, 0, 0, 0, 0}, bins)

	Scatter(m, []float32{1, 2, 3, 4, 5, 6, 7, 8}, rows, columns)
	assert.Equal(t, []float32{1, 10, 2, 20, 3, 30, 5, 42, 23, 74, 8, 64}, m.Data)
}

func TestScatterIsTheTransposeOfGather(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.IntN(17) - 8) // the products below are exact
		}
		return x
	}
	for range 50 {
		const height, width, channels = 5, 4, 19
		rows, columns := axis(rng, 3, height), axis(rng, 6, width)
		for _, taps := range [][]Tap{rows.Taps, columns.Taps} {
			for i := range taps {
				taps[i].Weight = float64(rng.IntN(9)) / 8
			}
		}
		cells, bins := random(height*width*channels), random(3*6*channels)
		pooled, grad := make([]float32, len(bins)), make([]float32, len(cells))
		Gather(pooled, Map{cells, width, channels}, rows, columns)
		Scatter(Map{grad, width, channels}, bins, rows, columns)
		left, right := 0.0, 0.0
		for i, x := range pooled {
			left += float64(x) * float64(bins[i])
		}
		for i, x := range grad {
			right += float64(x) * float64(cells[i])
		}
		require.Equal(t, left, right)
	}
}

func TestGridsThatDoNotFitPanic(t *testing.T) {
	one := Axis{Counts: []int32{1}, Taps: []Tap{{0, 1}}}
	m := Map{Data: make([]float32, 12), Width: 3, Channels: 2}
	for message, run := range map[string]func(){
		"Gather: a map of 12 elements in rows of 5 cells of 2 channels": func() { Gather(make([]float32, 2), Map{m.Data, 5, 2}, one, one) },
		"Gather: 3 elements for 1x1 bins of 2 channels":                 func() { Gather(make([]float32, 3), m, one, one) },
		"Scatter: a bin of -1 taps": func() {
			Scatter(m, make([]float32, 4), Axis{[]int32{2, -1}, one.Taps}, one)
		},
		"Scatter: 1 taps for bins of 2": func() { Scatter(m, make([]float32, 2), Axis{[]int32{2}, one.Taps}, one) },
		"Gather: a tap of cell 2 of 2":  func() { Gather(make([]float32, 2), m, Axis{[]int32{1}, []Tap{{2, 1}}}, one) },
		"Gather: a tap of cell -1 of 3": func() { Gather(make([]float32, 2), m, one, Axis{[]int32{1}, []Tap{{-1, 1}}}) },
	} {
		assert.PanicsWithValue(t, "simd: "+message, run)
	}
}

// The sizes are of RoIAlign: 7x7 bins of 4 points off a map of 100x168 cells.
func BenchmarkGrid(b *testing.B) {
	const height, width, size = 100, 168, 7
	side := func(from int) (a Axis) {
		for i := range size {
			a.Counts = append(a.Counts, 3)
			for j := range 3 {
				a.Taps = append(a.Taps, Tap{Cell: from + 2*i + j, Weight: 1.0 / 3})
			}
		}
		return a
	}
	rows, columns := side(40), side(60)
	for _, channels := range []int{64, 256} {
		m := Map{Data: make([]float32, height*width*channels), Width: width, Channels: channels}
		bins := make([]float32, size*size*channels)
		for i, twin := range twins {
			for name, run := range map[string]func(){
				"Gather":  func() { Gather(bins, m, rows, columns) },
				"Scatter": func() { Scatter(m, bins, rows, columns) },
			} {
				b.Run(fmt.Sprintf("%s/channels=%d/%s", name, channels, twin.name), func(b *testing.B) {
					if !with(i, func() {
						b.ReportAllocs()
						for b.Loop() {
							run()
						}
					}) {
						b.Skip("the machine has no " + twin.name)
					}
				})
			}
		}
	}
}
