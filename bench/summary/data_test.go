package summary

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/dataset"
)

// described has test images with objects of two classes, and an ignored one.
func described() *dataset.Set {
	set := &dataset.Set{Classes: []string{"a", "b"}, Width: 64, Height: 64}
	for i := range 3 {
		set.Test = append(set.Test, dataset.Image{Width: 64, Height: 64, Scale: 0.5, Objects: []dataset.Object{
			{Box: anchors.Box{1, 5, 11, 15}, Class: int32(i % 2)},
		}})
	}
	set.Test[1].Objects = append(set.Test[1].Objects, dataset.Object{Box: anchors.Box{1, 30, 20, 50}, Ignore: true})
	return set
}

func TestTheDescriptionTellsNoticesFromDefects(t *testing.T) {
	c := config.Default()
	set := described()
	set.Problems = []annotations.Problem{{File: "a.xml", Line: 3, Message: "no box: skipped"}, {Message: "first 11 images", Notice: true}}
	d := describe(&c, set, "some/folder/")
	assert.Equal(t, "folder", d.Name)
	assert.Equal(t, []Finding{{Text: "a.xml:3: no box: skipped"}, {Text: "first 11 images", Notice: true}}, d.Problems)
	assert.Equal(t, []int{2, 1}, d.TestObjects, "without the ignored")
	assert.Equal(t, [2]int{0, 1}, [2]int{d.TrainIgnored, d.TestIgnored})
	assert.Equal(t, c.Detector.Pyramid.Count(64, 64), d.AnchorsPerImg)
	assert.Equal(t, "generated scenes", describe(&c, described(), "").Name)
	assert.NotNil(t, describe(&c, described(), "").Problems, "an empty list in JSON, not null")
}

// A program of one's own has the images as they are, and anchors of its own.
func TestTheDescriptionForAProgramIsOfTheOriginals(t *testing.T) {
	c := config.Default()
	c.Trainer = &config.Program{}
	set := described()
	set.Train, set.Problems = set.Test, []annotations.Problem{{Message: "kept"}}
	for i := range set.Train {
		set.Train[i].Width, set.Train[i].Height = 50, 40
	}
	d := describe(&c, set, "")
	assert.Equal(t, []int{50, 40, 0}, []int{d.Width, d.Height, d.AnchorsPerImg})
	assert.Equal(t, []int{2, 1}, d.TrainObjects)
	assert.InDelta(t, 10, d.MedianSide, 1e-9)
	assert.Len(t, d.Problems, 1)
	assert.False(t, d.UpTo)

	set = described()
	set.Train = described().Test
	set.Train[0].Width, set.Train[0].Height, set.Test[2].Width, set.Test[2].Height = 96, 64, 64, 80
	d = describe(&c, set, "")
	assert.Equal(t, []any{96, 80, true}, []any{d.Width, d.Height, d.UpTo}, "no image has this size")
	c.Trainer = nil
	assert.False(t, describe(&c, set, "").UpTo)
}

func TestASetIsCalledByTheLastPartOfItsPath(t *testing.T) {
	assert.Equal(t, "generated scenes", SetName(""))
	assert.Equal(t, "cells", SetName(filepath.Join("data", "cells")+string(filepath.Separator)))
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(here), SetName("."))
}
