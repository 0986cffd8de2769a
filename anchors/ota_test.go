package anchors

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// denseOTA is OTA as published, over the whole matrix of suppliers and
// candidates: every match outside the region costs 1e6 more.
func denseOTA(o OTA, c *Candidates, t *Truth) []int32 {
	n, truths := len(c.Box), len(t.Box)
	cost, supply := make([][]float64, truths+1), make([]float64, truths+1)
	supply[truths] = float64(n)
	fl := func(i int, class int32) (sum float64) {
		for k, p := range c.scores(int32(i)) {
			p, alpha := float64(p), o.Alpha
			if int32(k) != class {
				p, alpha = 1-p, 1-o.Alpha
			}
			sum -= alpha * math.Pow(1-p, o.Gamma) * math.Log(p)
		}
		return sum
	}
	for g, truth := range t.Box {
		cost[g] = make([]float64, n)
		var overlaps []ranked
		c.eachPoint(func(i int, p point) {
			iou := float64(IoU(c.Decoded[i], truth))
			cost[g][i] = fl(i, t.Class[g]) - o.RegWeight*math.Log(max(iou, 0x1p-23))
			if !o.region(p, truth) {
				cost[g][i], iou = cost[g][i]+1e6, 0
			}
			overlaps = keepSmallest(overlaps, o.TopK, ranked{-iou, int32(i)})
		})
		supply[g] = float64(dynamicK(overlaps))
		supply[truths] -= supply[g]
	}
	for i := range n {
		cost[truths] = append(cost[truths], fl(i, Negative))
	}
	return sinkhorn(cost, supply, n, o.Epsilon, o.Iterations)
}

// sinkhorn returns the supplier of every column.
func sinkhorn(cost [][]float64, supply []float64, n int, eps float64, iterations int) []int32 {
	u, v := make([]float64, len(cost)), make([]float64, n)
	exponent := func(g, i int) float64 { return (u[g] + v[i] - cost[g][i]) / eps }
	logSum := func(n int, at func(k int) float64) float64 {
		peak, sum := math.Inf(-1), 0.0
		for k := range n {
			peak = max(peak, at(k))
		}
		for k := range n {
			sum += math.Exp(at(k) - peak)
		}
		return peak + math.Log(sum)
	}
	for range iterations {
		for i := range v {
			v[i] += eps * (math.Log(1+1e-8) - logSum(len(u), func(g int) float64 { return exponent(g, i) }))
		}
		for g := range u {
			u[g] += eps * (math.Log(supply[g]+1e-8) - logSum(n, func(i int) float64 { return exponent(g, i) }))
		}
	}
	label, best := make([]int32, n), make([]float64, n)
	for g := range u {
		most := math.Inf(-1)
		for i := range n {
			most = max(most, exponent(g, i))
		}
		for i := range n {
			if share := math.Exp(exponent(g, i) - most); share > best[i] {
				label[i], best[i] = int32(g), share
				if g == len(u)-1 {
					label[i] = Negative
				}
			}
		}
	}
	return label
}

func TestOTAIsTheTransportOverTheWholeMatrix(t *testing.T) {
	var dst Assignment
	for seed := range uint64(60) {
		c, truth := predictedScene(rand.New(rand.NewPCG(seed, 10)))
		o := NewOTA()
		var reached Truth // a ground truth without a candidate of its own differs, as documented
		for g, box := range truth.Box {
			some := false
			c.eachPoint(func(_ int, p point) { some = some || o.region(p, box) })
			if some {
				reached.Box, reached.Class = append(reached.Box, box), append(reached.Class, truth.Class[g])
			}
		}
		o.Assign(&dst, &c, &reached)
		require.Equal(t, denseOTA(o, &c, &reached), dst.GT, "scene %d", seed)
	}
}

func TestOTALeavesAGroundTruthWithoutCandidatesUnmatched(t *testing.T) {
	c, truth := predictedScene(rand.New(rand.NewPCG(2, 10)))
	var with, without Assignment
	NewOTA().Assign(&without, &c, &truth)
	truth.Box, truth.Class = append(truth.Box, Box{500, 500, 540, 540}), append(truth.Class, 0)
	NewOTA().Assign(&with, &c, &truth)
	assert.Equal(t, without.GT, with.GT)
}

func TestOTAGivesEveryGroundTruthAboutItsSupply(t *testing.T) {
	c, _ := predictedScene(rand.New(rand.NewPCG(2, 11)))
	truth := Truth{Box: []Box{{4, 4, 32, 32}}, Class: []int32{1}}
	for i := range c.Decoded {
		c.Decoded[i] = Box{200, 200, 210, 210}
	}
	for _, i := range []int{14, 16, 26} { // centres in the ground truth
		c.Decoded[i], c.Score[3*i+1] = truth.Box[0], 0.9
	}
	var dst Assignment
	NewOTA().Assign(&dst, &c, &truth)
	assert.Equal(t, 3, dst.Positives())
	assert.Equal(t, []int32{0, 0, 0}, []int32{dst.GT[14], dst.GT[16], dst.GT[26]})
}
