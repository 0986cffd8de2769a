package page

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
)

func TestAnIntervalDecidesAPrediction(t *testing.T) {
	for _, c := range []struct {
		expect    expectation
		low, high float64
		want      outcome
	}{
		{above, 0.1, 3, holds}, {above, -2, 0.9, slight}, {above, -2, -0.1, fails}, {above, -2, 0, slight}, {above, -2, 1.1, unclear}, {above, -0.1, 5, unclear},
		{below, -3, -0.1, holds}, {below, -0.9, 2, slight}, {below, 0.1, 2, fails}, {below, -1.1, 2, unclear},
		{little, -0.9, 0.9, holds}, {little, 1.1, 3, fails}, {little, -3, -1.1, fails}, {little, 0.5, 1.5, unclear},
		{differs, 0.1, 0.5, holds}, {differs, -4, -1, holds}, {differs, -0.5, 0.5, slight}, {differs, -0.5, 1.5, unclear},
	} {
		assert.Equal(t, c.want, c.expect.judge(stats.Range{Low: c.low, High: c.high}, 1), "%+v", c)
	}
}
