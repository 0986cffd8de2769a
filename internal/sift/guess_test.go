package sift

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The threshold is guessed from some of the values. Where these are the largest of
// all, too few pass, and a lower one is tried.
func TestASampleOfTheLargestMisleadsNobody(t *testing.T) {
	const n, k = 8192, 100
	rng := rand.New(rand.NewPCG(1, 2))
	for name, top := range map[string]func(j int) float32{
		"different": func(j int) float32 { return 2 + float32(j) },
		"equal":     func(int) float32 { return 2 },
		"infinite":  func(int) float32 { return infinity },
	} {
		t.Run(name, func(t *testing.T) {
			value, order := make([]float32, n), make([]int32, n)
			for i := range value {
				value[i], order[i] = rng.Float32(), int32(i)
			}
			for j := range 60 {
				value[place(j, sampled(n), n)] = top(j)
			}
			slices.SortStableFunc(order, func(a, b int32) int {
				switch {
				case value[a] > value[b]:
					return -1
				case value[a] < value[b]:
					return 1
				}
				return 0
			})
			want := slices.Clone(order[:k])
			slices.Sort(want)
			onEveryPath(t, func(t *testing.T) {
				var s Selector
				assert.Equal(t, want, s.Largest(value, nil, Labels{}, k))
			})
		})
	}
}
