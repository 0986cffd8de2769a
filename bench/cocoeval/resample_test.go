package cocoeval

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestResampleIsEvaluateOnTheDrawnImages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gts, dts := drawScene(t)
		p := DefaultParams()
		p.Images = []int64{1, 2, 3, 4}
		p.MaxDets = []int{1, rapid.IntRange(2, 5).Draw(t, "limit")}
		if rapid.Bool().Draw(t, "classes") {
			p.Classes = []int32{0, 1, 2, 7}
		}
		draws := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 3), 0, 8), 1, 5).Draw(t, "draws")
		got, err := Resample(p, gts, dts, draws)
		require.NoError(t, err)
		sizes, err := ResampleSizes(p, gts, dts, draws)
		require.NoError(t, err)
		for i, draw := range draws {
			drawn := p
			drawn.Images = []int64{}
			var drawnGTs []GroundTruth
			var drawnDTs []Detection
			for place, m := range draw {
				drawn.Images = append(drawn.Images, int64(place))
				for _, g := range gts {
					if g.Image == p.Images[m] {
						g.Image = int64(place)
						drawnGTs = append(drawnGTs, g)
					}
				}
				for _, d := range dts {
					if d.Image == p.Images[m] {
						d.Image = int64(place)
						drawnDTs = append(drawnDTs, d)
					}
				}
			}
			want, err := Evaluate(drawn, drawnGTs, drawnDTs)
			require.NoError(t, err)
			s := want.Summary()
			require.Equal(t, s.AP, got[i])
			require.Equal(t, [4]float64{s.AP, s.APS, s.APM, s.APL}, [4]float64{sizes[i].AP, sizes[i].APS, sizes[i].APM, sizes[i].APL})
			// A class without objects or detections among the drawn is none of theirs.
			of := map[int32]float64{}
			for _, c := range want.PerClass() {
				of[c.Class] = c.AP
			}
			whole, err := Evaluate(p, gts, dts)
			require.NoError(t, err)
			require.Len(t, sizes[i].Class, len(whole.Classes))
			for k, class := range whole.Classes {
				if v, ok := of[class]; ok {
					require.Equal(t, v, sizes[i].Class[k])
				} else {
					require.Equal(t, -1.0, sizes[i].Class[k])
				}
			}
		}
	})
}

func TestResampleNeedsImagesAndTheAreaOfAll(t *testing.T) {
	p := DefaultParams()
	_, err := Resample(p, nil, nil, nil)
	assert.ErrorContains(t, err, "Params need Images")
	p.Images, p.Areas = []int64{1}, p.Areas[1:]
	_, err = Resample(p, nil, nil, nil)
	assert.ErrorContains(t, err, "an area range called all")
	_, err = ResampleSizes(p, nil, nil, nil)
	assert.ErrorContains(t, err, "an area range called all")
}
