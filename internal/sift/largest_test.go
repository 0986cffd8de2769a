package sift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/internal/paths"
)

// largestBySort is the reference: a stable sort cut short.
func largestBySort(value []float32, label []int32, in Labels, k int) []int32 {
	order := []int32{}
	for i := range value {
		if label == nil || label[i] >= in.Low && label[i] <= in.High {
			order = append(order, int32(i))
		}
	}
	certain := func(v float32) float64 {
		if v != v {
			return math.Inf(1)
		}
		return float64(v)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		switch x, y := certain(value[a]), certain(value[b]); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	order = order[:max(0, min(k, len(order)))]
	slices.Sort(order)
	return order
}

func TestLargestIsASortCutShort(t *testing.T) {
	var s Selector
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(anyValue(), 0, 80).Draw(t, "value")
		label := rapid.SliceOfN(rapid.Int32Range(-2, 1), len(value), len(value)).Draw(t, "label")
		k := rapid.IntRange(-1, 90).Draw(t, "k")
		assert.Equal(t, largestBySort(value, label, negative, k), append([]int32{}, s.Largest(value, label, negative, k)...))
		assert.Equal(t, largestBySort(value, nil, negative, k), append([]int32{}, s.Largest(value, nil, negative, k)...))
		list := Labelled(nil, label, counted)
		assert.Equal(t, largestBySort(value, label, counted, k), append([]int32{}, s.LargestOf(list, value, k)...))
	})
}

// arrangements are orders of values that selections have trouble with, and one
// where the sample sees nothing of the largest.
func arrangements(n int) map[string][]float32 {
	rng := rand.New(rand.NewPCG(3, 4))
	all := map[string][]float32{}
	fill := func(name string, f func(i int) float32) {
		v := make([]float32, n)
		for i := range v {
			v[i] = f(i)
		}
		all[name] = v
	}
	fill("random", func(int) float32 { return float32(rng.ExpFloat64()) })
	fill("ascending", func(i int) float32 { return float32(i) })
	fill("descending", func(i int) float32 { return float32(-i) })
	fill("constant", func(int) float32 { return 0.25 })
	fill("two values", func(i int) float32 { return float32(i & 1) })
	fill("NaN", func(int) float32 { return nan })
	fill("some NaN", func(i int) float32 { return []float32{nan, infinity, -infinity, 0, 1e-45}[rng.IntN(5)] })
	fill("denormal", func(int) float32 { return math.Float32frombits(rng.Uint32N(1 << 20)) })
	fill("all scales", func(int) float32 { return math.Float32frombits(rng.Uint32()) })
	fill("a period of nine", func(i int) float32 { return float32(i % 9) })
	fill("ties below a few", func(i int) float32 { return float32(max(0, i%100-98)) })
	fill("a peak at the end", func(i int) float32 { return float32(max(0, i-n+700)) })
	hidden := make([]float32, n)
	for i := range hidden {
		hidden[i] = 1e6 + float32(i%1000)
	}
	if sample := sampled(n); sample > 0 {
		for j := range sample {
			hidden[place(j, sample, n)] = -float32(j)
		}
	}
	all["hidden from the sample"] = hidden
	return all
}

func TestLargestOfManyInAnyArrangement(t *testing.T) {
	onEveryPath(t, func(t *testing.T) {
		var s Selector
		const n = 20_011
		label := make([]int32, n)
		rng := rand.New(rand.NewPCG(5, 6))
		for i := range label {
			label[i] = rng.Int32N(4) - 3
		}
		for name, value := range arrangements(n) {
			t.Run(name, func(t *testing.T) {
				for _, k := range []int{0, 1, 60, 512, n / 2, n - 1, n, n + 1} {
					require.Equal(t, largestBySort(value, nil, negative, k), append([]int32{}, s.Largest(value, nil, negative, k)...), k)
					require.Equal(t, largestBySort(value, label, negative, k), append([]int32{}, s.Largest(value, label, negative, k)...), k)
				}
			})
		}
	})
}

func TestKthIsThatOfASort(t *testing.T) {
	var h histogram
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.OneOf(rapid.Uint32(), rapid.Uint32Range(1<<31, 1<<31+40), rapid.SampledFrom([]uint32{0, math.MaxUint32})), 1, 300).Draw(t, "keys")
		k := rapid.IntRange(1, len(keys)).Draw(t, "k")
		sorted := slices.Sorted(slices.Values(keys))
		slices.Reverse(sorted)
		kth, larger, equal := h.kth(slices.Clone(keys), k)
		assert.Equal(t, sorted[k-1], kth)
		assert.Equal(t, slices.Index(sorted, kth), larger)
		assert.Equal(t, kth, sorted[larger+equal-1])
		assert.True(t, larger+equal == len(sorted) || sorted[larger+equal] < kth)
	})
}

func TestKeysAreInTheOrderOfValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float32().Draw(t, "a"), rapid.Float32().Draw(t, "b")
		assert.Equal(t, a < b, key(a) < key(b))
		assert.Equal(t, a, value(key(a)))
	})
	assert.Equal(t, key(0), key(float32(math.Copysign(0, -1))))
	assert.Equal(t, key(infinity), key(nan))
}

func TestSelectionStaysOffTheHeap(t *testing.T) {
	value := arrangements(20_000)["random"]
	label := make([]int32, len(value))
	var s Selector
	assert.Zero(t, testing.AllocsPerRun(5, func() { s.Largest(value, label, counted, 100) }))
}

func BenchmarkLargest(b *testing.B) {
	for _, n := range []int{1000, 4000, 10_000, 16_000, 200_000, 2_000_000} {
		label := make([]int32, n)
		for i := range label {
			label[i] = -1
		}
		for name, value := range arrangements(n) {
			for _, path := range every() {
				for _, k := range []int{60, 512, 6000} {
					if (n != 200_000 || path.Name == paths.Portable) && name != "random" {
						continue
					}
					b.Run(fmt.Sprintf("size=%d/k=%d/%s/%s", n, k, name, path.Name), func(b *testing.B) {
						defer path.Take()()
						var s Selector
						b.ReportAllocs()
						b.SetBytes(int64(8 * n))
						for b.Loop() {
							s.Largest(value, label, counted, k)
						}
					})
				}
			}
		}
	}
}
