package command

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench"
	"detsample/bench/config"
	insight "detsample/bench/inspect"
)

// ofSide is a kind of data set whose objects have about this side in images of
// 640x480.
func ofSide(side float64) imageSet {
	return imageSet{width: 640, height: 480, objects: 8, classes: 2, side: func(rng *rand.Rand) (float64, float64) {
		return side * (0.8 + 0.4*rng.Float64()), side * (0.8 + 0.4*rng.Float64())
	}}
}

// briefly does a comparison with hardly any training.
func briefly(t *testing.T, c *config.Config, folder string) *config.Config {
	t.Helper()
	d := &c.Detector
	d.Channels, d.Depth, d.HeadDepth, d.Proposals, d.TestProposals, d.Detections = 4, 1, 0, 10, 10, 5
	c.Training.Images, c.Training.Batch, c.Training.Checkpoints, c.Training.Warmup = 2, 2, 1, 0
	study, err := bench.Compare(t.Context(), c, bench.Options{Data: folder})
	require.NoError(t, err)
	return study.Config
}

// Without a configuration it is the comparison that compare would do: at its size,
// with the anchors that it fits to the training images, all of which is there where
// only annotations are. What inspect then advises starts from these.
func TestInspectLooksAtWhatCompareTrainsOn(t *testing.T) {
	for name, c := range map[string]struct {
		kind imageSet
		size config.Size
		crop int
		why  string
	}{
		"as they are": {imageSets["long tail"], config.Original, 0, "original size"},
		"shrunk":      {ofSide(100), 128, 0, "at 128 px"},
		"larger":      {ofSide(30), 288, 0, "at 288 px"},
		"crops":       {ofSide(10), config.Original, 128, "crops of 128 px"},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "larger" {
				t.Skip("varies what is read")
			}
			folder := c.kind.write(t)
			preset, err := config.Preset(usualPreset)
			require.NoError(t, err)
			pyramid := preset.Detector.Pyramid
			trained := briefly(t, preset, folder)
			require.NotEqual(t, pyramid, trained.Detector.Pyramid)

			alone := t.TempDir()
			require.NoError(t, os.CopyFS(alone, os.DirFS(filepath.Join(folder, "annotations"))))
			for _, path := range []string{folder, alone} {
				for _, args := range [][]string{nil, {"--split", "val"}} {
					out := t.TempDir()
					text, errs, status := ran(t, append([]string{"inspect", path, "--out", out}, args...)...)
					require.Zero(t, status, errs)
					r := reportIn(t, out)
					var levels []anchors.Level
					for _, l := range r.Setting.Levels {
						levels = append(levels, anchors.Level{Stride: l.Stride, Sizes: l.Sizes})
					}
					assert.Equal(t, trained.Detector.Pyramid, anchors.Pyramid{Levels: levels, Ratios: r.Setting.Ratios, Offset: r.Setting.Offset})
					assert.Equal(t, []any{c.size, c.crop}, []any{trained.Folder.Size, trained.Folder.Crop})
					assert.Equal(t, []any{c.size, c.crop}, []any{config.Size(r.Setting.Longest), r.Setting.Crop})
					assert.Equal(t, 0.55, r.Setting.PosIoU)
					assert.Equal(t, fmt.Sprintf("fitted by compare to %d objects of 10 training images", 10*c.kind.objects), r.Setting.Anchors)
					assert.Contains(t, strings.Join(r.Notes, "; "), "the image size is what compare chooses: ")
					assert.Contains(t, strings.Join(r.Notes, "; "), c.why)
					assert.Contains(t, strings.Join(strings.Fields(text), " "), "Anchors "+r.Setting.Anchors+" at size ")

					advice, err := config.Load(filepath.Join(out, adviceFile))
					require.NoError(t, err)
					assert.Equal(t, r.Pyramid(), advice.Detector.Pyramid)
					assert.Equal(t, []any{r.Size(), r.Crop(), false}, []any{advice.Folder.Size, advice.Folder.Crop, advice.Folder.Anchors})
					assert.Equal(t, c.crop > 0, strings.Contains(strings.Join(r.Notes, "; "), "; whole images are inspected"))
					pasted, err := config.Parse("pasted.yaml", []byte(r.Setup()+"strategies: [{name: one, dense: {}}]\n"))
					require.NoError(t, err)
					assert.Equal(t, advice.Folder, pasted.Folder)
				}
			}
		})
	}
}

// What compare does by itself is not advised.
func TestAnchorsThatCompareFitsAreNotAdvised(t *testing.T) {
	folder := imageSets["tiny objects in large images"].write(t)
	gain := func(r *insight.Report) float64 {
		at := slices.IndexFunc(r.Advice, func(a insight.Advice) bool { return a.Topic == "anchor sizes and ratios" })
		require.GreaterOrEqual(t, at, 0)
		_, alone, found := strings.Cut(r.Advice[at].Because, "By itself, from what was inspected, it gains +")
		if !found { // no step comes before it
			return r.Advice[at].Gain.Points
		}
		alone, _, _ = strings.Cut(alone, " ")
		points, err := strconv.ParseFloat(alone, 64)
		require.NoError(t, err)
		return points
	}
	r, _ := advised(t, folder)
	before, _ := advised(t, folder, "--anchors", "detsample")
	assert.Equal(t, "detsample", before.Setting.Anchors)
	assert.Less(t, before.All.BestIoU.Mean, r.All.BestIoU.Mean)
	assert.Greater(t, gain(before), 10.0, "16 were measured")
	assert.Less(t, gain(r), 5.0, "for the one threshold, of those that compare fits for")
}

// A size that is asked for is the one at which compare fits.
func TestInspectFitsAtTheSizeThatIsAskedFor(t *testing.T) {
	folder := imageSets["crowded"].write(t)
	preset, err := config.Preset(usualPreset)
	require.NoError(t, err)
	preset.Folder.Size = 64
	trained := briefly(t, preset, folder)
	r, _ := advised(t, folder, "--size", "64")
	assert.Equal(t, trained.Detector.Pyramid.Levels[0].Sizes, r.Setting.Levels[0].Sizes)
	assert.Equal(t, 64, r.Setting.Longest)
	assert.NotContains(t, strings.Join(r.Notes, "; "), "compare trains at no size")
}

// What compare does not train on is inspected all the same, from the anchors that it
// starts from.
func TestWhatCompareDoesNotTrainOnIsNoted(t *testing.T) {
	r, _ := advised(t, imageSets["crowded"].write(t), "--size", "60x90")
	assert.Equal(t, "detsample", r.Setting.Anchors)
	assert.Contains(t, r.Notes, "compare trains at no size 60x90: the anchors are those that it starts from, not fitted to these images")

	one := file(t, "one.json", `{"images": [{"id": 1, "file_name": "none.png", "width": 64, "height": 64}], "categories": [{"id": 1, "name": "c"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1200}]}`)
	out := t.TempDir()
	_, errs, status := ran(t, "inspect", one, "--out", out, "-q")
	require.Zero(t, status, errs)
	r = reportIn(t, out)
	assert.Equal(t, "detsample", r.Setting.Anchors)
	assert.Contains(t, r.Notes, "compare trains on no such images (1 annotated images that are there: want at least 2, one to train and one to test on): the anchors are those that it starts from, not fitted to these")
}
