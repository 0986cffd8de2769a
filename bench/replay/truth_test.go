package replay

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/dump"
)

// named is annotations of categories 1, 2, ... and an object of the second, of
// [20, 0, 30, 10], in image 7.
func named(names ...string) *annotations.Set {
	set := &annotations.Set{Path: "ann.json"}
	for i, n := range names {
		set.Categories = append(set.Categories, annotations.Category{ID: int64(i + 1), Name: n})
	}
	set.Images = []annotations.Image{{ID: 7, Objects: []annotations.Object{
		{Box: [4]float64{20, 0, 10, 10}, Category: 1}, {Box: [4]float64{40, 0, 10, 10}, Category: 0, Crowd: true},
	}}, {ID: 9}}
	return set
}

// unlabelled is a dump of 60 boxes, each a pixel right of the last, in two images,
// without ground truth.
func unlabelled(t *testing.T, classes int, others ...dump.Array) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.npz")
	logits := make([]float32, 2*60*classes)
	for i := range logits {
		logits[i] = -3 - float32(i%7)/7
	}
	require.NoError(t, dump.Write(path, append(others,
		dump.Array{Name: "logits", Shape: []int{2, 60, classes}, Float: logits},
		dump.Array{Name: "boxes", Shape: []int{60, 4}, Float: grid(60)})...))
	return path
}

func ids(values ...int64) dump.Array {
	return dump.Array{Name: "image_ids", Shape: []int{len(values)}, Int: values}
}

func TestAnnotationsAreTheGroundTruthOfADumpWithout(t *testing.T) {
	o := Options{Strategies: strategies(t, focal), Annotations: named("a", "b")}
	r := ran(t, unlabelled(t, 2, ids(9, 7)), o)
	assert.Equal(t, 7, r.Positives, "at most 3 pixels off: an IoU of 7/13 and above 0.5")
	assert.Positive(t, r.Ignored, "in the crowd")
	assert.Equal(t, []string{"a", "b", "background"}, r.Classes)
	assert.Contains(t, strings.Join(r.Notes, "; "), "ground truth from the annotations: 1 objects of 2 images")
	positive := r.Samplers[0].GradientClass
	assert.Zero(t, positive[0])
	assert.Positive(t, positive[1], "the object's class")

	half := dump.Array{Name: "image_scales", Shape: []int{2}, Float: []float32{1, 0.5}}
	r = ran(t, unlabelled(t, 2, ids(9, 7), half), o)
	assert.Equal(t, 6, r.Positives, "of 5 x 5 pixels: those that hold it whole, which match as no other does better")
}

func TestCategoriesBecomeADumpsClasses(t *testing.T) {
	o := Options{Strategies: strategies(t, focal), Annotations: named("a", "b")}
	r := ran(t, unlabelled(t, 1, ids(9, 7)), o)
	assert.Equal(t, 7, r.Positives, "one class: a region proposal network's")
	assert.Equal(t, []string{"class 0", "background"}, r.Classes)
	r = ran(t, unlabelled(t, 3, ids(9, 7)), o)
	assert.Equal(t, []string{"class 0", "a", "b", "background"}, r.Classes, "ids as classes, 0 for none")
	assert.Positive(t, r.Samplers[0].GradientClass[2])
}

func TestGroundTruthThatCannotBeFoundIsSaid(t *testing.T) {
	o := Options{Strategies: strategies(t, focal), Annotations: named("a", "b")}
	for says, path := range map[string]string{
		"neither labels, gt_boxes nor image_ids is there; write image_ids":                           unlabelled(t, 2),
		"image 1 is 8: ann.json has no image of that id":                                             unlabelled(t, 2, ids(7, 8)),
		"ann.json has 2 categories, the largest id 2, and the dump 5 classes":                        unlabelled(t, 5, ids(7, 9)),
		"image 0 has the scale 0; write the side in the dump's pixels over that in the annotations'": unlabelled(t, 2, ids(7, 9), dump.Array{Name: "image_scales", Shape: []int{2}, Float: []float32{0, 1}}),
		"has shape [1]": unlabelled(t, 2, ids(7, 9), dump.Array{Name: "image_scales", Shape: []int{1}, Float: []float32{1}}),
	} {
		_, err := Run(context.Background(), path, o)
		assert.ErrorContains(t, err, says)
	}
}

func TestAStateWithoutBackgroundIsRefused(t *testing.T) {
	path := unlabelled(t, 2,
		dump.Array{Name: "gt_boxes", Shape: []int{2, 4}, Float: []float32{0, 0, 10, 10, 0, 0, 70, 10}},
		dump.Array{Name: "gt_classes", Shape: []int{2}, Int: []int64{0, 0}}, dump.Array{Name: "gt_image", Shape: []int{2}, Int: []int64{1, 1}},
		dump.Array{Name: "gt_ignore", Shape: []int{2}, Int: []int64{0, 1}}, dump.Array{Name: "label_weights", Shape: []int{2, 60}, Float: append(make([]float32, 60), ones(60)...)})
	_, err := Run(context.Background(), path, Options{Strategies: strategies(t, focal)})
	assert.ErrorContains(t, err, "all 4 candidates that count are positive under assigner max_iou; dump every candidate of an image, the background too")
}

func ones(n int) []float32 {
	list := make([]float32, n)
	for i := range list {
		list[i] = 1
	}
	return list
}
