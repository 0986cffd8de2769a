package strategy

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/strictyaml"
)

func TestEveryPeersStrategyIsValidAndReadsBackAsItIsWritten(t *testing.T) {
	for _, name := range Peers() {
		s, err := Peer(name)
		require.NoError(t, err)
		assert.Equal(t, name, s.Name)
		require.NoError(t, s.Validate(), name)
		if s.TwoStage() {
			require.NoError(t, s.RPN.Validate(), name)
			require.NoError(t, s.ROI.Validate(), name)
		} else {
			require.NoError(t, s.Dense.Validate(), name)
		}
		written, err := strictyaml.Marshal(&s, Types())
		require.NoError(t, err, name)
		again, err := Parse(name, written)
		require.NoError(t, err, name)
		assert.Equal(t, s, again)
	}
}

// A default of ours that changes must not change a peer.
func TestEveryPeersFileLeavesNoPartToADefault(t *testing.T) {
	for _, name := range Peers() {
		text, err := PeerYAML(name)
		require.NoError(t, err)
		stages := 0
		for _, stage := range regexp.MustCompile(`(?m)^(?:dense|rpn|roi):\n(?:(?:[ #].*)?\n)+`).FindAllString(string(text), -1) {
			stages++
			for _, part := range []string{"assigner", "sampler", "cls", "box", "norm", "cls_weight", "box_weight", "coder"} {
				assert.Regexp(t, `(?m)^  `+part+`:`, stage, name)
			}
		}
		s, err := Peer(name)
		require.NoError(t, err)
		assert.Equal(t, map[bool]int{false: 1, true: 2}[s.TwoStage()], stages, name)
	}
}

func TestEveryPeersFileSaysWhatItsNumbersMean(t *testing.T) {
	for _, name := range Peers() {
		text, err := PeerYAML(name)
		require.NoError(t, err)
		for _, part := range []string{"# Numbers: ", "# Exact: "} {
			assert.Contains(t, string(text), part, name)
		}
	}
}

func TestAnUnknownPeerGetsTheNearestName(t *testing.T) {
	_, err := Peer("torchvison")
	assert.EqualError(t, err, `unknown peer "torchvison": expected one of caffe-faster-rcnn, caffe-ohem, detectron2, `+
		`detectron2-retinanet, libra-as-coded, mmdet-ohem, mmdetection, mmdetection-retinanet, pisa, ssd, tf-miner, `+
		`torchvision, torchvision-fcos, torchvision-retinanet, torchvision-ssd; did you mean torchvision?`)
}
