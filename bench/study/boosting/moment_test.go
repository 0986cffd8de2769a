package boosting

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAWeightingIsLikeThoseItWasLaidBeside(t *testing.T) {
	w := Weighting{Name: AdaBoost, Alike: []Likeness{{To: LogitBoost, Rank: 0.5, Top: 0.25, KL: 0.125}}}
	assert.Equal(t, w.Alike[0], w.Like(LogitBoost))
	itself := w.Like(AdaBoost)
	assert.True(t, math.IsNaN(itself.Rank) && math.IsNaN(itself.Top) && math.IsNaN(itself.KL))
}
