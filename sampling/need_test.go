package sampling

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestANeedIsListedInWords(t *testing.T) {
	for n, want := range map[Need]string{
		0:                                    "labels alone",
		NeedIoU | NeedHardness:               "IoU, hardness",
		NeedHead:                             "hardness, box losses, gradients, scores, predicted boxes",
		NeedBox | NeedTruthClass | NeedTruth: "boxes, classes of the ground truth, ground truth",
		NeedDecoded | needEnd:                "predicted boxes, something that is no sampling.Need",
	} {
		assert.Equal(t, want, n.String())
	}
}
