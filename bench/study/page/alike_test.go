package page

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

func TestStrategiesThatTrainAlikeAreNamed(t *testing.T) {
	s := made(3, 3)
	for i := range s.Runs {
		s.Runs[i].AP += 1e-6 * float64(i)
	}
	assert.Empty(t, alike(&s))
	for i := range s.Runs {
		if s.Runs[i].Strategy == "all + ce" {
			seed := s.Runs[i].Seed
			s.Runs[i] = s.Runs[i-1]
			s.Runs[i].Strategy = "all + ce"
			assert.Equal(t, seed, s.Runs[i].Seed, "the run before is of the same seed")
		}
	}
	assert.Contains(t, alike(&s), ": `all + ce` as `512 + focal`. ")
	last := &s.Runs[len(s.Runs)-2]
	assert.Equal(t, "all + ce", last.Strategy)
	last.AP += 1e-12
	assert.Empty(t, alike(&s), "one run that differs is enough")

	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy != "512 + ce" {
			*r = trainer.Run{Strategy: r.Strategy, Seed: r.Seed, Failed: "the loss is not finite", Diverged: true, Curve: r.Curve[:1]}
		}
	}
	assert.Empty(t, alike(&s), "what did not get to the end decided something")
}
