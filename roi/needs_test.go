package roi

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// onlooker keeps all candidates and a copy of what it was shown of each image.
type onlooker struct {
	need sampling.Need
	seen *[]sampling.Candidates
}

func (o onlooker) Needs() sampling.Need { return o.need }

func (o onlooker) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	seen := *c
	seen.Hardness, seen.BoxHardness = append([]float32(nil), c.Hardness...), append([]float32(nil), c.BoxHardness...)
	seen.Decoded, seen.IoU = append([]anchors.Box(nil), c.Decoded...), append([]float32(nil), c.IoU...)
	*o.seen = append(*o.seen, seen)
	sampling.All{}.Sample(dst, c, nil)
}

// What the head put out for all candidates of a batch reaches the sampler image
// by image, in the numbers of the class where boxes are per class: against
// softmax cross entropy and L1 over encoded boxes, written out here.
func TestASamplerIsShownTheRowsOfItsImage(t *testing.T) {
	for _, perClass := range []bool{false, true} {
		var seen []sampling.Candidates
		c := SecondStage()
		c.Sampler = onlooker{sampling.NeedHardness | sampling.NeedBoxHardness | sampling.NeedDecoded | sampling.NeedIoU, &seen}
		c.Box, c.PerClass, c.ClsWeight, c.BoxWeight = losses.L1{}, perClass, 2, 0.5
		images := []Image{picture(3), picture(4), picture(5)}
		var w Work
		var candidates []ROI
		var logits, deltas []float32
		columns := c.BoxColumns(classes)
		b := Batch{Classes: classes, Images: images}
		c.Step(&w, &b, func(rois []ROI, mining bool) ([]float32, []float32) {
			l, d := head(7, len(rois)*(classes+1)), head(8, len(rois)*columns)
			if mining {
				candidates, logits, deltas = append([]ROI(nil), rois...), l, d
			}
			return l, d
		})
		positives, row := 0, 0
		for k, shown := range seen {
			truth := images[k].Truth
			for i, g := range shown.GT {
				box := candidates[row].Box
				assert.Equal(t, int32(k), candidates[row].Image)
				best := float32(0)
				for _, b := range truth.Box {
					best = max(best, anchors.IoU(box, b))
				}
				assert.InDelta(t, best, shown.IoU[i], 1e-6)
				x := logits[row*(classes+1):]
				class, sum := classes, 0.0
				if g >= 0 {
					class = int(truth.Class[g])
				}
				for k := range classes + 1 {
					sum += math.Exp(float64(x[k]))
				}
				assert.InDelta(t, 2*(math.Log(sum)-float64(x[class])), shown.Hardness[i], 1e-5)
				from := row * columns
				if perClass && g >= 0 {
					from += 4 * class
				}
				center := func(b anchors.Box) (x, y, w, h float64) {
					return float64(b[0]+b[2]) / 2, float64(b[1]+b[3]) / 2, float64(b[2] - b[0]), float64(b[3] - b[1])
				}
				px, _, pw, _ := center(box)
				assert.InDelta(t, px+float64(deltas[from])/10*pw-pw*math.Exp(float64(deltas[from+2])/5)/2, shown.Decoded[i][0], 1e-3)
				want := 0.0
				if g >= 0 {
					positives++
					px, py, pw, ph := center(box)
					gx, gy, gw, gh := center(truth.Box[g])
					for k, target := range []float64{10 * (gx - px) / pw, 10 * (gy - py) / ph, 5 * math.Log(gw/pw), 5 * math.Log(gh/ph)} {
						want += 0.5 * math.Abs(float64(deltas[from+k])-target)
					}
				}
				assert.InDelta(t, want, shown.BoxHardness[i], 1e-4)
				row++
			}
		}
		assert.Equal(t, len(candidates), row)
		assert.Greater(t, positives, 5)
	}
}
