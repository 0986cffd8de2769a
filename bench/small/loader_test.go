package small

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
)

func TestEveryEpochIsAPermutation(t *testing.T) {
	o := newOrder(7, 11)
	var epochs [3][]int
	for e := range epochs {
		for range 11 {
			epochs[e] = append(epochs[e], o.next())
		}
		sorted := slices.Sorted(slices.Values(epochs[e]))
		assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, sorted)
	}
	assert.NotEqual(t, epochs[0], epochs[1])
	assert.NotEqual(t, epochs[1], epochs[2])
}

func TestTheOrderIsKeyedByTheSeed(t *testing.T) {
	draw := func(seed uint64) (all []int) {
		o := newOrder(seed, 20)
		for range 50 {
			all = append(all, o.next())
		}
		return all
	}
	assert.Equal(t, draw(1), draw(1))
	assert.NotEqual(t, draw(1), draw(2))
}

// marked is a set of white images in each of which one black pixel lies at the
// object's top left, and the object measures 2x3.
func marked(images int) *dataset.Set {
	set := &dataset.Set{Name: "marked", Classes: []string{"mark"}, Width: 8, Height: 6}
	for i := range images {
		m := dataset.Image{Width: 8, Height: 6, Scale: 1, Pix: slices.Repeat([]uint8{255}, 3*8*6)}
		x, y := i%6, i%3
		copy(m.Pix[3*(8*y+x):], []uint8{0, 0, 0})
		box := anchors.Box{float32(x), float32(y), float32(x + 2), float32(y + 3)}
		m.Objects = []dataset.Object{{Box: box}, {Box: anchors.Box{0, 0, 1, 1}, Ignore: true}}
		set.Train = append(set.Train, m)
	}
	return set
}

func TestMirroringTwiceIsTheIdentity(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{1, 2, 7, 8} {
		pix := make([]uint8, 3*width*5)
		for i := range pix {
			pix[i] = uint8(rng.UintN(256))
		}
		got := detector.Image{Pix: slices.Clone(pix)}
		mirror(&got, width, width)
		if width > 1 {
			assert.NotEqual(t, pix, got.Pix)
		}
		mirror(&got, width, width)
		assert.Equal(t, pix, got.Pix)
	}
	b := anchors.Box{1, 2, 4, 6}
	assert.Equal(t, anchors.Box{4, 2, 7, 6}, mirrorBox(b, 8))
	assert.Equal(t, b, mirrorBox(mirrorBox(b, 8), 8))
}

func TestAnImageIsMirroredWithinItself(t *testing.T) {
	pix := []uint8{1, 1, 1, 2, 2, 2, 128, 128, 128, 3, 3, 3, 4, 4, 4, 128, 128, 128}
	src := dataset.Image{Pix: pix, Width: 3, Height: 2, OwnWidth: 2, OwnHeight: 2, Objects: []dataset.Object{{Box: anchors.Box{0, 0, 1, 2}}}}
	var dst detector.Image
	load(&dst, &src, dataset.Pixels{Pix: pix, Width: 3, Height: 2}, detector.Batch{Width: 3, Height: 2}, 7, true)
	assert.Equal(t, []uint8{2, 2, 2, 1, 1, 1, 128, 128, 128, 4, 4, 4, 3, 3, 3, 128, 128, 128}, dst.Pix)
	assert.Equal(t, []anchors.Box{{1, 0, 2, 2}}, dst.Truth.Box)
	assert.Equal(t, [2]int{2, 2}, [2]int{dst.Width, dst.Height})
}

func TestBoxesFollowThePixels(t *testing.T) {
	set := marked(5)
	for k := range set.Train {
		var plain, flipped detector.Image
		pixels, err := set.Train[k].Pixels()
		require.NoError(t, err)
		load(&plain, &set.Train[k], pixels, newBatch(set, 1), 9, false)
		load(&flipped, &set.Train[k], pixels, newBatch(set, 1), 9, true)
		assert.Equal(t, set.Train[k].Pix, plain.Pix)
		assert.Equal(t, set.Train[k].Objects[0].Box, plain.Truth.Box[0])
		x, y := black(t, flipped.Pix, 8)
		assert.Equal(t, float32(x+1), flipped.Truth.Box[0][2], "the mark is now at the object's top right")
		assert.Equal(t, float32(y), flipped.Truth.Box[0][1])
		assert.Equal(t, []anchors.Box{{7, 0, 8, 1}}, flipped.Truth.Ignore)
		assert.Len(t, flipped.Truth.Class, 1, "an ignored object is no target")
		assert.Equal(t, uint64(9), flipped.ID)
	}
}

// black returns the place of the one black pixel.
func black(t *testing.T, pix []uint8, width int) (x, y int) {
	t.Helper()
	for i := 0; i < len(pix); i += 3 {
		if pix[i] == 0 {
			return i / 3 % width, i / 3 / width
		}
	}
	require.Fail(t, "no black pixel")
	return 0, 0
}

func next(t *testing.T, l *loader, n int) detector.Batch {
	b, err := l.next(n)
	require.NoError(t, err)
	return b
}

func TestTheLoaderMirrorsHalfTheImagesAndOnlyIfTold(t *testing.T) {
	flipped := func(flip bool) (n int) {
		set := marked(1)
		l := newLoader(set, config.Training{Batch: 4, Flip: flip}, 3)
		for range 250 {
			for _, m := range next(t, l, 4).Images {
				if m.Truth.Box[0] != set.Train[0].Objects[0].Box {
					n++
				}
			}
		}
		return n
	}
	assert.Zero(t, flipped(false))
	assert.InDelta(t, 500, flipped(true), 80, "five standard deviations")
}

func TestMirroringDoesNotChangeTheOrder(t *testing.T) {
	ids := func(flip bool) (ids []uint64) {
		l := newLoader(marked(7), config.Training{Batch: 3, Flip: flip}, 3)
		for _, n := range []int{3, 3, 1, 3} {
			for _, m := range next(t, l, n).Images {
				ids = append(ids, m.ID)
			}
		}
		return ids
	}
	assert.Equal(t, ids(false), ids(true))
	assert.Len(t, ids(true), 10)
}

func TestAWarmLoaderAllocatesNothingWithinAnEpoch(t *testing.T) {
	l := newLoader(marked(1000), config.Training{Batch: 4, Flip: true}, 3)
	next(t, l, 4)
	assert.Zero(t, testing.AllocsPerRun(20, func() { next(t, l, 4) }))
}

// counting is a stream of white images whose index is in a pixel.
type counting struct {
	image dataset.Image
	drawn []uint64
}

func (c *counting) Image(index uint64) (*dataset.Image, error) {
	c.drawn = append(c.drawn, index)
	c.image = marked(1).Train[0]
	c.image.Pix[0] = uint8(index)
	return &c.image, nil
}

func TestFreshImagesAreDrawnOneAfterAnotherWhateverTheBatch(t *testing.T) {
	first := func(sizes ...int) (all []uint8) {
		set, source := marked(3), &counting{}
		set.Fresh = func(run uint64) dataset.Stream {
			assert.Equal(t, uint64(3), run)
			return source
		}
		l := newLoader(set, config.Training{Batch: 4}, 3)
		for _, n := range sizes {
			for _, m := range next(t, l, n).Images {
				all = append(all, m.Pix[0])
				assert.Equal(t, uint64(m.Pix[0]), m.ID)
			}
		}
		return all
	}
	assert.Equal(t, []uint8{0, 1, 2, 3, 4, 5, 6, 7}, first(4, 4))
	assert.Equal(t, first(4, 4), first(3, 1, 2, 2))
}

type failing struct{}

func (failing) Image(index uint64) (*dataset.Image, error) { return nil, errors.New("no image") }

func TestAFailingStreamEndsTheTraining(t *testing.T) {
	of := newTiny(t, tiny)
	of.loader.fresh = failing{}
	_, err := of.record(t.Context(), func(int) {})
	assert.EqualError(t, err, "no image")
}
