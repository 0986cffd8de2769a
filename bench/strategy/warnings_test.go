package strategy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// places returns the traps of a strategy by their places.
func places(t *testing.T, text string) map[string]anchors.Trap {
	t.Helper()
	s, err := Parse("s.yaml", []byte(text))
	require.NoError(t, err)
	found := map[string]anchors.Trap{}
	for _, w := range s.Warnings() {
		found[w.Where] = w.Trap
	}
	return found
}

func TestEveryStageWarnsForItself(t *testing.T) {
	assert.Equal(t, map[string]anchors.Trap{
		"rpn.assigner": "zero_iou", "rpn.cls": "focal_after_sampling", "roi.cls": "focal_after_mining",
	}, places(t, `{name: a, rpn: {assigner: {type: max_iou, force_zero: true}, cls: focal}, roi: {sampler: ohem, cls: softmax_focal}}`))
	assert.Equal(t, map[string]anchors.Trap{"dense.cls": "single_alpha"},
		places(t, `{name: a, dense: {cls: {type: softmax_focal, alpha: 0.25, background_alpha: 0.25}}}`))
	assert.Equal(t, map[string]anchors.Trap{"rpn.cls": "focal_over_all"},
		places(t, `{name: a, rpn: {sampler: all, cls: focal}, roi: {}}`), "the first stage is divided by the number sampled")
}

func TestTheStartingPointsAreInNoTrap(t *testing.T) {
	assert.Empty(t, places(t, `{name: a, dense: {}}`))
	assert.Empty(t, places(t, `{name: a, rpn: {}, roi: {}}`))
}

// Peers force matches of no overlap where no least IoU forbids it, as
// mmdetection's min_pos_iou 0.3 does in its region proposal networks.
func TestThePeersAreInTheZeroIoUTrapAlone(t *testing.T) {
	free := map[string]bool{"mmdetection": true, "mmdet-ohem": true, "libra-as-coded": true, "pisa": true, "torchvision-fcos": true}
	for _, name := range Peers() {
		s, err := Peer(name)
		require.NoError(t, err)
		var traps []anchors.Trap
		for _, w := range s.Warnings() {
			traps = append(traps, w.Trap)
		}
		if free[name] {
			assert.Empty(t, traps, name)
		} else {
			assert.Equal(t, []anchors.Trap{"zero_iou"}, traps, name)
		}
	}
}
