package bench_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/conform"
	"detsample/losses"
	"detsample/sampling"
)

// This file is how a sampler and a loss of one's own enter a comparison: write
// the type, register it under a name, and use the name in the comparison's
// YAML. Exported fields are parameters there; their tags give range and
// meaning, and whatever is out of range or misspelt is an error with its place.

// NearMiss keeps every positive and the negatives that overlap an object by
// at least Overlap, at most Ratio for each positive: hard by their position,
// which costs no pass through the network.
type NearMiss struct {
	Overlap float64 `range:"[0,1]" doc:"least IoU of a negative with an object"`
	Ratio   int     `range:"[0,)" doc:"most negatives for each positive"`
}

// Needs implements [sampling.Sampler]: it reads IoU, beside the labels.
func (NearMiss) Needs() sampling.Need { return sampling.NeedIoU }

// Sample implements [sampling.Sampler]. Chance comes from rng alone, so that a
// seed always gives the same samples.
func (s NearMiss) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	near := slices.DeleteFunc(neg, func(i int32) bool { return float64(c.IoU[i]) < s.Overlap })
	dst.Keep(pos, sampling.Draw(near, s.Ratio*max(1, len(pos)), rng))
}

// Boosting is the exponential loss of AdaBoost over independent sigmoids: with
// the margin m, the logit or its negative, l = exp(-m/2) and dl/dm = -l/2, cut
// to a line below -Limit so that an outlier cannot outweigh the rest.
type Boosting struct {
	Limit float64 `range:"[0,)" doc:"margin of a mistake from which the loss grows only linearly"`
}

// Link implements [losses.Cls]: a column for each class, none for background.
func (Boosting) Link() losses.Link { return losses.Sigmoid }

// Eval implements [losses.Cls]; a loss that looks at one row at a time leaves
// it to EvalRows, and can be mined by hardness for it.
func (l Boosting) Eval(grad []float32, b *losses.Batch) float64 { return losses.EvalRows(l, grad, b) }

// Row implements [losses.Pointwise].
func (l Boosting) Row(grad, logits []float32, t losses.Target) (loss float64) {
	for k, x := range logits {
		sign := -1.0
		if t.Class == int32(k) {
			sign = 1
		}
		m := sign * float64(x)
		at := max(m, -l.Limit)
		value := math.Exp(-at / 2)
		loss += value * (1 + (at-m)/2)
		if grad != nil {
			grad[k] = float32(-sign * value / 2)
		}
	}
	return loss
}

func init() {
	sampling.Register("near_miss", "positives and the negatives that nearly were", "this example",
		func() sampling.Sampler { return NearMiss{Overlap: 0.1, Ratio: 3} })
	losses.RegisterCls("boosting", "exponential loss, linear for gross mistakes", "Freund and Schapire 1997",
		func() losses.Cls { return Boosting{Limit: 4} })
}

// own is a comparison that names them like any other.
const own = `
title: A sampler and a loss of one's own
scenes:
  {size: 48, train: 64, test: 24, classes: 1, max_objects: 2, min_size: 12, max_size: 24,
   distractors: 0, contrast: 0.5, occlusion: 0, noise: 0.01, texture: 0.1}
detector:
  channels: 8
  depth: 1
  head_depth: 1
  proposals: 40
  roi_size: 3
  roi_hidden: 24
  pyramid: {ratios: [1], levels: [{stride: 4, sizes: [12]}, {stride: 8, sizes: [20]}]}
training: {images: 600, batch: 4, warmup: 20, average: 0.95, checkpoints: 1}
strategies:
  - name: cross entropy
    lr: 0.005
    dense: {cls: ce}
  - name: boosting
    lr: 0.005
    dense: {cls: {type: boosting, limit: 3}}
  - name: near misses
    lr: 0.005
    rpn: {sampler: {type: random, num: 64}}
    roi: {sampler: {type: near_miss, ratio: 2}}
`

func Example_custom() {
	config, err := config.Parse("own.yaml", []byte(own))
	if err != nil {
		fmt.Println(err)
		return
	}
	study, err := bench.Compare(context.Background(), config, bench.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range study.Summary.Strategies {
		last := s.Stages[len(s.Stages)-1]
		fmt.Printf("%-14s learned: %v; negatives used are at most twice the positives: %v\n",
			s.Strategy, s.AP.Mean > s.Untrained.Mean+0.1, last.Used() <= 2)
	}
	// Output:
	// cross entropy  learned: true; negatives used are at most twice the positives: false
	// boosting       learned: true; negatives used are at most twice the positives: false
	// near misses    learned: true; negatives used are at most twice the positives: true
}

func TestACustomStrategyIsCheckedLikeAnyOther(t *testing.T) {
	for text, want := range map[string]string{
		"{sampler: {type: near_miss, ratio: -1}}":  "own.yaml:1:66: ratio is -1: expected at least 0",
		"{sampler: {type: near_miss, overlop: 1}}": "did you mean overlap?",
		"{sampler: near_mis}":                      "did you mean near_miss?",
		"{cls: {type: boosting, limit: x}}":        `own.yaml:1:61: limit: expected a number, got the string "x"`,
	} {
		_, err := config.Parse("own.yaml", []byte("strategies: [{name: a, dense: "+text+"}]\n"))
		assert.ErrorContains(t, err, want)
	}
	config, err := config.Parse("own.yaml", []byte(own))
	require.NoError(t, err)
	text, err := config.YAML()
	require.NoError(t, err)
	assert.Contains(t, string(text), "type: near_miss\n        overlap: 0.1\n        ratio: 2\n", "and written with every parameter")
}

// A test of what was registered is a line: the gradient is compared with finite
// differences, the sampler asked twice, and more; see package conform.
func TestWhatIsOnesOwnConforms(t *testing.T) {
	assert.NoError(t, conform.Cls(Boosting{Limit: 3}))
	assert.NoError(t, conform.Sampler(NearMiss{Overlap: 0.1, Ratio: 3}))
}
