package claims

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
)

func TestAnIntervalDecidesAPrediction(t *testing.T) {
	for _, c := range []struct {
		expect    Expectation
		low, high float64
		want      Outcome
	}{
		{Above, 0.1, 3, Holds}, {Above, -2, 0.9, Slight}, {Above, -2, -0.1, Fails}, {Above, -2, 0, Slight}, {Above, -2, 1.1, Unclear}, {Above, -0.1, 5, Unclear},
		{Below, -3, -0.1, Holds}, {Below, -0.9, 2, Slight}, {Below, 0.1, 2, Fails}, {Below, -1.1, 2, Unclear},
		{Little, -0.9, 0.9, Holds}, {Little, 1.1, 3, Fails}, {Little, -3, -1.1, Holds}, {Little, -3, 0.9, Holds}, {Little, 0.5, 1.5, Unclear}, {Little, -3, 1.1, Unclear}, {Little, -3, 1, Unclear}, {Little, 1, 3, Unclear},
		{Differs, 0.1, 0.5, Holds}, {Differs, -4, -1, Holds}, {Differs, -0.5, 0.5, Slight}, {Differs, -0.5, 1.5, Unclear},
	} {
		assert.Equal(t, c.want, c.expect.Judge(stats.Range{Low: c.low, High: c.high}, 1), "%+v", c)
	}
}
