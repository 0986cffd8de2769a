package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

func TestRunsThatFailedAlikeAreOneFailure(t *testing.T) {
	var s Study
	assert.Empty(t, s.Failures())
	for _, r := range []trainer.Run{
		{Strategy: "a", Seed: 1, Failed: "no file"}, {Strategy: "a", Seed: 2}, {Strategy: "a", Seed: 3, Failed: "diverged"},
		{Strategy: "a", Seed: 4, Failed: "no file"}, {Strategy: "b", Seed: 1, Failed: "no file"},
	} {
		s.Records = append(s.Records, trainer.Record{Run: r})
	}
	assert.Equal(t, []Failure{{"a", "no file", []uint64{1, 4}}, {"a", "diverged", []uint64{3}}, {"b", "no file", []uint64{1}}}, s.Failures())
}
