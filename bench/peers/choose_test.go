package main

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSectionsAreChosenByName(t *testing.T) {
	var o options
	require.NoError(t, o.chooseSections("ranking,samplers"))
	some := operations(sizes{100}, o.sections...)
	require.Len(t, some, 11)
	assert.Equal(t, "AP loss, value and gradient", some[0].name)
	assert.Equal(t, "ScoreHLR, 512 at 1:3", some[10].name)

	require.NoError(t, (&options{}).chooseSections(""))
	assert.Greater(t, len(operations(sizes{100})), 100, "all of them")
	assert.ErrorContains(t, o.chooseSections("ranking,loss"), `there is no "loss"; there are losses, shelf, gradientsizes, ranking,`)
}

func TestADocumentNeedsEverySection(t *testing.T) {
	err := run(t.Context(), options{write: "x.md", sections: []string{"losses"}, only: regexp.MustCompile("")})
	assert.ErrorContains(t, err, "leave -only, -sections and -quick out")
}

func TestWhatMatchesNothingIsNoSuccess(t *testing.T) {
	err := run(t.Context(), options{only: regexp.MustCompile("nosuch"), growth: "docs"})
	assert.ErrorContains(t, err, `-only "nosuch" matches no operation and no picture`)
	err = run(t.Context(), options{only: regexp.MustCompile("growth over classes")})
	assert.ErrorContains(t, err, "matches no operation", "a picture without a folder for it")
}

func TestThePythonOfTheEnvironmentIsLookedAtFirst(t *testing.T) {
	t.Setenv(pythonVariable, "/a/python")
	found := options{cocoPython: "/b/python"}.pythons()
	for _, module := range []string{"torchvision", "mmdet", "ultralytics"} {
		assert.Equal(t, []string{"/a/python", "python3", "/usr/bin/python3"}, found[module], module)
	}
	assert.Equal(t, []string{"/b/python"}, found["hotcoco"])
	t.Setenv(pythonVariable, "")
	assert.Equal(t, []string{"python3", "/usr/bin/python3"}, options{}.pythons()["mmdet"])
}

// A Python for COCO's evaluation that has PyTorch too is not the one that is
// asked for PyTorch.
func TestPyTorchIsLookedForFirst(t *testing.T) {
	assert.Equal(t, []string{"torchvision", "hotcoco", "mmdet", "ultralytics"}, torchFirst([]string{"hotcoco", "mmdet", "torchvision", "ultralytics"}))
}

func TestObjectsApartDoNotOverlapAndStayInTheImage(t *testing.T) {
	boxes := objects(newRand(1), 100, 1333, 800)
	setApart(boxes, 1333, 800)
	for i, b := range boxes {
		assert.True(t, b.Valid() && b[0] >= 0 && b[1] >= 0 && b[2] <= 1333 && b[3] <= 800, b)
		for _, other := range boxes[:i] {
			assert.False(t, b[0] < other[2] && other[0] < b[2] && b[1] < other[3] && other[1] < b[3], "%v and %v", b, other)
		}
	}
}
