package sampling

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// peers is what other libraries pick, written by bench/peers/samplers.
type peers struct {
	Mining      []minedScene
	Suppression []suppressedScene
	ScoreHLR    []rankedScene  `json:"score_hlr"`
	ISRP        []primeScene   `json:"isr_p"`
	Counts      []countedScene `json:"counts"`
}

type minedScene struct {
	GT             []int32
	Hardness, Ties []float32
	Num            int
	Fraction       float64
	Limit, Ratio   float64

	MMDetection, Torchvision []int32
	SSDPyTorch               []int32 `json:"ssd_pytorch"`
}

type suppressedScene struct {
	GT                []int32
	Cls, Box, Decoded []float32
	Num, Min          int
	IoU, Limit        float64
	Picked            []int32
}

type rankedScene struct {
	GT, Scores    []int32
	Decoded, Loss []float32
	Num, Ranked   int
	Power, Bias   float64
	Positives     []int32 `json:"pos"`
	Negatives     []int32 `json:"neg"`
	Weight        []float64
}

type primeScene struct {
	Images []struct {
		GT, Class      []int32
		Decoded, Truth []anchors.Box
	}
	Loss        []float32
	Power, Bias float64
	Weight      []float64
}

type countedScene struct {
	GT              []int32
	IoU             []float32
	Num             int
	Fraction, Limit float64
	Kind            string
	Floor           float64
	FloorFraction   float64 `json:"floor_fraction"`
	Bins            int
	Draws, Pos, Neg int
	Drawn           []float64
}

func readPeers(t *testing.T) (p peers) {
	file, err := os.Open("testdata/peers.json.gz")
	require.NoError(t, err)
	defer file.Close()
	plain, err := gzip.NewReader(file)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(plain).Decode(&p))
	return p
}

// quota is a budget with a peer's limit on negatives, which is off below 0.
func quota(num int, fraction, limit float64) Quota {
	return Quota{Num: num, PositiveFraction: fraction, NegativesPerPositive: max(limit, 0)}
}

func TestMinersPickWhatPeersPick(t *testing.T) {
	scenes := readPeers(t).Mining
	require.GreaterOrEqual(t, len(scenes), 200)
	var s Sample
	for i, m := range scenes {
		BalancedOHEM{quota(m.Num, m.Fraction, m.Limit)}.Sample(&s, &Candidates{GT: m.GT, Hardness: m.Hardness}, nil)
		require.Equal(t, m.MMDetection, append([]int32{}, s.Index...), "mmdetection, scene %d", i)

		c := &Candidates{Hardness: m.Hardness}
		if m.Ties != nil {
			c.Hardness = m.Ties
		}
		for _, g := range m.GT {
			c.GT = append(c.GT, max(g, anchors.Negative)) // neither of the two ignores
		}
		HardNegative{Ratio: m.Ratio}.Sample(&s, c, nil)
		require.Equal(t, m.Torchvision, append([]int32{}, s.Index...), "torchvision, scene %d", i)
		HardNegative{Ratio: m.Ratio, PositivesCompete: true}.Sample(&s, c, nil)
		require.Equal(t, m.SSDPyTorch, append([]int32{}, s.Index...), "ssd.pytorch, scene %d", i)
	}
}

func TestOHEMPicksWhatTensorFlowsHardExampleMinerPicks(t *testing.T) {
	scenes := readPeers(t).Suppression
	require.GreaterOrEqual(t, len(scenes), 200)
	entry, ok := registered.Lookup("hard_example_miner")
	require.True(t, ok)
	var s Sample
	for i, m := range scenes {
		o := entry.New().(OHEM)
		o.Num, o.NMSIoU, o.NegativesPerPositive, o.MinNegatives = m.Num, m.IoU, m.Limit, m.Min
		o.Sample(&s, &Candidates{GT: m.GT, Hardness: m.Cls, BoxHardness: m.Box, Decoded: boxes(m.Decoded)}, nil)
		require.Equal(t, m.Picked, append([]int32{}, s.Index...), "scene %d", i)
	}
}

// boxes makes boxes of corners that follow one another.
func boxes(corners []float32) (b []anchors.Box) {
	for i := 0; i < len(corners); i += 4 {
		b = append(b, anchors.Box(corners[i:i+4]))
	}
	return b
}

func TestScoreHLRRanksAndWeighsAsMMDetection(t *testing.T) {
	var s Sample
	var source Source
	for i, m := range readPeers(t).ScoreHLR {
		c := &Candidates{GT: m.GT, Hardness: m.Loss, Classes: 2, Decoded: boxes(m.Decoded)}
		for _, score := range m.Scores {
			c.Score = append(c.Score, float32(score)/1024, float32(score)/4096)
		}
		h := NewScoreHLR(m.Num, 1)
		h.Power, h.Bias = m.Power, m.Bias
		h.Sample(&s, c, source.At(Key{Step: uint64(i)}))

		weight := map[int32]float64{}
		for k, at := range s.Index {
			weight[at] = float64(s.Weight[k])
		}
		require.Len(t, s.Index, len(m.Positives)+len(m.Negatives))
		for _, at := range m.Positives {
			require.InDelta(t, 1, weight[at], 0)
		}
		for k, at := range m.Negatives[:m.Ranked] {
			require.Contains(t, weight, at, "scene %d, rank %d", i, k)
			require.InEpsilon(t, m.Weight[k], weight[at], 2e-5, "scene %d, rank %d", i, k)
			delete(weight, at)
		}
		// The others are drawn at random; they all weigh the same.
		for at, w := range weight {
			if m.GT[at] < 0 {
				require.InEpsilon(t, m.Weight[m.Ranked], w, 2e-5, "scene %d", i)
			}
		}
	}
}

func TestISRPWeighsAsMMDetection(t *testing.T) {
	for i, m := range readPeers(t).ISRP {
		var c []Candidates
		first := 0
		for _, image := range m.Images {
			n := len(image.GT)
			c = append(c, Candidates{
				GT: image.GT, Decoded: image.Decoded, Hardness: m.Loss[first : first+n],
				Truth: &anchors.Truth{Box: image.Truth}, TruthClass: image.Class,
			})
			first += n
		}
		var source Source
		dst := make([]Sample, len(c))
		ISRP{Sampler: All{}, Power: m.Power, Bias: m.Bias, PerBatch: true}.SampleBatch(dst, c, []Key{{Image: 1}, {Image: 2}}, &source)
		got := slices.Concat(dst[0].Weight, dst[1].Weight)
		require.Len(t, got, len(m.Weight))
		for k := range got {
			require.InDelta(t, m.Weight[k], got[k], 2e-6+2e-5*m.Weight[k], "scene %d, positive %d", i, k)
		}
	}
}

// TestRandomSamplersDrawAsMMDetection compares how often each candidate is
// drawn by the peer and here, by a chi-squared statistic of two samples.
func TestRandomSamplersDrawAsMMDetection(t *testing.T) {
	const draws = 1500
	worst := 0.0
	for i, m := range readPeers(t).Counts {
		q := quota(m.Num, m.Fraction, m.Limit)
		sampler := map[string]Sampler{
			"random":            Random{Quota: q},
			"instance_balanced": InstanceBalanced{q},
			"iou_balanced":      IoUBalanced{q, m.Floor, m.FloorFraction, m.Bins, AsCoded},
		}[m.Kind]
		c := &Candidates{GT: m.GT, IoU: m.IoU}
		drawn := make([]float64, len(m.GT))
		var s Sample
		var source Source
		for step := range uint64(draws) {
			sampler.Sample(&s, c, source.At(Key{Step: step, Image: uint64(i)}))
			require.Equal(t, m.Pos, s.Positives, "scene %d, %s", i, m.Kind)
			require.Equal(t, m.Neg, len(s.Index)-s.Positives, "scene %d, %s", i, m.Kind)
			for _, at := range s.Index {
				drawn[at]++
			}
		}
		chi, chances := 0.0, 0.0
		for at := range drawn {
			a, b := m.Drawn[at]/float64(m.Draws), drawn[at]/draws
			p := (m.Drawn[at] + drawn[at]) / (float64(m.Draws) + draws)
			if p == 0 || p == 1 {
				assert.Equal(t, a, b)
				continue
			}
			chi += (a - b) * (a - b) / (p * (1 - p) * (1/float64(m.Draws) + 1.0/draws))
			chances++
		}
		if chances > 0 {
			deviation := (chi - chances) / math.Sqrt(2*chances)
			assert.Less(t, math.Abs(deviation), 4.5, "scene %d: %s", i, fmt.Sprintf("%+v", sampler))
			worst = max(worst, math.Abs(deviation))
		}
	}
	t.Logf("largest deviation of chi-squared: %.2f standard deviations", worst)
}
