package sift

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestOrderIsAStableSort(t *testing.T) {
	var s Sorter
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 5, 399, 400, 1000}).Draw(t, "n")
		mask := rapid.SampledFrom([]uint32{0, 3, 0x7ff, 0x3ff800, 0xffc00000, math.MaxUint32}).Draw(t, "mask")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		keys, want := make([]uint32, n), make([]int32, n)
		for i := range keys {
			keys[i], want[i] = rng.Uint32()&mask, int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(keys[a], keys[b]) })
		assert.Equal(t, want, s.Order([]int32{}, keys))
	})
}

func TestRisingIsAStableSortOfValues(t *testing.T) {
	var s Sorter
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(anyValue(), 0, 500).Draw(t, "value")
		want := make([]int32, len(value))
		for i := range want {
			want[i] = int32(i)
		}
		number := func(i int32) float64 {
			if v := value[i]; v == v {
				return float64(v)
			}
			return math.Inf(1)
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(number(a), number(b)) })
		assert.Equal(t, want, s.Rising([]int32{}, value))
	})
}

func TestFallingIsTheLargestInOrder(t *testing.T) {
	var s Selector
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(anyValue(), 0, 60).Draw(t, "value")
		label := rapid.SliceOfN(rapid.Int32Range(-2, 1), len(value), len(value)).Draw(t, "label")
		k := rapid.IntRange(0, 70).Draw(t, "k")
		got := append([]int32{}, s.Falling(value, label, counted, k)...)
		assert.ElementsMatch(t, largestBySort(value, label, counted, k), got)
		for j := 1; j < len(got); j++ {
			a, b := got[j-1], got[j]
			assert.True(t, key(value[a]) > key(value[b]) || key(value[a]) == key(value[b]) && a < b)
		}
		assert.Equal(t, got, append([]int32{}, s.FallingOf(Labelled(nil, label, counted), value, k)...))
	})
}

func BenchmarkOrder(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{300, 1000, 12_000, 200_000} {
		keys := make([]uint32, n)
		for i := range keys {
			keys[i] = ^key(rng.Float32())
		}
		b.Run(fmt.Sprintf("size=%d", n), func(b *testing.B) {
			var s Sorter
			var dst []int32
			b.ReportAllocs()
			for b.Loop() {
				dst = s.Order(dst, keys)
			}
		})
	}
}
