package dataset

import (
	"fmt"
	"image"
	"image/color"
	"testing"
	"testing/fstest"

	"detsample/anchors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pixel returns the colour of an image at x, y.
func (im *Image) pixel(x, y int) [3]uint8 { return [3]uint8(im.Pix[3*(y*im.Width+x):]) }

func TestImagesKeepTheirAspectAtTheTopLeftOfACommonCanvas(t *testing.T) {
	fsys := vocSet() // all of 64x32
	fsys["JPEGImages/b.jpg"] = &fstest.MapFile{Data: picturePNG(30, 60, image.Rectangle{})}
	fsys["Annotations/b.xml"] = file("<annotation>" + xmlObject("cat", 1, 1, 30, 60) + xmlObject("dog", 16, 31, 30, 60) + "</annotation>")
	s, err := read(fsys, Options{Size: 100, Multiple: 16, OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, [2]int{112, 112}, [2]int{s.Width, s.Height})

	wide, tall := s.Train[0], s.Train[1]
	for _, im := range s.Train {
		assert.Equal(t, [2]int{112, 112}, [2]int{im.Width, im.Height})
		assert.Len(t, im.Pix, 3*112*112)
	}
	assert.InDelta(t, 100./64, wide.Scale, 1e-6)
	assert.InDelta(t, 100./60, tall.Scale, 1e-6)
	assert.Equal(t, []Object{{Box: anchors.Box{0, 0, 50, 100}}, {Box: anchors.Box{25, 50, 50, 100}, Class: 1}}, tall.Objects)

	ground, grey := [3]uint8{40, 80, 120}, [3]uint8{128, 128, 128}
	assert.Equal(t, ground, tall.pixel(0, 0))
	assert.Equal(t, ground, tall.pixel(49, 99))
	assert.Equal(t, grey, tall.pixel(50, 99), "right of the image")
	assert.Equal(t, grey, tall.pixel(49, 100), "below the image")
	assert.Equal(t, grey, wide.pixel(111, 111))
}

func TestBoxesFollowThePixelsThroughScaling(t *testing.T) {
	for _, size := range []int{37, 60, 100} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			white := image.Rect(120, 40, 180, 90)
			p := picture{file: "a.png", marks: []mark{{class: "x", box: [4]float64{120, 40, 180, 90}}}}
			fsys := fstest.MapFS{"a.png": &fstest.MapFile{Data: picturePNG(300, 200, white)}}
			im, log := load(fsys, &p, map[string]int32{"x": 0}, Options{Size: size, MaxPixels: 1e6})
			require.Empty(t, log)
			// The sum of whiteness is the box's area in scaled pixels, and its
			// centre is the box's.
			var mass, mx, my float64
			for y := range im.Height {
				for x := range im.Width {
					v := (float64(im.pixel(x, y)[0]) - 40) / 215
					mass, mx, my = mass+v, mx+v*(float64(x)+0.5), my+v*(float64(y)+0.5)
				}
			}
			cx, cy := im.Objects[0].Box.Center()
			assert.InEpsilon(t, im.Objects[0].Box.Area(), mass, 0.03)
			assert.InDelta(t, cx, mx/mass, 0.1)
			assert.InDelta(t, cy, my/mass, 0.1)
		})
	}
}

func TestSmallObjectSurvivesScalingDownByFour(t *testing.T) {
	fsys := fstest.MapFS{"a.png": &fstest.MapFile{Data: picturePNG(640, 480, image.Rect(322, 242, 330, 250))}}
	im, log := load(fsys, &picture{file: "a.png"}, nil, Options{Size: 160, MaxPixels: 1e6})
	require.Empty(t, log)
	brightest := uint8(0)
	for i := 0; i < len(im.Pix); i += 3 {
		brightest = max(brightest, im.Pix[i])
	}
	assert.Greater(t, brightest, uint8(190), "8 pixels of white are 2 after scaling, over half of them white")
}

func TestGreyAndPalettedImagesBecomeRGB(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 8, 8))
	paletted := image.NewPaletted(image.Rect(3, 3, 11, 11), color.Palette{color.RGBA{9, 9, 9, 255}})
	for i := range grey.Pix {
		grey.Pix[i] = 9
	}
	for _, src := range []image.Image{grey, paletted} {
		for _, size := range []int{8, 4} {
			rgb := resize(src, size, size)
			require.Len(t, rgb, 3*size*size)
			for _, v := range rgb {
				require.Equal(t, uint8(9), v)
			}
		}
	}
}

func TestClipReportsWhatABoxLoses(t *testing.T) {
	for _, c := range []struct {
		box, want [4]float64
		lost      float64
	}{
		{[4]float64{1, 2, 3, 4}, [4]float64{1, 2, 3, 4}, 0},
		{[4]float64{-10, 0, 10, 10}, [4]float64{0, 0, 10, 10}, 0.5},
		{[4]float64{-1, -1, 65, 33}, [4]float64{0, 0, 64, 32}, 1 - 64*32/(66*34.)},
		{[4]float64{64, 0, 70, 10}, [4]float64{64, 0, 64, 10}, 1},
	} {
		in, lost := clip(c.box, 64, 32)
		assert.Equal(t, c.want, in)
		assert.InDelta(t, c.lost, lost, 1e-12)
	}
}

func BenchmarkLoad(b *testing.B) {
	fsys := fstest.MapFS{"a.jpg": &fstest.MapFile{Data: pictureJPEG(640, 480)}}
	b.ReportAllocs()
	for b.Loop() {
		load(fsys, &picture{file: "a.jpg"}, nil, Options{Size: 160, MaxPixels: 1e6})
	}
}
