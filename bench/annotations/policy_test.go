package annotations

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBoxesAreJudgedByWhereTheyLie(t *testing.T) {
	type box = [4]float64
	for name, c := range map[string]struct {
		box, want box
		keep      bool
		wrong     string
	}{
		"inside":             {box{10, 10, 20, 20}, box{10, 10, 20, 20}, true, ""},
		"the whole image":    {box{0, 0, 100, 50}, box{0, 0, 100, 50}, true, ""},
		"half a pixel out":   {box{-.5, -.5, 101, 51}, box{-.5, -.5, 101, 51}, true, ""},
		"out at the left":    {box{-.51, 10, 20, 20}, box{0, 10, 19.49, 20}, true, "clipped"},
		"out at the top":     {box{10, -3, 20, 20}, box{10, 0, 20, 17}, true, "clipped"},
		"out at the right":   {box{90, 10, 20, 20}, box{90, 10, 10, 20}, true, "clipped"},
		"out at the bottom":  {box{10, 40, 20, 20}, box{10, 40, 20, 10}, true, "clipped"},
		"beyond the right":   {box{100, 10, 20, 20}, box{100, 10, 20, 20}, false, "outside the image of 100x50"},
		"beyond the left":    {box{-20, 10, 20, 20}, box{-20, 10, 20, 20}, false, "outside"},
		"beyond the bottom":  {box{10, 50, 20, 20}, box{10, 50, 20, 20}, false, "outside"},
		"beyond the top":     {box{10, -20, 20, 20}, box{10, -20, 20, 20}, false, "outside"},
		"a sliver beyond":    {box{100, 10, .2, 20}, box{100, 10, .2, 20}, false, "outside"},
		"a sliver before":    {box{-.3, 10, .2, 20}, box{-.3, 10, .2, 20}, false, "outside"},
		"a sliver below":     {box{10, 50, 20, .2}, box{10, 50, 20, .2}, false, "outside"},
		"a sliver above":     {box{10, -.3, 20, .2}, box{10, -.3, 20, .2}, false, "outside"},
		"no width":           {box{1, 2, 0, 4}, box{1, 2, 0, 4}, false, "has no width: left out"},
		"no height":          {box{1, 2, 3, 0}, box{1, 2, 3, 0}, false, "has no height: left out"},
		"a point":            {box{1, 2, 0, 0}, box{1, 2, 0, 0}, false, "has no width and no height"},
		"to the left":        {box{1, 2, -3, 4}, box{1, 2, -3, 4}, false, "has a negative width: left out"},
		"upwards":            {box{1, 2, 3, -4}, box{1, 2, 3, -4}, false, "has a negative height"},
		"to the upper left":  {box{1, 2, -3, -4}, box{1, 2, -3, -4}, false, "has a negative width and height"},
		"flat and upwards":   {box{1, 2, 0, -4}, box{1, 2, 0, -4}, false, "has a negative height"},
		"an infinite corner": {box{1, 1e308, 3, 1e308}, box{1, 1e308, 3, 1e308}, false, "not finite"},
	} {
		var p Policy
		got, keep, wrong := p.box(c.box, 100, 50)
		assert.InDeltaSlice(t, c.want[:], got[:], 1e-9, name)
		assert.Equal(t, c.keep, keep, name)
		assert.Equal(t, c.wrong != "", wrong.is, name)
		if wrong.is {
			assert.Contains(t, wrong.String(), c.wrong, name)
		}
		if sort, known := wrong.sort(); known && wrong.is {
			assert.Equal(t, sortOf(wrong.String()), sort, name)
		}

		p.AsIs = true
		got, keep, _ = p.box(c.box, 100, 50)
		assert.Equal(t, c.box, got, name)
		assert.Equal(t, name != "an infinite corner", keep, name)
	}
	var p Policy
	_, keep, wrong := p.box([4]float64{900, 900, 3, 3}, 0, 0)
	assert.True(t, keep && !wrong.is, "of an image whose size is not known")
}

func TestRepeatedObjectsAreLeftOutAmongFewAndAmongMany(t *testing.T) {
	for _, n := range []int{2, 16, 17, 40} {
		var objects []Object
		for i := range n {
			objects = append(objects, Object{ID: int64(i), Box: [4]float64{float64(i), 1, 2, 3}})
		}
		last := objects[n-1]
		last.ID = 100
		crowd, other, higher := last, last, last
		crowd.Crowd, other.Category, higher.Box[3] = true, 1, 4
		objects = append(objects, last, crowd, other, higher)
		var pairs [][2]int64
		note := func(first, again *Object) error {
			pairs = append(pairs, [2]int64{first.ID, again.ID})
			return nil
		}
		asIs, err := (&Policy{AsIs: true}).repeated(append([]Object{}, objects...), note)
		require.NoError(t, err)
		assert.Equal(t, objects, asIs)
		kept, err := (&Policy{}).repeated(append([]Object{}, objects...), note)
		require.NoError(t, err)
		assert.Len(t, kept, n+3)
		assert.Equal(t, [][2]int64{{int64(n - 1), 100}, {int64(n - 1), 100}}, pairs)
	}
}

func TestAreasFollowTheirBoxes(t *testing.T) {
	s := parse(t, wrap(`{"id": 1, "image_id": 1, "category_id": 1, "bbox": [990, 990, 20, 20], "area": 400},
		{"id": 2, "image_id": 1, "category_id": 1, "bbox": [990, 980, 20, 20], "area": 50},
		{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 3], "area": 0},
		{"id": 4, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 4]}`), Options{})
	var areas []float64
	for _, o := range s.Images[0].Objects {
		areas = append(areas, o.Area)
	}
	assert.Equal(t, []float64{100, 50, 0, 8}, areas)
}
