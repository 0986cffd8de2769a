package small

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/crops"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
)

// cropped is a set of crops of 64 px of images of all shapes, some smaller than
// a crop, whose pixels say where they are; with objects of up to 20 px, some at
// borders, and a crowd in every third.
func cropped() *dataset.Set {
	set := &dataset.Set{Classes: []string{"a", "b"}, Width: 64, Height: 64}
	overlap, _ := crops.Overlapping(64, []float64{20})
	set.Crops = crops.Config{Side: 64, Overlap: overlap, Objects: 0.75, Keep: 0.5}
	rng := rand.New(rand.NewPCG(1, 2))
	for i, size := range [][2]int{{200, 150}, {150, 200}, {64, 64}, {40, 30}, {300, 50}, {65, 64}, {64, 131}, {50, 190}} {
		m := dataset.Image{Width: size[0], Height: size[1], Scale: 1, Pix: make([]uint8, 3*size[0]*size[1])}
		for p := range size[0] * size[1] {
			copy(m.Pix[3*p:], []uint8{uint8(p % size[0]), uint8(p / size[0]), uint8(7 + p%size[0]/256)})
		}
		for range 12 {
			w, h := 3+rng.Float32()*17, 3+rng.Float32()*17
			x, y := rng.Float32()*(float32(m.Width)-w), rng.Float32()*(float32(m.Height)-h)
			if rng.IntN(3) == 0 { // at a border
				x = []float32{0, float32(m.Width) - w}[rng.IntN(2)]
			}
			o := dataset.Object{Box: anchors.Box{x, y, x + w, y + h}, Class: int32(rng.IntN(2))}
			if !slices.ContainsFunc(m.Objects, func(k dataset.Object) bool { return anchors.IoU(k.Box, o.Box) > 0.3 }) {
				m.Objects = append(m.Objects, o)
			}
		}
		if i%3 == 0 {
			m.Objects = append(m.Objects, dataset.Object{Box: anchors.Box{5, 5, 35, 25}, Ignore: true})
		}
		set.Train, set.Test = append(set.Train, m), append(set.Test, m)
	}
	return set
}

// everything detects whatever shows, also what is too little to be learnt.
func everything(set *dataset.Set) func(detector.Image) []anchors.Detection {
	return func(m detector.Image) (found []anchors.Detection) {
		// The tile's place is in its first pixel.
		src := &set.Test[m.ID]
		w, h := m.Width, m.Height
		if w == 0 {
			w, h = 64, 64
		}
		y := int(m.Pix[1])
		for _, tile := range set.Crops.Tiles(nil, src.Width, src.Height) {
			if tile.Min.Y != y || tile.Min.X != int(m.Pix[0])+256*int(m.Pix[2]-7) || tile.Dx() != w || tile.Dy() != h {
				continue
			}
			for k, o := range src.Objects {
				if cut, _ := set.Crops.Cut(o.Box, tile); cut.Valid() && !o.Ignore {
					found = append(found, anchors.Detection{Box: cut, Class: o.Class, Score: 1 - float32(k)/100})
				}
			}
		}
		return found
	}
}

func TestDetectionsInTilesAreThoseOfTheImage(t *testing.T) {
	set := cropped()
	s := evaluated(t, set, config.Areas{Small: 12, Large: 96}, everything(set))
	assert.InDelta(t, 1, s.AP, 1e-9)
	assert.InDelta(t, 1, s.APS, 1e-9, "areas are of the original's pixels")
	assert.InDelta(t, 1, s.APM, 1e-9)

	set.Crops.Overlap = 2 // objects are cut in all tiles that show them
	assert.Less(t, evaluated(t, set, config.Areas{Small: 12, Large: 96}, everything(set)).AP, 0.99)
}

func TestATileHasThePixelsOfItsPlaceAndGreyBeyondTheImage(t *testing.T) {
	set := cropped()
	m := &set.Train[0]
	pixels, err := m.Pixels()
	require.NoError(t, err)
	c := cutter{Config: set.Crops}
	var dst detector.Image
	r := image.Rect(20, 30, 84, 94)
	c.load(&dst, m, pixels, r, newBatch(set, 1), 5, false)
	assert.Equal(t, [2]int{0, 0}, [2]int{dst.Width, dst.Height}, "it fills the batch")
	assert.Equal(t, []uint8{20 + 9, 30 + 3, 7}, dst.Pix[3*(3*64+9):][:3])
	flipped := detector.Image{}
	c.load(&flipped, m, pixels, r, newBatch(set, 1), 5, true)
	assert.Equal(t, []uint8{20 + 9, 30 + 3, 7}, flipped.Pix[3*(3*64+63-9):][:3])
	for i := range dst.Truth.Box {
		assert.Equal(t, mirrorBox(dst.Truth.Box[i], 64), flipped.Truth.Box[i])
	}

	small := &set.Train[3] // 40x30
	pixels, err = small.Pixels()
	require.NoError(t, err)
	c.load(&dst, small, pixels, c.place(small, 0, 3), newBatch(set, 1), 3, true)
	assert.Equal(t, [2]int{40, 30}, [2]int{dst.Width, dst.Height})
	assert.Equal(t, []uint8{128, 128, 128}, dst.Pix[3*40:][:3])
	assert.Equal(t, []uint8{128, 128, 128}, dst.Pix[3*64*30:][:3])
	assert.Equal(t, []uint8{0, 0, 7}, dst.Pix[3*39:][:3], "mirrored within itself")
}

func TestWhatACropShowsTooLittleOfIsNotBackground(t *testing.T) {
	set := cropped()
	m := &dataset.Image{Width: 200, Height: 100, Scale: 1, Pix: make([]uint8, 3*200*100), Objects: []dataset.Object{
		{Box: anchors.Box{90, 10, 110, 30}, Class: 1}, {Box: anchors.Box{95, 40, 115, 60}}, {Box: anchors.Box{110, 60, 130, 80}, Ignore: true},
		{Box: anchors.Box{0, 0, 20, 20}},
	}}
	pixels, err := m.Pixels()
	require.NoError(t, err)
	c := cutter{Config: set.Crops}
	var dst detector.Image
	c.load(&dst, m, pixels, image.Rect(101, 10, 165, 74), newBatch(set, 1), 0, false)
	assert.Equal(t, []anchors.Box{{0, 30, 14, 50}}, dst.Truth.Box, "14 of 20 columns show")
	assert.Equal(t, []int32{0}, dst.Truth.Class)
	assert.Equal(t, []anchors.Box{{0, 0, 9, 20}, {9, 50, 29, 64}}, dst.Truth.Ignore, "9 of 20 columns, and what was ignored before")
}

func TestCropsFollowFromSeedDrawAndImage(t *testing.T) {
	set := cropped()
	places := func(seed uint64, batches ...int) (all []detector.Image) {
		l := newLoader(set, config.Training{Batch: 4, Flip: true}, seed)
		for _, n := range batches {
			for _, m := range next(t, l, n).Images {
				m.Pix, m.Truth.Box = slices.Clone(m.Pix), slices.Clone(m.Truth.Box)
				m.Truth.Class, m.Truth.Ignore = nil, nil
				all = append(all, m)
			}
		}
		return all
	}
	want := places(1, 4, 4, 4, 4)
	assert.Equal(t, want, places(1, 4, 3, 1, 4, 2, 2))
	assert.NotEqual(t, want, places(2, 4, 4, 4, 4))
	assert.NotEqual(t, want[:8], want[8:], "the second epoch has crops of its own")

	l := newLoader(set, config.Training{Batch: 4, Flip: true}, 1)
	l.skip(7) // as a run that goes on
	for i, m := range next(t, l, 4).Images {
		assert.Equal(t, want[7+i].Pix, m.Pix)
		assert.Equal(t, want[7+i].ID, m.ID)
	}
}
