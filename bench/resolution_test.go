package bench

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/crops"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// squares is images with square objects of these sides.
func squares(width, height int, sides ...float32) []dataset.Image {
	m := dataset.Image{Width: width, Height: height, Scale: 1}
	for _, s := range sides {
		m.Objects = append(m.Objects, dataset.Object{Box: anchors.Box{0, 0, s, s}})
	}
	return []dataset.Image{m}
}

func TestTheSizeIsChosenByTheObjects(t *testing.T) {
	auto := config.Default().Folder
	for name, k := range map[string]struct {
		train []dataset.Image
		size  config.Size
		crop  int
		why   string
	}{
		"large objects":                 {squares(640, 480, 60, 100, 200), 128, 0, "images are trained at 128 px, where 0% of the objects are below 12 px"},
		"a quarter below 12 px":         {squares(640, 480, 59, 60, 100, 200), 128, 0, "images are trained at 128 px, where 25% of the objects are below 12 px"},
		"more than a quarter":           {squares(640, 480, 59, 59, 100, 200), 160, 0, "images are trained at 160 px: at 128 px 50% of the objects would be below 12 px"},
		"medium ones":                   {squares(640, 640, 20, 26, 34, 40), 320, 0, "images are trained at 320 px: at 128 px 100% of the objects would be below 12 px"},
		"small ones in a large image":   {squares(2000, 1500, 20, 22, 24), 0, 128, "trained on crops of 128 px of the original pixels, 75% around objects, and tested on tiles of 128 px that overlap by 33 or more: at 320 px 100% of the objects would be below 12 px"},
		"small and large, most too big": {squares(2000, 1500, 20, 400, 400, 500), 128, 0, "images are trained at 128 px, where 25% of the objects are below 12 px"},
		"half and half":                 {squares(2000, 1500, 20, 30, 400, 500), 320, 0, "images are trained at 320 px: at 128 px 50% of the objects would be below 12 px"},
		"small ones in a small image":   {squares(200, 100, 8, 9), 0, 0, "images are trained at their original size: at 128 px 100% of the objects would be below 12 px"},
		"none":                          {squares(200, 100), 128, 0, "images are trained at 128 px, where 0% of the objects are below 12 px"},
		"large objects, small images":   {squares(48, 32, 14, 20), 0, 0, "images are trained at their original size: none is larger than 128 px"},
		"small ones in small images":    {squares(128, 96, 5, 6), 0, 0, "images are trained at their original size: none is larger than 128 px"},
		"one px more":                   {squares(129, 96, 20), 128, 0, "images are trained at 128 px, where 0% of the objects are below 12 px"},
	} {
		r := resolve(auto, k.train)
		assert.Equal(t, k.size, r.size, name)
		assert.Equal(t, k.crop, r.crops.Side, name)
		assert.Equal(t, k.why, r.why, name)
	}
	ignored := squares(640, 480, 60, 20, 20)
	ignored[0].Objects[1].Ignore, ignored[0].Objects[2].Ignore = true, true
	assert.Equal(t, config.Size(128), resolve(auto, ignored).size)
}

func TestWhatIsConfiguredIsDone(t *testing.T) {
	f := config.Default().Folder
	f.Size = 64
	assert.Equal(t, resolution{size: 64}, resolve(f, squares(2000, 1500, 20)))
	f.Size = config.Original
	assert.Equal(t, resolution{}, resolve(f, squares(2000, 1500, 20)))
	f.Crop = 250
	r := resolve(f, squares(640, 480, 60, 100, 200))
	assert.Equal(t, crops.Config{Side: 256, Overlap: 128, Objects: 0.75, Keep: 0.5}, r.crops)
	assert.Equal(t, "trained on crops of 256 px of the original pixels, 75% around objects, and tested on tiles of 256 px that overlap by 128 or more", r.why, "200 px are more than 128, but the object lies in the first tile")
}

// Tiles of 128 px lie every 64 px: of what is longer than the overlap, some lies in a
// tile all the same, and some does not.
func TestWhatTilesCutIsCountedWhereItLies(t *testing.T) {
	f := config.Default().Folder
	f.Crop = 128
	m := squares(256, 128)
	for _, b := range []anchors.Box{{0, 0, 100, 100}, {70, 0, 180, 100}, {20, 0, 140, 100}, {0, 0, 129, 100}} {
		m[0].Objects = append(m[0].Objects, dataset.Object{Box: b})
	}
	m[0].Objects = append(m[0].Objects, dataset.Object{Box: anchors.Box{0, 0, 200, 100}, Ignore: true})
	r := resolve(f, m)
	assert.Equal(t, 64, r.crops.Overlap)
	assert.Contains(t, r.why, "overlap by 64 or more (2 of 4 training objects would be whole in none of them)")
}

// At 320 px 5 of 8 objects are below 12 px. At 480 px 2 are, as 80 px are then 12.8.
func TestWhereCropsCutManyObjectsTheLineSaysWhichSizeKeepsThem(t *testing.T) {
	auto := config.Default().Folder
	r := resolve(auto, squares(3000, 2000, 60, 70, 80, 90, 100, 400, 400, 500))
	assert.Equal(t, 320, r.crops.Side)
	assert.Contains(t, r.why, "(3 of 8 training objects would be whole in none of them): at 320 px 62% of the objects would be below 12 px; --size 480 cuts none, and 25% of them are below 12 px there")
	r = resolve(auto, squares(3000, 2000, 60, 70, 80, 90, 100, 110, 400, 500))
	assert.Contains(t, r.why, "(2 of 8 training objects")
	assert.NotContains(t, r.why, "--size", "a quarter may be cut, as a quarter may be tiny")
	auto.Crop = 320
	assert.NotContains(t, resolve(auto, squares(3000, 2000, 60, 400)).why, "--size", "crops were asked for")
}

// Objects of 12 to 14 px in images of 360 px: shrunk to 320 px most would vanish.
// A crowd lies in every test image.
func TestSmallObjectsAreLearntFromCropsOfTheOriginal(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	c := parsed(t, strings.Replace(tinyData, "size: 48", "size: 360", 1)+`
training: {images: 600, batch: 4, warmup: 20, average: 0.95, checkpoints: 1}
strategies:
  - {name: one-stage, lr: 0.005, dense: {}}
`)
	c.Scenes.Train, c.Scenes.Test = 24, 8
	c.Scenes.MinObjects, c.Scenes.MaxObjects, c.Scenes.MinSize, c.Scenes.MaxSize = 6, 6, 12, 14
	set, err := scene.Generate(c.Scenes, 1)
	require.NoError(t, err)
	for i := range set.Test {
		set.Test[i].Objects = append(set.Test[i].Objects, dataset.Object{Box: anchors.Box{0, 0, 30, 20}, Ignore: true})
	}
	study, err := Compare(t.Context(), c, Options{Data: writeCOCOAt(t, set, 1)})
	require.NoError(t, err)
	assert.Equal(t, [2]int{128, 128}, [2]int{study.Set.Width, study.Set.Height})
	assert.Equal(t, 128, study.Config.Folder.Crop)
	assert.Equal(t, config.Original, study.Config.Folder.Size)
	assert.True(t, slices.ContainsFunc(study.Set.Problems, func(p annotations.Problem) bool {
		return strings.Contains(p.Message, "trained on crops of 128 px")
	}))
	assert.Greater(t, study.Records[0].Run.AP50, 0.5)
}
