package bench

import (
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

// tinyData and tinyTraining make a comparison that runs in seconds: single
// bright shapes on smooth ground, a network of a few thousand weights.
const (
	tinyData = `
title: tiny
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
`
	tinyTraining = `
training: {images: 24, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
  - {name: ohem, rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: ohem, num: 16}}}
`
)

func parsed(t testing.TB, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("tiny.yaml", []byte(text))
	require.NoError(t, err)
	return c
}
