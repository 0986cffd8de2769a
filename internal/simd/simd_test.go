package simd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// values returns n finite values among which are zeros of both signs, infinities and NaN, inside a guard of NaN.
func values(rng *rand.Rand, n int) (data, guarded []float32) {
	const guard = 16
	guarded = make([]float32, n+2*guard)
	for i := range guarded {
		guarded[i] = float32(math.NaN())
	}
	data = guarded[guard : guard+n : guard+n]
	special := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 1e-40}
	for i := range data {
		data[i] = float32(rng.NormFloat64())
		if rng.IntN(8) == 0 {
			data[i] = special[rng.IntN(len(special))]
		}
	}
	return data, guarded
}

// twins are the ways an operation may go, the portable one first.
var twins = []struct {
	name        string
	avx, avx512 bool
}{{name: "portable"}, {"AVX", true, false}, {"AVX-512", true, true}}

// with runs an operation on one twin; it reports false where the machine has no such twin.
func with(twin int, operation func()) bool {
	t := twins[twin]
	if t.avx && !useAVX || t.avx512 && !useAVX512 {
		return false
	}
	defer func(avx, avx512 bool) { useAVX, useAVX512 = avx, avx512 }(useAVX, useAVX512)
	useAVX, useAVX512 = t.avx, t.avx512
	operation()
	return true
}

// compare runs an operation on the same four slices of the given lengths, in vectors of every width and in Go, and
// requires the same bits, guards included.
func compare(t *testing.T, seed uint64, lengths [4]int, operation func(x [4][]float32)) {
	t.Helper()
	var portable [4][]float32
	for twin := range twins {
		var data, all [4][]float32
		rng := rand.New(rand.NewPCG(seed, 0))
		for i, n := range lengths {
			data[i], all[i] = values(rng, n)
		}
		if !with(twin, func() { operation(data) }) {
			continue
		}
		if twin == 0 {
			portable = all
		}
		for i := range portable {
			for j, want := range portable[i] {
				got := all[i][j]
				if want != want && got != got {
					continue // which NaN comes out of two is left open
				}
				require.Equal(t, math.Float32bits(want), math.Float32bits(got), "%s, lengths %v: slice %d at %d: %v, want %v", twins[twin].name, lengths, i, j-16, got, want)
			}
		}
	}
}

func TestVectorsHaveTheBitsOfThePortableTwins(t *testing.T) {
	for n := range 75 {
		compare(t, 1, [4]int{n, n}, func(x [4][]float32) { Add(x[0], x[1]) })
		compare(t, 2, [4]int{n, n}, func(x [4][]float32) { ReLUBackward(x[0], x[1]) })
		compare(t, 3, [4]int{n, n, n, n}, func(x [4][]float32) { Adam(x[0], x[1], x[2], x[3], NewAdamStep(3, 0.01, 0.9, 0.999, 1e-8)) })
		for _, rows := range []int{0, 1, 2, 7} {
			compare(t, 4, [4]int{rows * n, n}, func(x [4][]float32) { AddBias(x[0], x[1]) })
			compare(t, 5, [4]int{rows * n, n}, func(x [4][]float32) { ReLUBias(x[0], x[1]) })
			compare(t, 6, [4]int{n, rows * n}, func(x [4][]float32) { AddColSums(x[0], x[1]) })
			compare(t, 7, [4]int{n, max(0, (rows-1)*(n+5)+min(rows, 1)*n)}, func(x [4][]float32) { RaiseToColumns(x[0], x[1], n+5) })
		}
	}
}

func TestOperationsOnAKnownMatrix(t *testing.T) {
	x := func() []float32 { return []float32{1, -2, 3, -4, 5, -6} }
	bias := []float32{1, 1, -4}

	y := x()
	AddBias(y, bias)
	assert.Equal(t, []float32{2, -1, -1, -3, 6, -10}, y)

	y = x()
	ReLUBias(y, bias)
	assert.Equal(t, []float32{2, 0, 0, 0, 6, 0}, y)

	grad := []float32{1, 2, 3, 4, 5, 6}
	ReLUBackward(grad, y)
	assert.Equal(t, []float32{1, 0, 0, 0, 5, 0}, grad)

	sums := []float32{10, 20, 30}
	AddColSums(sums, x())
	assert.Equal(t, []float32{7, 23, 27}, sums)

	largest := []float32{-3, 0}
	RaiseToColumns(largest, x()[1:], 3) // -2 3, 5 -6
	assert.Equal(t, []float32{5, 3}, largest)
	RaiseToColumns(largest, []float32{4, 7}, 3)
	assert.Equal(t, []float32{5, 7}, largest)
	RaiseToColumns(largest, nil, 2)
	assert.Equal(t, []float32{5, 7}, largest)

	Add(sums, bias)
	assert.Equal(t, []float32{8, 24, 23}, sums)
}

func TestReLUKeepsNaN(t *testing.T) {
	x := make([]float32, 11)
	x[0], x[10] = float32(math.NaN()), float32(math.NaN())
	ReLUBias(x, make([]float32, 11))
	assert.True(t, x[0] != x[0] && x[10] != x[10])
}

func TestTheLargestOfAColumnIsThatOfItsNumbers(t *testing.T) {
	nan := float32(math.NaN())
	for _, columns := range []int{1, 8, 11, 80} {
		for at := range columns {
			x, largest := make([]float32, 3*columns), make([]float32, columns)
			for i := range x {
				x[i] = nan
			}
			RaiseToColumns(largest, x, columns)
			assert.Equal(t, make([]float32, columns), largest)
			x[columns+at] = 2
			RaiseToColumns(largest, x, columns)
			want := make([]float32, columns)
			want[at] = 2
			assert.Equal(t, want, largest)
		}
	}
}

// The first step of Adam moves every value by the learning rate against the sign of its gradient.
func TestTheFirstStepOfAdamIsTheLearningRate(t *testing.T) {
	const n = 19
	value, m, v, grad := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range grad {
		grad[i] = float32(math.Pow(-3, float64(i-9)))
	}
	Adam(value, m, v, grad, NewAdamStep(1, 0.01, 0.9, 0.999, 0))
	for i, x := range value {
		assert.InEpsilon(t, -math.Copysign(0.01, float64(grad[i])), x, 1e-5)
	}
}

func TestAdamFollowsItsFormulaOverManySteps(t *testing.T) {
	const n, rate, beta1, beta2, epsilon = 13, 0.02, 0.9, 0.99, 1e-6
	rng := rand.New(rand.NewPCG(7, 8))
	var value, m, v, grad [n]float32
	var want, first, second [n]float64
	for step := 1; step <= 50; step++ {
		for i := range grad {
			grad[i] = float32(rng.NormFloat64())
			g := float64(grad[i])
			first[i] = beta1*first[i] + (1-beta1)*g
			second[i] = beta2*second[i] + (1-beta2)*g*g
			a, b := first[i]/(1-math.Pow(beta1, float64(step))), second[i]/(1-math.Pow(beta2, float64(step)))
			want[i] -= rate * a / (math.Sqrt(b) + epsilon)
		}
		Adam(value[:], m[:], v[:], grad[:], NewAdamStep(step, rate, beta1, beta2, epsilon))
	}
	for i := range value {
		assert.InDelta(t, want[i], value[i], 1e-5)
	}
}

func TestLengthsThatDoNotFitPanic(t *testing.T) {
	x := func(n int) []float32 { return make([]float32, n) }
	assert.PanicsWithValue(t, "simd: Add: 2 and 3 elements", func() { Add(x(2), x(3)) })
	assert.PanicsWithValue(t, "simd: ReLUBackward: 2 gradients of 3 outputs", func() { ReLUBackward(x(2), x(3)) })
	assert.PanicsWithValue(t, "simd: AddBias: 7 elements in rows of 3", func() { AddBias(x(7), x(3)) })
	assert.PanicsWithValue(t, "simd: ReLUBias: 7 elements in rows of 0", func() { ReLUBias(x(7), nil) })
	assert.PanicsWithValue(t, "simd: AddColSums: 7 elements in rows of 3", func() { AddColSums(x(3), x(7)) })
	assert.PanicsWithValue(t, "simd: RaiseToColumns: 7 elements in rows of 3, 3 apart", func() { RaiseToColumns(x(3), x(7), 3) })
	assert.PanicsWithValue(t, "simd: RaiseToColumns: 2 elements in rows of 3, 4 apart", func() { RaiseToColumns(x(3), x(2), 4) })
	assert.PanicsWithValue(t, "simd: RaiseToColumns: 3 elements in rows of 3, 2 apart", func() { RaiseToColumns(x(3), x(3), 2) })
	assert.PanicsWithValue(t, "simd: RaiseToColumns: 3 elements in rows of 0, 0 apart", func() { RaiseToColumns(nil, x(3), 0) })
	assert.PanicsWithValue(t, "simd: Adam: 2 values, moments of 2 and 2, 3 gradients", func() { Adam(x(2), x(2), x(2), x(3), AdamStep{}) })
}

func TestNothingAllocates(t *testing.T) {
	x, y, z, w := make([]float32, 90), make([]float32, 90), make([]float32, 90), make([]float32, 90)
	bias := make([]float32, 9)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		Add(x, y)
		ReLUBackward(x, y)
		AddBias(x, bias)
		ReLUBias(x, bias)
		AddColSums(bias, x)
		RaiseToColumns(bias, x, 9)
		Adam(x, y, z, w, NewAdamStep(1, 0.01, 0.9, 0.999, 1e-8))
	}))
}
