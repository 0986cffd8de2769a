package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestAPartIsForeignIfItOrWhatItWrapsIs(t *testing.T) {
	for _, part := range []any{
		nil, (*batchLoss)(nil), losses.CE{}, &losses.Focal{}, anchors.MaxIoU{}, losses.PerImage{Of: losses.BySampled{}},
		sampling.ISRP{Sampler: sampling.All{}}, sampling.Combined{Positive: sampling.All{}}, sampling.NewImportance(4),
	} {
		assert.False(t, Foreign(part), "%T", part)
	}
	for _, part := range []any{
		scripted{}, &scripted{}, batchLoss{losses.CE{}}, own{}, half{}, losses.PerImage{Of: half{}},
		sampling.ISRP{Sampler: scripted{}}, sampling.Combined{Positive: sampling.All{}, Negative: sampling.ISRP{Sampler: &scripted{}}},
	} {
		assert.True(t, Foreign(part), "%T", part)
	}
}
