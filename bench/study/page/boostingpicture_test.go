package page

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/evidence"
)

func TestLikenessToBoostingIsDrawnByWhoTrained(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := keptOf(t, keptIn)
	s := evidence.Find(list, "boosting")
	trained, _ := s.Trainings()
	for _, l := range likenesses {
		picture, err := drawLikeness(s, l)
		require.NoError(t, err)
		assert.NotRegexp(t, `NaN|Inf`, string(picture))
		for _, by := range trained {
			assert.Contains(t, string(picture), "AdaBoost: "+by+" trains<", l.file)
			assert.Contains(t, string(picture), "LogitBoost: "+by+" trains<", l.file)
		}
		for _, name := range beside {
			assert.Equal(t, 2*len(trained), bytes.Count(picture, []byte(">"+name+"<")), "%s: a name for %s in each chart", l.file, name)
		}
		assert.Zero(t, bytes.Count(picture, []byte(">AdaBoost<")), "those behind have no names")
	}
}
