package sampling_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/sampling"
)

// parsed reads a strategy whose second stage has the given sampler.
func parsed(sampler string) (sampling.Sampler, error) {
	s, err := strategy.Parse("test.yaml", []byte("name: x\nrpn: {}\nroi:\n  sampler: "+sampler+"\n"))
	if err != nil {
		return nil, err
	}
	return s.ROI.Sampler, nil
}

func TestSamplersAreNestedInConfiguration(t *testing.T) {
	libra := sampling.NewCombined(512, 0.25)
	floored := sampling.NewIoUBalanced(128, 0.25)
	floored.FloorIoU, floored.FloorFraction, floored.Semantics = 0.1, 0.25, sampling.AsCoded
	fast := sampling.NewRandom(128, 0.25)
	fast.RoundPositives, fast.MinNegativeIoU, fast.NegativesPerPositive = true, 0.1, 3
	for text, want := range map[string]sampling.Sampler{
		"combined": libra,
		"{type: combined, negative: {type: iou_balanced, num: 128, floor_iou: 0.1, floor_fraction: 0.25, semantics: as_coded}}": sampling.Combined{
			Positive: libra.Positive, Negative: floored,
		},
		"{type: combined, positive: {type: isr_p, sampler: {type: random, num: 64}}, negative: ohem}": sampling.Combined{
			Positive: sampling.NewISRP(sampling.NewRandom(64, 0.5)), Negative: sampling.OHEM{Num: 64},
		},
		"{type: random, num: 128, positive_fraction: 0.25, round_positives: true, min_negative_iou: 0.1, negatives_per_positive: 3}": fast,
		"{type: hard_example_miner, negatives_per_positive: 3}": sampling.OHEM{
			Num: 64, BoxHardness: 1.2, NMSIoU: 0.7, NMSDecoded: true, NegativesPerPositive: 3,
		},
	} {
		got, err := parsed(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestMistakesInNestedSamplersAreFound(t *testing.T) {
	for text, message := range map[string]string{
		"{type: combined, negative: {type: iou_balanced, bins: 0}}":             "bins",
		"{type: combined, negative: {type: iou_balanced, semantics: as_meant}}": "as_written",
		"{type: combined, positive: {type: ohem, per_batch: true}}":             "per_batch",
		"{type: combined, positive: instance_balance}":                          "instance_balanced",
		"{type: isr_p, sampler: {type: random, number: 3}}":                     "number",
	} {
		_, err := parsed(text)
		assert.ErrorContains(t, err, message, text)
	}
}

func TestEverySamplerCanTrainTheSecondStage(t *testing.T) {
	for _, name := range registry.Of[sampling.Sampler]().Names() {
		_, err := parsed(name)
		assert.NoError(t, err, name)
	}
}
