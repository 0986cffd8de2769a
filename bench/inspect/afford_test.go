package inspect

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/config"
)

// fewLarge returns small images and a few of 3200 x 2400 pixels, to which all would be
// padded at their own size.
func fewLarge(side float64) *annotations.Set {
	set := objectsOf(71, 16, 400, 300, 6, side, side+4)
	set.Images = append(set.Images, objectsOf(72, 2, 3200, 2400, 40, side, side+4).Images...)
	return set
}

// A size at which a few large images make all too dear is not advised: crops have the
// same pixels, and the cost of a crop.
func TestCropsAreAdvisedWhereTheirPixelsAreTooDearAsWholeImages(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{Long: 256}
	set := fewLarge(12)
	r := analysed(t, set, c)
	adv := topics(r)[sizeTopic]
	require.False(t, adv.Keep, adv)
	assert.True(t, strings.HasPrefix(adv.Advice, "Train on crops of 128 pixels of the images as they are (now 256), with "), adv.Advice)
	assert.Contains(t, adv.Because, "A step takes about a third of what it takes now: crops are 128 x 128 pixels, where they were 256 x 192.")
	anchors := slices.IndexFunc(adv.After, func(f Figure) bool { return f.Name == anchorsAnImage })
	assert.InDelta(t, adv.Before[anchors].Value/3, adv.After[anchors].Value, 1, "a third of the pixels, and so of the anchors")
	assert.Contains(t, adv.Setting, "folder: {size: original, crop: 128, anchors: false}")
	assert.Equal(t, config.Original, r.Size())
	assert.Equal(t, 128, r.Crop())
	assert.Contains(t, r.Setup(), "crop: 128")
}

// A step's time goes by what images are padded to, not by what they are on average.
func TestALargerSizeCostsWhatImagesArePaddedTo(t *testing.T) {
	c := byDefault()
	c.Resize = Resize{Long: 128}
	set := objectsOf(73, 10, 256, 64, 4, 6, 10)
	set.Images = append(set.Images, objectsOf(74, 1, 64, 512, 4, 6, 10).Images...)
	r := analysed(t, set, c)
	at := slices.IndexFunc(r.Advice, func(a Advice) bool { return strings.HasPrefix(a.Advice, "Train at size original (now 128)") })
	require.GreaterOrEqual(t, at, 0)
	assert.Contains(t, r.Advice[at].Because, "A step takes about 8 times what it takes now: images are padded to 256 x 512 pixels, where they were 128 x 128.")
}
