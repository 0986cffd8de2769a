package scene

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dataset"
)

// freshConfig returns small scenes without noise, which alone would tell any
// two images apart.
func freshConfig() Config {
	c := DefaultConfig()
	c.Size, c.MaxSize, c.Train, c.Test, c.Noise = 48, 24, Fresh, 50, 0
	return c
}

func image(t testing.TB, s dataset.Stream, index uint64) dataset.Image {
	t.Helper()
	got, err := s.Image(index)
	require.NoError(t, err)
	m := *got
	m.Pix = append([]uint8(nil), m.Pix...)
	m.Objects = append([]dataset.Object(nil), m.Objects...)
	return m
}

func TestFreshImagesFollowFromSeedRunAndIndexAlone(t *testing.T) {
	c := freshConfig()
	one := generate(t, c, 1)
	a, b := one.Fresh(5), generate(t, c, 1).Fresh(5)
	for index := range uint64(20) {
		want := image(t, a, index)
		image(t, b, 19-index) // in any order, whatever was drawn before
		assert.Equal(t, want, image(t, b, index))
		assert.Equal(t, int64(index+1), want.ID)
		for i := range want.Objects {
			assert.True(t, want.Objects[i].Box.Valid())
		}
	}
	assert.NotEqual(t, image(t, a, 0).Pix, image(t, one.Fresh(6), 0).Pix, "runs differ")
	assert.NotEqual(t, image(t, a, 0).Pix, image(t, generate(t, c, 2).Fresh(5), 0).Pix, "seeds differ")
}

func TestFreshImagesNeverRepeatNorAreThoseOfAnotherSplit(t *testing.T) {
	c := freshConfig()
	set := generate(t, c, 1)
	unseen, err := Validation(c, 1)
	require.NoError(t, err)
	seen := map[[32]byte]string{}
	note := func(m dataset.Image, from string) {
		key := sha256.Sum256(m.Pix)
		require.Empty(t, seen[key], "%s image %d", from, m.ID)
		seen[key] = from
	}
	for from, images := range map[string][]dataset.Image{"sample": set.Train, "test": set.Test, "validation": unseen} {
		for i := range images {
			note(images[i], from)
		}
	}
	require.Len(t, unseen, 50)
	for run := range uint64(3) {
		s := set.Fresh(run)
		for index := range uint64(200) {
			note(image(t, s, index), "fresh")
		}
	}
}

func TestFreshScenesLeaveTheTestImagesAsTheyWere(t *testing.T) {
	c := freshConfig()
	fresh := generate(t, c, 1)
	c.Train = 10
	finite := generate(t, c, 1)
	assert.Equal(t, finite.Test, fresh.Test)
	assert.Equal(t, finite.Train, fresh.Train[:10], "the sample is of the images that a set would have")
	assert.Nil(t, finite.Fresh)
}

func TestAStreamKeepsItsMemory(t *testing.T) {
	s := newStream(freshConfig(), 1, 1)
	first := image(t, s, 0)
	a, err := s.Image(1)
	require.NoError(t, err)
	b, err := s.Image(0)
	require.NoError(t, err)
	assert.Same(t, &a.Pix[0], &b.Pix[0])
	assert.Equal(t, first.Pix, b.Pix)
}

// Of these scenes one in some dozens has no room for its three objects.
func TestACrampedFreshImageIsDrawnAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("draws as TestSetHasTheSameBitsForAnyNumberOfProcessors does")
	}
	c := freshConfig()
	c.Size, c.MinObjects, c.MaxObjects, c.MinSize, c.MaxSize = 48, 3, 3, 24, 26
	p, s, failed := newPainter(c), newStream(c, 1, 1), 0
	for index := range uint64(300) {
		if p.image(&dataset.Image{}, s.key, index) != nil {
			failed++
		}
		assert.Len(t, image(t, s, index).Objects, 3)
	}
	assert.Positive(t, failed)
	c.MinObjects, c.MaxObjects, c.MinSize, c.MaxSize = 32, 32, 40, 40
	_, err := newStream(c, 1, 1).Image(3)
	assert.ErrorContains(t, err, "fresh image 3")
}

func BenchmarkStream(b *testing.B) {
	c := DefaultConfig()
	s := newStream(c, 1, 1)
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		if _, err := s.Image(i); err != nil {
			b.Fatal(err)
		}
	}
}
