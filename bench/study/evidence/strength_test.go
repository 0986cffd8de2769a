package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/study"
	"detsample/bench/trainer"
)

func TestTheStrongestExperimentAnswersFirst(t *testing.T) {
	list := []Experiment{trainedWith("rpn", 6, 100), trainedWith("rpn-long", 2, 800), trainedWith("roi", 0, 0)}
	var names []string
	for _, s := range ByStrength(list, []string{"rpn-long", "rpn", "roi"}) {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{"rpn", "rpn-long"}, names)
}

// trainedWith is an experiment with runs of so many seeds that see so many images.
func trainedWith(name string, seeds, images int) Experiment {
	s := Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name}}}
	for seed := range seeds {
		s.Runs = append(s.Runs, trainer.Run{Strategy: "ce", Seed: uint64(seed + 1), Images: images})
	}
	return s
}
