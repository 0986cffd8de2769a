package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leastSum returns the least total cost of matching every row from r on to a
// column of its own, by trying all of them.
func leastSum(cost [][]float64, taken []bool, r int) float64 {
	if r == len(cost) {
		return 0
	}
	least := math.Inf(1)
	for c := range cost[r] {
		if !taken[c] {
			taken[c] = true
			least = min(least, cost[r][c]+leastSum(cost, taken, r+1))
			taken[c] = false
		}
	}
	return least
}

func TestLinearSumIsTheLeastOfAllMatchings(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var s linearSum
	for range 500 {
		rows := rng.IntN(6)
		columns := max(rows, rng.IntN(8))
		whole := rng.IntN(2) == 0 // many ties
		cost := make([][]float64, rows)
		for r := range cost {
			for range columns {
				v := 4 * rng.NormFloat64()
				if whole {
					v = math.Round(v)
				}
				cost[r] = append(cost[r], v)
			}
		}
		match := s.solve(rows, columns, func(r, c int) float64 { return cost[r][c] })
		require.Len(t, match, rows)
		sum, taken := 0.0, make([]bool, columns)
		for r, c := range match {
			require.False(t, taken[c])
			taken[c] = true
			sum += cost[r][c]
		}
		require.InDelta(t, leastSum(cost, make([]bool, columns), 0), sum, 1e-9)
	}
	assert.Panics(t, func() { s.solve(2, 1, func(int, int) float64 { return 0 }) })
}

// Rows that know few of their columns are placed as if they knew all.
func TestLinearSumIsThatOfAllColumnsKnown(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 6))
	var all, few linearSum
	for range 300 {
		rows := 1 + rng.IntN(40)
		columns := rows + rng.IntN(60)
		values := []int{3, 30, 1e6}[rng.IntN(3)] // of which there are many ties
		common := make([]float64, columns)       // rows that want the same columns
		for c := range common {
			common[c] = float64(rng.IntN(values))
		}
		cost := make([][]float64, rows)
		for r := range cost {
			for c := range columns {
				cost[r] = append(cost[r], 10*common[c]+float64(rng.IntN(values))-float64(values))
			}
		}
		all.reset(rows, columns)
		for r := range rows {
			all.known[r] = int32(rows)
			kept := all.edges[r*rows : r*rows : (r+1)*rows]
			for c, v := range cost[r] {
				kept = keepSmallest(kept, rows, ranked{v, int32(c)})
			}
		}
		for r := range rows {
			require.Negative(t, all.place(int32(r)))
		}
		require.Equal(t, all.match, few.solve(rows, columns, func(r, c int) float64 { return cost[r][c] }))
	}
}

func TestLinearSumTiesTowardsTheLowerColumn(t *testing.T) {
	var s linearSum
	equal := func(int, int) float64 { return 1 }
	assert.Equal(t, []int32{0, 1, 2}, s.solve(3, 9, equal))
}

// The paper's class cost has logarithms of 0 at probabilities of 0 and 1, which
// are kept finite: to -log 1e-12 = 27.63.
func TestTheClassCostIsFiniteAtCertainty(t *testing.T) {
	h := Hungarian{ClassCost: CostFocal, Alpha: 0.25, Gamma: 2}
	assert.InDelta(t, 0.25*12*math.Ln10, h.classCost(0), 1e-9)
	assert.InDelta(t, -0.75*12*math.Ln10, h.classCost(1), 1e-3) // 1-1+1e-12 has few bits
	assert.InDelta(t, (0.25-0.75)*0.25*math.Ln2, h.classCost(0.5), 1e-9)
}

func TestHungarianIsOneToOneAtTheLeastCost(t *testing.T) {
	focal, probability := NewHungarian(), NewHungarian()
	probability.ClassCost, probability.ClsWeight = CostProbability, 1
	var dst Assignment
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 9))
		c, truth := predictedScene(rng)
		c.Box, c.Decoded, c.Score = c.Box[:8], c.Decoded[:8], c.Score[:8*c.Classes]
		c.Grid = []Grid{{Stride: 8, Width: 4, Height: 1, PerCell: 2}}
		for _, h := range []Hungarian{focal, probability} {
			h.Assign(&dst, &c, &truth)
			cost, sum, seen := make([][]float64, len(truth.Box)), 0.0, make([]int, len(truth.Box))
			for g := range cost {
				for i := range c.Box {
					cost[g] = append(cost[g], h.cost(&c, &truth, i, g))
				}
			}
			for i, g := range dst.GT {
				if g >= 0 {
					seen[g]++
					sum += cost[g][i]
				}
			}
			for _, n := range seen {
				require.Equal(t, 1, n)
			}
			require.InDelta(t, leastSum(cost, make([]bool, 8), 0), sum, 1e-9)
		}
	}
}

func TestHungarianMatchesEveryCandidateWhereThereAreMoreGroundTruths(t *testing.T) {
	c, _ := predictedScene(rand.New(rand.NewPCG(1, 9)))
	c.Box, c.Decoded, c.Score = c.Box[:2], c.Decoded[:2], c.Score[:2*c.Classes]
	c.Grid = []Grid{{Stride: 8, Width: 1, Height: 1, PerCell: 2}}
	truth := Truth{Box: []Box{{40, 40, 90, 90}, c.Decoded[1], c.Decoded[0]}, Class: []int32{0, 1, 2}}
	var dst Assignment
	NewHungarian().Assign(&dst, &c, &truth)
	assert.Equal(t, []int32{2, 1}, dst.GT)
}

func TestClassCostReadsItsNames(t *testing.T) {
	for _, c := range []ClassCost{CostFocal, CostProbability} {
		text, err := c.MarshalText()
		require.NoError(t, err)
		read := CostFocal
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, c, read)
	}
	c := CostFocal
	assert.ErrorContains(t, c.UnmarshalText([]byte("softmax")), `"softmax"`)
}
