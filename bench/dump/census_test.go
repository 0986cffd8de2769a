package dump

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/losses"
)

// labelled is a dump of 1000 candidates of three classes with labels as given.
func labelled(link losses.Link, labels ...int64) []Array {
	return with(trained(1, len(labels), 3, link), Array{Name: "labels", Shape: []int{len(labels)}, Int: labels})
}

// mixed draws labels in the proportions of their counts.
func mixed(counts map[int64]int) []int64 {
	var all []int64
	for _, v := range []int64{-2, -1, 0, 1, 2, 3} {
		for range counts[v] {
			all = append(all, v)
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	return all
}

func TestALabelMapThatCannotBeIsRefusedWithTheOneThatCan(t *testing.T) {
	for name, c := range map[string]struct {
		labelMap string
		counts   map[int64]int
		says     string // empty where it is read
	}{
		"RetinaNet of torchvision under torchvision's map": {"torchvision", map[int64]int{-1: 950, -2: 20, 1: 10, 2: 20},
			"no candidate is background under label map torchvision: 30 have a class and 970 are ignored; set label_map to detsample or torchvision_retinanet (30 with a class, 950 background)"},
		"the same under its own":         {"torchvision_retinanet", map[int64]int{-1: 950, -2: 20, 1: 10, 2: 20}, ""},
		"0 and classes, no map":          {"", map[int64]int{0: 970, 1: 10, 2: 20}, "set label_map to torchvision (30 with a class, 970 background)"},
		"0, classes and ignored, no map": {"", map[int64]int{-1: 20, 0: 950, 1: 10, 2: 20}, "980 candidates have a class and 20 are background under label map detsample, which is in force as the dump names none; set label_map to torchvision (30 with a class, 950 background); or to detsample if that is so"},
		"the same, stated":               {"detsample", map[int64]int{-1: 20, 0: 950, 1: 10, 2: 20}, ""},
		"mmdetection's under detsample":  {"mmdetection", map[int64]int{-1: 980, 0: 20}, "set label_map to detsample or torchvision_retinanet (20 with a class, 980 background)"},
		"as many positives, no map":      {"", map[int64]int{-1: 250, 0: 750}, ""},
		"no background under any":        {"", map[int64]int{1: 600, 2: 400}, "no candidate is background under label map detsample: 1000 have a class and 0 are ignored; dump every candidate of an image, the background too"},
		"a second stage, a quarter":      {"torchvision", map[int64]int{0: 750, 1: 200, 3: 50}, ""},
		"no positive at all":             {"", map[int64]int{-1: 1000}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tryLoad(t, Options{LabelMap: c.labelMap}, labelled(losses.Sigmoid, mixed(c.counts)...)...)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.says)
			assert.ErrorContains(t, err, `tensor "labels"`)
		})
	}
}

func TestALabelMapThatIgnoresNearlyAllIsNoted(t *testing.T) {
	d, err := tryLoad(t, Options{LabelMap: "torchvision"}, labelled(losses.Sigmoid, mixed(map[int64]int{-1: 980, 0: 10, 1: 10})...)...)
	require.NoError(t, err, "a region proposal network that has sampled")
	assert.Equal(t, []string{"980 of 1000 candidates are ignored under label map torchvision, as where a region proposal network has sampled; under others they are background: detsample or torchvision_retinanet (20 with a class, 980 background)"}, d.Notes)
}

func TestADumpWhoseAssignerLeavesNoNegativeIsRefused(t *testing.T) {
	own := trained(1, 2, 1, losses.Sigmoid)
	d := loaded(t, Options{}, with(own, Array{Name: "labels"},
		Array{Name: "boxes", Shape: []int{2, 4}, Float: []float32{0, 0, 10, 10, 0, 0, 10, 10}},
		Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{0, 0, 10, 10}})...)
	_, err := Replay(d, Plan{})
	assert.ErrorContains(t, err, "all 2 candidates that count are positive")
}
