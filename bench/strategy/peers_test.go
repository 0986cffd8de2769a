package strategy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/strictyaml"
)

// inGo is every peer's strategy as its function builds it.
var inGo = map[string]func() Strategy{
	"caffe-faster-rcnn":     CaffeFasterRCNN,
	"caffe-ohem":            CaffeOHEM,
	"detectron2":            Detectron2,
	"detectron2-retinanet":  Detectron2RetinaNet,
	"libra-as-coded":        LibraAsCoded,
	"mmdet-ohem":            MMDetOHEM,
	"mmdetection":           MMDetection,
	"mmdetection-retinanet": MMDetectionRetinaNet,
	"pisa":                  PISA,
	"ssd":                   SSD,
	"tf-miner":              TFMiner,
	"torchvision":           Torchvision,
	"torchvision-retinanet": TorchvisionRetinaNet,
	"torchvision-ssd":       TorchvisionSSD,
	"torchvision-fcos":      TorchvisionFCOS,
}

func TestEveryPeersYAMLIsItsGo(t *testing.T) {
	assert.Len(t, Peers(), len(inGo))
	for _, name := range Peers() {
		require.Contains(t, inGo, name)
		fromYAML, err := Peer(name)
		require.NoError(t, err)
		assert.Equal(t, inGo[name](), fromYAML)
		assert.Equal(t, name, fromYAML.Name)
	}
}

func TestEveryPeersStrategyIsValidAndReadsBackAsItIsWritten(t *testing.T) {
	for name, build := range inGo {
		s := build()
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
