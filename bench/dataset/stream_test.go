package dataset

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/crops"
)

// speckled returns a PNG of noise.
func speckled(w, h int, seed uint64) *image.RGBA {
	im, rng := image.NewRGBA(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(seed, 1))
	for i := range im.Pix {
		if im.Pix[i] = uint8(rng.Uint32()); i%4 == 3 {
			im.Pix[i] = 255
		}
	}
	return im
}

// mixed is a set of images of different shapes, turned ones too, with an object
// each.
func mixed() fstest.MapFS {
	fsys := fstest.MapFS{"data.yaml": file("names: [x]")}
	for i := range 12 {
		w, h := 40+7*i, 90-5*i
		data := turnedJPEG(speckled(w, h, uint64(i)), 1+i%8)
		fsys[fmt.Sprintf("images/%02d.jpg", i)] = &fstest.MapFile{Data: data}
		fsys[fmt.Sprintf("labels/%02d.txt", i)] = file("0 0.5 0.5 0.5 0.25")
	}
	return fsys
}

func identity(s *Set) string {
	var b bytes.Buffer
	for _, images := range [2][]Image{s.Train, s.Test} {
		for i := range images {
			images[i].Identify(&b)
		}
	}
	return b.String()
}

func TestPixelsAreTheSameWhateverStaysInMemory(t *testing.T) {
	dir := onDisk(t, mixed())
	var first *Set
	for _, room := range []int64{1 << 30, 20_000, 1, 0} {
		s, err := Open(t.Context(), dir, Options{Size: 64, Cache: room})
		require.NoError(t, err)
		assert.Equal(t, float64(room), s.Memory())
		var ahead Ahead
		for range 2 {
			for i := range s.Train {
				ahead.Ask(&s.Train[i])
			}
			assert.Equal(t, len(s.Train), ahead.Waiting())
			for i := range s.Train {
				p, err := ahead.Next()
				require.NoError(t, err)
				w, h := s.Train[i].Size()
				require.Equal(t, [2]int{w, h}, [2]int{p.Width, p.Height})
				again, err := s.Train[i].Pixels()
				require.NoError(t, err)
				require.Equal(t, again, p, "in the order that they were asked for")
			}
			assert.False(t, ahead.Full())
		}
		assert.LessOrEqual(t, s.Train[0].from.cache.used, room)
		assert.Equal(t, room >= 20_000, s.Train[0].from.cache.used > 0)
		hold(t, s)
		if first == nil {
			first = s
		}
		for i := range s.Train {
			require.Equal(t, first.Train[i].Pix, s.Train[i].Pix)
		}
	}
}

func TestAFileThatChangesIsNamed(t *testing.T) {
	dir := onDisk(t, mixed())
	s, err := Open(t.Context(), dir, Options{Size: 64})
	require.NoError(t, err)
	was := identity(s)
	name := s.Train[2].Name
	path := filepath.Join(dir, filepath.FromSlash(name))
	data, err := os.ReadFile(path)
	require.NoError(t, err)

	other := bytes.Clone(data)
	other[len(other)/2] ^= 1 // of the same length, at the same time
	about, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, other, 0o644))
	require.NoError(t, os.Chtimes(path, about.ModTime(), about.ModTime()))
	_, err = s.Train[2].Pixels()
	assert.ErrorContains(t, err, dir+": image "+name+" cannot be read any more: its file has changed: put it back")
	_, err = s.Train[1].Pixels()
	assert.NoError(t, err, "the others are read")
	changed, err := Open(t.Context(), dir, Options{Size: 64})
	require.NoError(t, err)
	assert.NotEqual(t, was, identity(changed), "and the set is another")

	require.NoError(t, os.WriteFile(path, data, 0o644))
	_, err = s.Train[2].Pixels()
	assert.NoError(t, err, "put back")
	require.NoError(t, os.Remove(path))
	_, err = s.Train[2].Pixels()
	assert.ErrorContains(t, err, name+" cannot be read any more")
	var ahead Ahead
	ahead.Ask(&s.Train[2])
	_, err = ahead.Next()
	assert.ErrorContains(t, err, name+" cannot be read any more")
}

func TestWhatIsTrainedAtIsChosenByTheObjects(t *testing.T) {
	dir := onDisk(t, mixed())
	s, err := Open(t.Context(), dir, Options{Size: 64, Choose: func(train, test []Image, o *Options) {
		assert.Len(t, train, 10)
		assert.Len(t, test, 2)
		assert.Equal(t, float32(1), train[0].Scale)
		w, h := train[3].Size()
		b := train[3].Objects[0].Box
		assert.InDelta(t, 0.5*float32(w), b.Width(), 1)
		assert.InDelta(t, 0.25*float32(h), b.Height(), 1)
		o.Crops = crops.Config{Side: 50, Objects: 1}
	}})
	require.NoError(t, err)
	assert.Equal(t, [2]int{64, 64}, [2]int{s.Width, s.Height}, "50, as a multiple of 16")
	assert.Equal(t, crops.Config{Side: 64, Objects: 1}, s.Crops)
	for i := range s.Train {
		p, err := s.Train[i].Pixels()
		require.NoError(t, err)
		assert.Equal(t, [2]int{s.Train[i].Width, s.Train[i].Height}, [2]int{p.Width, p.Height})
		assert.Zero(t, s.Train[i].OwnWidth)
		assert.Equal(t, float32(1), s.Train[i].Scale)
	}
}

func TestCutPixelsAreThoseOfThePlace(t *testing.T) {
	p := Pixels{make([]uint8, 3*4*3), 4, 3}
	for i := range p.Pix {
		p.Pix[i] = uint8(i / 3)
	}
	grey := []uint8{128, 128, 128}
	of := func(v uint8) []uint8 { return []uint8{v, v, v} }
	assert.Equal(t, bytes.Join([][]byte{of(5), of(6), grey, of(9), of(10), grey, grey, grey, grey}, nil), p.Cut(nil, 1, 1, 2, 2, 3, 3))
	assert.Equal(t, p.Pix, p.On([]uint8{7}, 4, 3))
	assert.Equal(t, p.Pix, p.Cut(nil, 0, 0, 4, 3, 4, 3))
}

func TestImagesOfOtherShapesThanTheCanvasHaveTheirOwnSize(t *testing.T) {
	s, err := read(t, mixed(), Options{Size: 64})
	require.NoError(t, err)
	for i := range s.Train {
		m := &s.Train[i]
		w, h := m.Size()
		assert.Equal(t, 64, max(w, h))
		assert.Equal(t, w == s.Width && h == s.Height, m.OwnWidth == 0)
		if w < s.Width {
			assert.Equal(t, [3]uint8{128, 128, 128}, m.pixel(w, 0))
		}
	}
}
