package dataset

import (
	"fmt"
	"image"
	"image/color"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
)

// pixel returns the colour of an image at x, y.
func (im *Image) pixel(x, y int) [3]uint8 { return [3]uint8(im.Pix[3*(y*im.Width+x):]) }

func TestImagesKeepTheirAspectAtTheTopLeftOfACommonCanvas(t *testing.T) {
	fsys := vocSet() // all of 64x32
	fsys["JPEGImages/b.jpg"] = &fstest.MapFile{Data: picturePNG(30, 60, image.Rectangle{})}
	fsys["Annotations/b.xml"] = file("<annotation>" + xmlObject("cat", 1, 1, 30, 60) + xmlObject("dog", 16, 31, 30, 60) + "</annotation>")
	s, err := read(t, fsys, Options{Size: 100, Multiple: 16, Refuse: true})
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

func TestImagesKeepTheirSizeIfAsked(t *testing.T) {
	fsys := vocSet() // all of 64x32
	fsys["JPEGImages/b.jpg"] = &fstest.MapFile{Data: picturePNG(30, 60, image.Rectangle{})}
	fsys["Annotations/b.xml"] = file("<annotation>" + xmlObject("cat", 1, 1, 30, 60) + "</annotation>")
	s, err := read(t, fsys, Options{Original: true, Multiple: 16, Refuse: true})
	require.NoError(t, err)
	assert.Equal(t, [2]int{64, 64}, [2]int{s.Width, s.Height})
	tall := s.Train[1]
	assert.Equal(t, float32(1), tall.Scale)
	assert.Equal(t, []Object{{Box: anchors.Box{0, 0, 30, 60}}}, tall.Objects)
}

// loadOne loads the one image of annotations.
func loadOne(t testing.TB, content []byte, size int, objects ...annotations.Object) (Image, []annotations.Problem) {
	dir := onDisk(t, fstest.MapFS{"images/a.png": &fstest.MapFile{Data: content}, "labels/a.txt": file(""), "data.yaml": file("names: [x]")})
	a, err := annotations.Open(dir, annotations.Options{Images: true})
	require.NoError(t, err)
	a.Images[0].Objects = objects
	o, err := Options{Size: size}.filled()
	require.NoError(t, err)
	l := loader{ctx: t.Context(), Options: o, annotated: a, class: []int32{0}, disk: newDisk(a, o.MaxPixels, 0)}
	require.NoError(t, l.disk.inspect(0, true))
	im, found := l.image(0)
	require.NoError(t, im.Hold())
	return im, found
}

func TestBoxesFollowThePixelsThroughScaling(t *testing.T) {
	for _, size := range []int{37, 60, 100} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			im, found := loadOne(t, picturePNG(300, 200, image.Rect(120, 40, 180, 90)), size, annotations.Object{Box: [4]float64{120, 40, 60, 50}})
			require.Empty(t, found)
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
	im, found := loadOne(t, picturePNG(640, 480, image.Rect(322, 242, 330, 250)), 160)
	require.Empty(t, found)
	brightest := uint8(0)
	for i := 0; i < len(im.Pix); i += 3 {
		brightest = max(brightest, im.Pix[i])
	}
	assert.Greater(t, brightest, uint8(190), "8 pixels of white are 2 after scaling, over half of them white")
}

func TestABoxThatVanishesIsSaid(t *testing.T) {
	im, found := loadOne(t, picturePNG(640, 480, image.Rectangle{}), 160, annotations.Object{ID: 7, Box: [4]float64{0, 0, 1e-50, 4}}, annotations.Object{Box: [4]float64{0, 0, 4, 4}})
	assert.Len(t, im.Objects, 1)
	require.Len(t, found, 1)
	assert.Equal(t, "labels/a.txt: object (x): box [0 0 1e-50 4] (x, y, width, height) vanishes at the network's resolution: left out", found[0].String())
}

func TestAnEXIFOrientationTurnsThePixelsAndTheBoxesStayWhereTheyAre(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		// The upper left corner of the image as it is shown is white; it is 40x100.
		shown := painted(40, 100, image.Rect(0, 0, 20, 50))
		fsys := fstest.MapFS{"images/a.jpg": {Data: turnedJPEG(shown, orientation)}, "images/b.jpg": {Data: turnedJPEG(shown, orientation)},
			"labels/a.txt": file("0 0.25 0.25 0.5 0.5"), "labels/b.txt": file("0 0.25 0.25 0.5 0.5"), "data.yaml": file("names: [x]")}
		s, err := read(t, fsys, Options{Size: 100})
		require.NoError(t, err)
		im := s.Train[0]
		assert.Equal(t, [2]int{48, 112}, [2]int{s.Width, s.Height}, orientation)
		assert.Equal(t, anchors.Box{0, 0, 20, 50}, im.Objects[0].Box, orientation)
		assert.Greater(t, im.pixel(5, 5)[0], uint8(240), orientation)
		for _, dark := range []image.Point{{35, 5}, {5, 95}, {35, 95}} {
			assert.Less(t, im.pixel(dark.X, dark.Y)[0], uint8(60), "%d at %v", orientation, dark)
		}
	}
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

func BenchmarkLoad(b *testing.B) {
	dir := onDisk(b, fstest.MapFS{"images/a.jpg": {Data: pictureJPEG(640, 480)}, "labels/a.txt": file(""), "data.yaml": file("names: [x]")})
	a, err := annotations.Open(dir, annotations.Options{Images: true})
	require.NoError(b, err)
	l := loader{ctx: b.Context(), Options: Options{Size: 160}, annotated: a, disk: newDisk(a, 1e6, 0)}
	require.NoError(b, l.disk.inspect(0, true))
	im, _ := l.image(0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := im.Pixels(); err != nil {
			b.Fatal(err)
		}
	}
}
