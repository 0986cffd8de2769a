package inspect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/config"
)

// Small objects as in aerial photographs, of 5 to 20 pixels: larger images by
// themselves reach more than other anchors do.
func TestEnlargingIsTriedByItselfAndComesFirstWhereItGainsMost(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{}
	set := objectsOf(60, 20, 500, 350, 30, 5, 20)
	for i := range set.Images {
		for k := range set.Images[i].Objects {
			box := &set.Images[i].Objects[k].Box
			box[3] = max(5, box[3]*(0.7+0.06*float64(k%11))) // of several ratios
		}
	}
	r := analysed(t, set, c)
	first := r.Advice[0]
	require.Equal(t, sizeTopic, first.Topic)
	assert.Equal(t, "Train at size 1000 (now original), with the same anchors.", first.Advice)
	assert.Contains(t, first.Because, "Instead of it anchors fitted at size original reach ")
	next := r.Advice[1]
	require.Equal(t, anchorsTopic, next.Topic)
	assertFollows(t, first, next)
	assert.Regexp(t, `By itself, from what was inspected, it gains \+1\.8 points of objects reached\.$`, next.Because)
	assert.Greater(t, first.Gain.Points, 3.0)
	assert.Contains(t, r.Verdict[1], "With what follows it 100% of the objects are reached.")
	assert.Contains(t, r.Setup(), "folder: {size: 1000, anchors: false}")
	assertPromised(t, set, c, r)

	c.Resize = Resize{Long: 1000}
	at := analysed(t, set, c)
	assert.Equal(t, Share(at.All.Objects-at.All.Unreached, at.All.Objects), first.After[0].Value, "as inspect --size 1000 counts it")
}

// A lower threshold counts as reached what was not before: it comes after what reaches
// objects, whatever it gains.
func TestAThresholdComesAfterWhatReachesObjects(t *testing.T) {
	list := []Advice{
		{Topic: "positive threshold", Gain: Gain{9, OfThreshold}},
		{Topic: anchorsTopic, Keep: true},
		{Topic: levelsTopic, Gain: Gain{50, OfAnchors}},
	}
	byWorth(list)
	assert.Equal(t, "positive threshold", list[0].Topic)
	r := &Report{Advice: list}
	assert.Equal(t, "What would change most is the positive threshold: +9.0 points of objects reached at the lower threshold.", verdict(r, list)[1])
}

// No comparison trains images of more than 2048 pixels: what they would reach is said,
// and the configuration stays what it is.
func TestASizeBeyondWhatIsTrainedIsAdvisedWithANote(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{}
	set := objectsOf(61, 4, 1400, 1000, 40, 2.5, 5)
	r := analysed(t, set, c)
	adv := topics(r)[sizeTopic]
	require.Contains(t, adv.Advice, "Train at size 2800 (now original)")
	assert.Empty(t, adv.Setting)
	assert.Contains(t, strings.Join(r.Notes, "; "), "the size 2800 that is advised is not in the configuration, which has original: compare trains at no such size")
	assert.Equal(t, config.Original, r.Size())
}

func TestANoteSaysHowManyObjectsCanBeFoundInACrowd(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{}
	set := objectsOf(62, 1, 1000, 1000, 150, 40, 60)
	set.Images = append(set.Images, objectsOf(63, 1, 1000, 1000, 50, 40, 60).Images...)
	notes := strings.Join(analysed(t, set, c).Notes, "; ")
	assert.Contains(t, notes, "1 image has more than 100 objects, and COCO's AP counts 100 detections of an image: at most 75.0% of the objects can be found")
	set.Images[0].Objects = set.Images[0].Objects[:100]
	assert.NotContains(t, strings.Join(analysed(t, set, c).Notes, "; "), "more than 100")
}

func TestFramesThatInterleaveAcrossPartsAreNamed(t *testing.T) {
	images := func(name string, test func(sequence, number int) bool) (list []annotations.Image) {
		for v := range 4 {
			for f := range 5 {
				im := annotations.Image{Split: annotations.Train, File: fmt.Sprintf(name, v, f)}
				if test(v, f) {
					im.Split = annotations.Test
				}
				list = append(list, im)
			}
		}
		return list
	}
	middle := func(_, f int) bool { return f == 2 }
	assert.Contains(t, interleaved(images("train/v%02d_f%d.jpg", middle)),
		"4 of 4 images outside train are numbered next to a training image of the same name, first v00_f2.jpg (test) and v00_f1.jpg (train): if these are frames of videos")
	assert.Empty(t, interleaved(images("v%02d_f%d.jpg", func(v, _ int) bool { return v == 3 })), "a video is whole in one part")
	assert.Empty(t, interleaved(images("image%d%d.jpg", middle)), "one list of photographs")
	whole := images("v%02d_f%d.jpg", middle)
	for i := range whole {
		whole[i].Split = ""
	}
	assert.Empty(t, interleaved(whole), "no parts")
	assert.Contains(t, parts(images("a%d_%d.jpg", middle)), "of test and train alike: --split train")
	assert.Empty(t, parts(whole))
}

// What cannot be read is nowhere near a training image.
func TestFramesThatCannotBeReadAreNotNamed(t *testing.T) {
	set := random(65, 12)
	set.HasImages = true
	for i := range set.Images {
		im := &set.Images[i]
		im.File, im.Path, im.Split = fmt.Sprintf("v%d_f%d.jpg", i/4, i%4), "there", annotations.Train
		if i%4 == 1 {
			im.Split = annotations.Test
		}
	}
	notes := strings.Join(analysed(t, set, byDefault()).Notes, "; ")
	assert.Contains(t, notes, "3 of 3 images outside train are numbered next to")
	assert.Contains(t, notes, "of all images, of test and train alike")
	for i := range set.Images {
		if set.Images[i].Split == annotations.Test {
			set.Images[i].Path = ""
		}
	}
	notes = strings.Join(analysed(t, set, byDefault()).Notes, "; ")
	assert.NotContains(t, notes, "numbered next to")
	assert.NotContains(t, notes, "alike")
	assert.Contains(t, notes, "3 of 12 images are left out, as they are by compare")
}

func TestClassBalanceSaysFromWhereWeightingIsAdvised(t *testing.T) {
	of := func(rare int) Advice {
		r := &Report{Classes: []Class{{Group: Group{Name: "car", Objects: 486}}, {Group: Group{Name: "ship", Objects: rare}}}}
		return (&analysis{}).adviseBalance(r)[0]
	}
	near, far, beyond := of(10), of(100), of(9)
	assert.True(t, near.Keep)
	assert.Contains(t, near.Because, "48.6 to 1.")
	assert.Contains(t, near.Because, "Weighting is advised from 50 to 1, a rule of thumb")
	assert.Contains(t, near.Advice, "for a trial beside it")
	assert.Equal(t, "No weighting of classes.", far.Advice)
	assert.False(t, beyond.Keep)
}

// Of images without objects every sampler goes short.
func TestImagesWithoutObjectsAreSaidBesideThoseThatStarve(t *testing.T) {
	set := random(64, 20)
	for i := range 10 {
		set.Images[i].Objects = nil
	}
	r := analysed(t, set, byDefault())
	for _, f := range topics(r)["sampler of the dense stage"].Before {
		if f.Name == "images without objects, which starve any" {
			assert.GreaterOrEqual(t, f.Value, 0.5)
			return
		}
	}
	t.Fatal("not said")
}

// Crops are of the original pixels: larger images are trained on as they are.
func TestAnotherSizeHasNoCrops(t *testing.T) {
	r := Report{Setting: Setting{Crop: 320}}
	assert.Equal(t, 320, r.Crop())
	assert.Contains(t, r.Setup(), "crop: 320")
	r.Recommended = &Recommended{Longest: 1000}
	assert.Zero(t, r.Crop())
	assert.NotContains(t, r.Setup(), "crop: 320")
}
