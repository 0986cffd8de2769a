package report

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dataset"
	"detsample/bench/trainer"
)

func TestMatchGivesAnObjectToItsBestDetectionOfItsClass(t *testing.T) {
	objects := []dataset.Object{{Box: [4]float32{0, 0, 10, 10}, Class: 1}, {Box: [4]float32{20, 20, 30, 30}, Class: 0, Ignore: true}}
	found := []trainer.DrawnDetection{
		{Box: [4]float32{0, 0, 10, 10}, Class: 0}, // another class
		{Box: [4]float32{0, 0, 10, 9}, Class: 1},
		{Box: [4]float32{0, 0, 10, 10}, Class: 1}, // taken already
		{Box: [4]float32{20, 20, 30, 30}, Class: 0},
		{Box: [4]float32{20, 20, 30, 30}, Class: 0}, // a crowd holds many
	}
	assert.Equal(t, []int{-1, 0, -1, 1, 1}, match(found, objects))
}

func TestClassLabelsAreTheShortestThatDiffer(t *testing.T) {
	assert.Equal(t, []string{"d", "s", "t", "c"}, classLabels([]string{"disc", "square", "triangle", "cross"}))
	assert.Equal(t, []string{"ca", "ch", "d"}, classLabels([]string{"cat", "chair", "dog"}))
	assert.Equal(t, []string{"thin", "thin", ""}, classLabels([]string{"thing 1", "thing 2", ""}))
	assert.Equal(t, []string{"1", "2", "12"}, classLabels([]string{"thing 1", "thing 2", "thing 12"}), "after what all begin with")
	assert.Equal(t, []string{"th", "to", "tp"}, classLabels([]string{"thing", "toy", "tp"}), "words, not letters")
	assert.Equal(t, []string{"clas", "clas"}, classLabels([]string{"class ", "class x"}), "nothing would be left of the first")
}

func TestNamesOfBoxesDoNotCoverEachOther(t *testing.T) {
	img := &dataset.Image{Name: "a", Width: 210, Height: 210}
	o := newOverlay(img, "i", "", []string{"aa", "b"}, true)
	o.box([4]float32{20, 50, 40, 60}, 0, "hit", " .30")
	o.box([4]float32{25, 52, 45, 62}, 1, "hit", " .40")    // covers it
	o.box([4]float32{100, 50, 120, 60}, 0, "miss", " .20") // is beside both
	text := string(o.html())
	assert.Equal(t, 3, strings.Count(text, "halo"), "every box is drawn")
	assert.NotContains(t, text, ">aa .30<")
	assert.Contains(t, text, ">b .40<")
	assert.Contains(t, text, ">aa .20<")

	o = newOverlay(img, "i", "", []string{"aa"}, true)
	o.box([4]float32{20, 50, 40, 60}, 0, "hit", " .30")
	o.box([4]float32{30, 40, 36, 46}, 0, "hit", "") // whose middle is below the other's name
	text = string(o.html())
	assert.NotContains(t, text, ">aa .30<")
	assert.Contains(t, text, ">aa<")
}

func TestColumnsFillRowsEvenly(t *testing.T) {
	for cells, want := range map[int]int{1: 1, 6: 6, 7: 4, 13: 5, 18: 6} {
		assert.Equal(t, want, columns(cells), cells)
	}
}

func TestLargeImagesAreShrunkAndCompressed(t *testing.T) {
	img := &dataset.Image{Name: "a", Width: 1200, Height: 600, Pix: make([]uint8, 3*1200*600)}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
	}
	uri, err := dataURI(img)
	require.NoError(t, err)
	data, found := strings.CutPrefix(uri, "data:image/jpeg;base64,")
	require.True(t, found)
	raw, err := base64.StdEncoding.DecodeString(data)
	require.NoError(t, err)
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	require.NoError(t, err)
	assert.Equal(t, image.Pt(512, 256), decoded.Bounds().Size())
}

func TestSmallImagesKeepTheirPixels(t *testing.T) {
	img := &dataset.Image{Width: 2, Height: 1, Pix: []uint8{1, 2, 3, 250, 0, 7}}
	uri, err := dataURI(img)
	require.NoError(t, err)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(uri, "data:image/png;base64,"))
	require.NoError(t, err)
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	require.NoError(t, err)
	r, g, b, _ := decoded.At(1, 0).RGBA()
	assert.Equal(t, [3]uint32{250, 0, 7}, [3]uint32{r >> 8, g >> 8, b >> 8})
}

// A crowd is no object to find, and none of the detections that there are to be.
func TestUnderAPictureAreTheObjectsToFind(t *testing.T) {
	s := fake{strategies: names(1), seeds: 1, pictures: 1}.study(t)
	im := &s.Set.Test[0]
	im.Objects = im.Objects[:1]
	for range 5 {
		im.Objects = append(im.Objects, dataset.Object{Box: [4]float32{60, 60, 64, 64}, Ignore: true})
	}
	for r := range s.Records {
		if p := s.Records[r].Trace.Pictures; len(p) > 0 {
			p[0].Detections = slices.Repeat([]trainer.DrawnDetection{{Box: [4]float32{0, 0, 1, 1}, Score: 0.5}}, 9)
		}
	}
	drawn, err := pictures(s)
	require.NoError(t, err)
	assert.Equal(t, "1 object and 5 that do not count", drawn[0].Cells[0].Tally)
	assert.Equal(t, "0 right, 3 wrong, 1 missed", drawn[0].Cells[1].Tally)

	found := []trainer.DrawnDetection{{Box: im.Objects[1].Box, Class: im.Objects[1].Class}}
	assert.Equal(t, "0 right, 0 wrong, 1 missed, 1 not counted", newOverlay(im, "i", "", nil, false).detections(found, im.Objects))
}

// Images lie at the top left of a canvas that all have in common: a picture is of the
// image alone.
func TestAPictureIsWithoutWhatItsImageIsPaddedBy(t *testing.T) {
	img := &dataset.Image{Name: "a", Width: 64, Height: 64, OwnWidth: 42, OwnHeight: 21, Pix: make([]uint8, 3*64*64)}
	uri, err := dataURI(img)
	require.NoError(t, err)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(uri, "data:image/png;base64,"))
	require.NoError(t, err)
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	require.NoError(t, err)
	assert.Equal(t, image.Pt(42, 21), decoded.Bounds().Size())
	o := newOverlay(img, "i", uri, []string{"aa"}, true)
	o.box([4]float32{0, 0, 42, 21}, 0, "hit", "")
	text := string(o.html())
	assert.Contains(t, text, `viewBox="0 0 210 105"`)
	assert.Contains(t, text, `width="210" height="105.0"`)
	assert.Contains(t, text, `width="210.0" height="105.0"`, "a box of the whole image")
}
