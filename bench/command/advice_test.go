package command

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/config"
	insight "detsample/bench/inspect"
	"detsample/losses"
	"detsample/sampling"
)

// imageSet is a kind of data set.
type imageSet struct {
	width, height int                                 // of the first image of each split
	others        bool                                // the other images are of other, smaller sizes
	objects       int                                 // of an image
	classes       int                                 // of which the k-th has a share of 1/k
	side          func(rng *rand.Rand) (w, h float64) // of an object
}

var imageSets = map[string]imageSet{
	"tiny objects in large images": {width: 256, height: 192, objects: 8, classes: 2, side: func(rng *rand.Rand) (float64, float64) { return 4 + 6*rng.Float64(), 4 + 6*rng.Float64() }},
	"crowded": {width: 128, height: 128, objects: 40, classes: 2, side: func(rng *rand.Rand) (float64, float64) {
		s := 10 + 20*rng.Float64()
		return s, s * (0.5 + rng.Float64())
	}},
	"long tail": {width: 128, height: 64, objects: 10, classes: 12, side: func(rng *rand.Rand) (float64, float64) {
		s := math.Exp(2.5 + 0.6*rng.NormFloat64())
		return min(s, 120), min(s, 60)
	}},
	"one class":    {width: 64, height: 128, objects: 2, classes: 1, side: func(rng *rand.Rand) (float64, float64) { return 20, 45 + 5*rng.Float64() }},
	"huge objects": {width: 256, height: 256, objects: 1, classes: 2, side: func(rng *rand.Rand) (float64, float64) { return 180 + 70*rng.Float64(), 180 + 70*rng.Float64() }},
}

// write writes a set of the kind as a COCO folder of training and validation
// images.
func (k imageSet) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(uint64(k.width), uint64(k.objects)))
	for i, images := range []int{10, 2} { // in one order, as all draw from one rng
		split := []string{"train", "val"}[i]
		require.NoError(t, os.MkdirAll(filepath.Join(dir, split), 0o777))
		var list struct {
			Images      []map[string]any `json:"images"`
			Annotations []map[string]any `json:"annotations"`
			Categories  []map[string]any `json:"categories"`
		}
		for c := range k.classes {
			list.Categories = append(list.Categories, map[string]any{"id": c + 1, "name": fmt.Sprintf("class %d", c)})
		}
		for i := range images {
			width, height := k.width, k.height
			if k.others && i > 0 {
				width, height = width-rng.IntN(width/2), height-rng.IntN(height/2)
			}
			name := fmt.Sprintf("%03d.png", i)
			f, err := os.Create(filepath.Join(dir, split, name))
			require.NoError(t, err)
			require.NoError(t, png.Encode(f, image.NewGray(image.Rect(0, 0, width, height))))
			require.NoError(t, f.Close())
			list.Images = append(list.Images, map[string]any{"id": i + 1, "file_name": name, "width": width, "height": height})
			for range k.objects {
				w, h := k.side(rng)
				w, h = min(w, float64(width)), min(h, float64(height))
				class := 0
				for class < k.classes-1 && rng.Float64() > 1/float64(class+2) {
					class++
				}
				class = rng.IntN(class + 1)
				list.Annotations = append(list.Annotations, map[string]any{
					"id": len(list.Annotations) + 1, "image_id": i + 1, "category_id": class + 1, "iscrowd": 0, "area": w * h,
					"bbox": []float64{rng.Float64() * (float64(width) - w), rng.Float64() * (float64(height) - h), w, h},
				})
			}
		}
		text, err := json.Marshal(list)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "annotations"), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "annotations", "instances_"+split+".json"), text, 0o666))
	}
	return dir
}

// advised inspects the training images of a folder and returns the report and the
// comparison that was written.
func advised(t *testing.T, folder string, args ...string) (*insight.Report, string) {
	t.Helper()
	out := t.TempDir()
	_, errs, status := ran(t, append([]string{"inspect", folder, "--split", "train", "--out", out, "-q"}, args...)...)
	require.Zero(t, status, errs)
	return reportIn(t, out), filepath.Join(out, "advice.yaml")
}

// reportIn returns the report that inspect has written into a folder.
func reportIn(t *testing.T, out string) *insight.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "inspect.json"))
	require.NoError(t, err)
	var r insight.Report
	require.NoError(t, json.Unmarshal(text, &r))
	return &r
}

// counted trains a small network for one look at every training image, and
// returns the positives and negatives that the comparison counted.
func counted(t *testing.T, c *config.Config, folder string, images int) (positives, negatives float64) {
	t.Helper()
	d := &c.Detector
	d.Channels, d.Depth, d.HeadDepth, d.Proposals, d.TestProposals, d.Detections = 4, 1, 0, 10, 10, 5
	c.Training.Images, c.Training.Batch, c.Training.Flip, c.Training.Checkpoints, c.Training.Warmup = images, 2, false, 1, 0
	c.Strategies = c.Strategies[:1]
	study, err := bench.Compare(context.Background(), c, bench.Options{Data: folder})
	require.NoError(t, err)
	stage := study.Records[0].Run.Stages[0]
	return math.Round(stage.Positives * float64(images)), math.Round(stage.Negatives * float64(images))
}

// What inspect advises is taken by compare as it is, and counts there what inspect
// counted: on five kinds of sets, from the anchors of a comparison and of others.
func TestAdviceIsAcceptedByCompareAndCountsTheSame(t *testing.T) {
	for name, k := range imageSets {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "one class" {
				t.Skip("varies what is read")
			}
			folder := k.write(t)
			uneven := file(t, "uneven.yaml", "levels: [{stride: 8, sizes: [16, 30]}, {stride: 16, sizes: [50, 60, 80]}, {stride: 32, sizes: [128]}]\nratios: [0.5, 1]\n")
			for _, args := range [][]string{nil, {"--size", "64"}, {"--size", "48x300"}, {"--anchors", "rpn-fpn"}, {"--anchors", "retinanet"}, {"--anchors", uneven}} {
				checkAdvice(t, folder, 10, args...)
			}
		})
	}
}

// Without --data compare would train with these anchors on generated scenes.
func TestAdviceSaysHowToTrainOnItsImages(t *testing.T) {
	folder, out := imageSets["one class"].write(t), filepath.Join(t.TempDir(), "in spected")
	path := filepath.Join(out, "advice.yaml")
	command := called + " compare --config '" + path + "' --data " + folder
	text, errs, status := ran(t, "inspect", folder, "--out", out)
	require.Zero(t, status, errs)
	assert.True(t, strings.HasSuffix(text, "To train with this advice:\n\n    "+command+"\n"), text)
	advice, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(advice), "# What inspect advises for "+folder+": "))
	assert.Contains(t, string(advice), "\n#     "+command+"\n")

	list := file(t, "li\nst.json", `{"images": [{"id": 1, "file_name": "none.png", "width": 64, "height": 64}], "categories": [{"id": 1, "name": "c"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40], "area": 1200}]}`)
	text, errs, status = ran(t, "inspect", list, "--out", out)
	require.Zero(t, status, errs)
	missing := `FOLDER has these images: li\nst.json is without them, and compare trains on pixels.` + "\n"
	assert.True(t, strings.HasSuffix(text, "    "+called+" compare --config '"+path+"' --data FOLDER\n\n"+missing), text)
	advice, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(advice), "# "+missing)
	_, err = config.Load(path)
	assert.NoError(t, err)
}

// Where nobody says what to compare, what is advised stands beside cross entropy, at
// one scale of losses; a comparison of the user's own keeps its scale.
func TestWhatIsAdvisedStandsBesideCrossEntropyAtOneScale(t *testing.T) {
	folder := imageSets["one class"].write(t)
	own := file(t, "own.yaml", "strategies:\n  - {name: mine, dense: {}}\n")
	for _, c := range []struct {
		args  []string
		scale config.Scale
		names []string
	}{
		{nil, config.Matched, []string{"ce", "focal", "ssd 3:1"}},
		{[]string{"--config", own}, config.AsWritten, []string{"mine"}},
	} {
		_, path := advised(t, folder, c.args...)
		advice, err := config.Load(path)
		require.NoError(t, err)
		assert.Equal(t, c.scale, advice.Scale)
		var names []string
		for _, s := range advice.Strategies {
			names = append(names, s.Name)
		}
		assert.Equal(t, c.names, names)
		if c.args == nil {
			assert.Equal(t, losses.CE{}, advice.Strategies[0].Dense.Cls)
			assert.Equal(t, sampling.All{}, advice.Strategies[0].Dense.Sampler)
		}
	}
}

func TestAConfigurationForAFolderIsNotTrainedOnScenesInSilence(t *testing.T) {
	compare := func(more string, args ...string) string {
		return detsample(append([]string{"compare", "--seeds", "1", "--only", "focal", "--out", t.TempDir(), "--config", file(t, "a.yaml", tiny+more)}, args...)...).stderr
	}
	assert.Contains(t, compare("folder: {size: original, anchors: false}\n"),
		"note: this trains on generated scenes, and the configuration is for a folder's images (folder.size, folder.anchors): --data FOLDER trains on those\n")
	assert.NotContains(t, compare("folder: {strict: true}\n"), "generated scenes")
	assert.NotContains(t, compare("folder: {crop: 64}\n", "--data", t.TempDir()), "generated scenes")
	assert.Contains(t, compare("folder: {crop: 64}\n"), "(folder.crop)")
}

func TestAPyramidThatNoDetectorOfCompareHasGivesNoConfiguration(t *testing.T) {
	folder := imageSets["one class"].write(t)
	odd := file(t, "odd.yaml", "levels: [{stride: 10, sizes: [30]}]\nratios: [1, 2]\n")
	out := t.TempDir()
	text, errs, status := ran(t, "inspect", folder, "--anchors", odd, "--out", out)
	require.Zero(t, status, errs)
	assert.Contains(t, strings.Join(strings.Fields(text), " "), "There is no configuration of these anchors for compare: detector.pyramid.levels[0].stride is 10: expected 4, 8, 16")
	assert.NotContains(t, text, "to be pasted")
	assert.NoFileExists(t, filepath.Join(out, "advice.yaml"))
	page, err := os.ReadFile(filepath.Join(out, "inspect.html"))
	require.NoError(t, err)
	assert.NotContains(t, string(page), "To be pasted")

	for name, text := range map[string]string{"unknown.yaml": "levels: [{stride: 8, sizes: [9]}]\nratos: [1]\n", "none.yaml": "ratios: [1]\n", "negative.yaml": "levels: [{stride: 8, sizes: [-9]}]\nratios: [1]\n"} {
		_, errs, status := ran(t, "inspect", folder, "--anchors", file(t, name, text))
		assert.Equal(t, statusFailure, status, name)
		assert.Contains(t, errs, name+":", name)
	}
}

func TestASizeThatNoComparisonTrainsAtGivesNoConfiguration(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	small := imageSet{width: 24, height: 12, objects: 1, classes: 1, side: func(*rand.Rand) (float64, float64) { return 8, 8 }}
	for size, side := range map[string]string{"3000": "3000", "24": "24", "1500x5000": "3000"} {
		out := t.TempDir()
		text, errs, status := ran(t, "inspect", small.write(t), "--anchors", "retinanet", "--size", size, "--out", out)
		require.Zero(t, status, errs)
		assert.Contains(t, strings.Join(strings.Fields(text), " "),
			"There is no configuration of these anchors for compare: folder.size is "+side+": expected a whole number of pixels from 32 to 2048, original or auto.")
		assert.NotContains(t, text, "to be pasted")
		assert.NoFileExists(t, filepath.Join(out, "advice.yaml"))
		data, err := os.ReadFile(filepath.Join(out, "inspect.json"))
		require.NoError(t, err)
		assert.NotContains(t, string(data), "size: "+side)
	}
}

// Images of other shapes have no longest side in common, by the shorter side.
func TestASizeByTheShorterSideIsWrittenAsTheLongestThatComesNearest(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	k := imageSets["crowded"]
	k.others = true
	r, written := advised(t, k.write(t), "--size", "160x200")
	whole, err := config.Load(written)
	require.NoError(t, err)
	assert.Equal(t, config.Size(r.Setting.Longest), whole.Folder.Size)
	assert.Greater(t, r.Setting.Longest, 160)
	assert.LessOrEqual(t, r.Setting.Longest, 200)
	assert.Contains(t, strings.Join(r.Notes, "; "), fmt.Sprintf("as its configuration the size 160x200 becomes %d", r.Setting.Longest))

	r, written = advised(t, imageSets["crowded"].write(t), "--size", "160x200")
	whole, err = config.Load(written)
	require.NoError(t, err)
	assert.Equal(t, config.Size(160), whole.Folder.Size)
	assert.NotContains(t, strings.Join(r.Notes, "; "), "longest side")
}

func TestAdviceOnFewNegativesIsASentence(t *testing.T) {
	r, _ := advised(t, imageSets["one class"].write(t), "--anchors", "retinanet", "--size", "16")
	var reasons []string
	for _, a := range r.Advice {
		reasons = append(reasons, a.Because)
	}
	all := strings.Join(reasons, " ")
	assert.Contains(t, all, "negatives for each positive. random 256, 1:1 wants 128 positives an image and finds fewer in 100% of the images (fewer than a quarter of them in 100%), so")
	assert.Contains(t, all, "on average. They are few enough to draw from.")
	assert.NotRegexp(t, programText, all)
}

func TestASizeThatCompareChoosesIsNotedWhereItIsNotInspected(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	folder := imageSets["one class"].write(t)
	for text, want := range map[string]string{
		tiny:                                "folder.size is auto",
		tiny + "folder: {size: 64}\n":       "",
		tiny + "folder: {crop: 64}\n":       "crops of 64 pixels",
		tiny + "folder: {size: original}\n": "",
	} {
		r, written := advised(t, folder, "--config", file(t, "mine.yaml", text))
		if want == "" {
			assert.NotContains(t, strings.Join(r.Notes, "; "), "inspected")
		} else {
			assert.Contains(t, strings.Join(r.Notes, "; "), want)
		}
		_, errs, status := ran(t, "check", written)
		assert.Zero(t, status, errs)
	}
}

func TestAdviceOnBCCDIsAcceptedByCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	const source = "../../../shared/data/bccd"
	list, err := os.ReadFile(filepath.Join(source, "ImageSets/Main/trainval.txt"))
	if err != nil {
		t.Skip("no BCCD data")
	}
	dir := t.TempDir()
	for _, sub := range []string{"Annotations", "JPEGImages", "ImageSets/Main"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, sub), 0o777))
	}
	names := strings.Fields(string(list))[:8]
	for _, name := range names {
		for _, file := range []string{"Annotations/" + name + ".xml", "JPEGImages/" + name + ".jpg"} {
			data, err := os.ReadFile(filepath.Join(source, file))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), data, 0o666))
		}
	}
	for split, part := range map[string][]string{"train": names[:6], "val": names[6:]} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "ImageSets/Main", split+".txt"), []byte(strings.Join(part, "\n")+"\n"), 0o666))
	}
	checkAdvice(t, dir, 6, "--size", "256")
	checkAdvice(t, dir, 6)
}

func checkAdvice(t *testing.T, folder string, images int, args ...string) {
	t.Helper()
	r, file := advised(t, folder, args...)
	want := r.Candidates.Count
	if r.Recommended != nil {
		want = r.Recommended.Count
	}
	out, errs, status := ran(t, "check", file)
	require.Zero(t, status, errs+out)
	whole, err := config.Load(file)
	require.NoError(t, err)
	pasted, err := config.Parse("pasted.yaml", []byte(r.Setup()+"strategies: [{name: one, dense: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.4}}}]\n"))
	require.NoError(t, err, r.Setup())
	assert.Equal(t, whole.Detector.Pyramid, pasted.Detector.Pyramid)
	assert.Equal(t, whole.Folder, pasted.Folder)
	positives, negatives := counted(t, whole, folder, images)
	assert.Equal(t, float64(want.Positives), positives, "%v", args)
	assert.Equal(t, float64(want.Negatives), negatives, "%v", args)
}
