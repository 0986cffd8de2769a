package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func terms() Terms {
	return Terms{Cls: losses.CE{}, Box: losses.GIoU{}, Norm: losses.BySampled{}, ClsWeight: 1, BoxWeight: 1, Coder: anchors.NewCoder(1, 1, 1, 1)}
}

// batchLoss is a loss of a user's own that no registry knows and that has no
// hardness.
type batchLoss struct{ losses.Cls }

func TestAMinerNeedsALossWithHardness(t *testing.T) {
	assigner, config := anchors.NewMaxIoU(0.5, 0.4), terms()
	assert.NoError(t, config.Check(assigner, 0, sampling.OHEM{Num: 64}))
	config.Cls = batchLoss{losses.CE{}}
	assert.ErrorContains(t, config.Check(assigner, 0, sampling.OHEM{Num: 64}), "which loss stage.batchLoss does not have")
	assert.NoError(t, config.Check(assigner, 0, sampling.All{}))
}

func TestWhatAnAssignerNeedsIsNamed(t *testing.T) {
	straddling := anchors.NewMaxIoU(0.5, 0.4)
	straddling.Straddle = anchors.StraddleDropped
	assert.NoError(t, terms().Check(straddling, anchors.NeedSize, sampling.All{}))
	for want, a := range map[string]anchors.Assigner{
		"assigner max_iou needs the image's size, which this stage does not have: leave out straddle":                                                      straddling,
		"assigner atss needs a pyramid of anchors, which this stage does not have: choose one for arbitrary boxes, such as max_iou":                        anchors.NewATSS(),
		"assigner ota needs a pyramid of anchors, the head's predictions, which this stage does not have: choose one for arbitrary boxes, such as max_iou": anchors.NewOTA(),
	} {
		assert.EqualError(t, terms().Check(a, 0, sampling.All{}), want)
	}
	assert.Equal(t, []string{"boxes alone", "something that is no anchors.Need"}, []string{anchors.Need(0).String(), anchors.Need(8).String()})
}

func TestBoxNormFallsBackToNorm(t *testing.T) {
	config := terms()
	assert.Equal(t, losses.BySampled{}, config.boxNorm())
	config.BoxNorm = losses.ByPositives{}
	assert.Equal(t, losses.ByPositives{}, config.boxNorm())
}

func TestALossOfWeightSuffices(t *testing.T) {
	assigner := anchors.NewMaxIoU(0.5, 0.4)
	for _, c := range []struct {
		cls, box float64
		carl     *losses.CARL
		valid    bool
	}{
		{1, 0, nil, true}, {0, 1, nil, true}, {0, 0, nil, false},
		{0, 0, &losses.CARL{Weight: 0.2, K: 1, Bias: 0.2}, true}, {0, 0, &losses.CARL{K: 1, Bias: 0.2}, false},
	} {
		config := terms()
		config.ClsWeight, config.BoxWeight, config.CARL = c.cls, c.box, c.carl
		assert.Equal(t, c.valid, config.Check(assigner, 0, sampling.All{}) == nil, "%+v", c)
	}
}
