package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/plan"
)

func TestARateIsAsGoodAsTheAPThatItWasFoundBy(t *testing.T) {
	said := func(ap, untrained float64, edge bool) string {
		return RateCaution([]plan.Rung{{Rates: 2, Images: 36}, {Rates: 1, Images: 144}}, &plan.Tuned{LR: 0.002, Edge: edge, Trials: []plan.Trial{
			{LR: 0.002, Images: 36, AP: 0.001}, {LR: 0.002, Images: 144, AP: ap, Untrained: untrained}, {LR: 0.002, Images: 144, Scale: 1, AP: 0.001},
		}})
	}
	assert.Empty(t, said(0.021, 0, false))
	assert.Empty(t, said(0.021, -1, false), "where an untrained network was not measured")
	assert.Equal(t, "at the edge of what was tried", said(0.021, 0, true))
	assert.Equal(t, "by an AP of 0.8, as of a hardly trained network: a larger budget tells more", said(0.0084, 0.0007, true))
	assert.Equal(t, "by an AP of 2.1, as of a hardly trained network: a larger budget tells more", said(0.0208, 0.001, false))
	assert.Equal(t, "as written: none of its trainings learned anything", said(0.0008, 0, false))
}
