package figure

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func TestTicksAreRoundAndFew(t *testing.T) {
	for _, c := range []struct {
		most      Round
		low, high float64
		want      []string
	}{
		{6, -12.6, 2.7, []string{"-10", "-5", "0"}},
		{6, 0, 65, []string{"0", "20", "40", "60"}},
		{5, 0, 38400, []string{"0", "10000", "20000", "30000"}},
		{6, -0.09, 0.24, []string{"0.0", "0.1", "0.2"}},
		{6, 3, 3, nil},
	} {
		var labels []string
		for _, tick := range c.most.Ticks(c.low, c.high) {
			labels = append(labels, tick.Label)
			assert.GreaterOrEqual(t, tick.Value, c.low-1e-9)
			assert.LessOrEqual(t, tick.Value, c.high+1e-9)
		}
		assert.LessOrEqual(t, len(labels), int(c.most))
		assert.Equal(t, c.want, labels)
	}
}

func TestAPictureFitsALessWidePage(t *testing.T) {
	text, err := SVG(300, 100, func(c draw.Canvas) { c.FillText(Text(10, Ink), vg.Point{X: 10, Y: 10}, "focal") })
	require.NoError(t, err)
	assert.Contains(t, string(text), `<svg width="300pt" height="100pt" style="max-width:100%;height:auto" viewBox="0 0 300 100"`)
	assert.Contains(t, string(text), "font-family:Liberation Sans,Arial,Helvetica,sans-serif;")
}
