package inspect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/sampling"
)

// advised returns what a report advises to change and that a configuration can
// have: all but a trial of other losses and assigners.
func advised(r *Report) (topics []string) {
	for _, a := range r.Advice {
		switch {
		case a.Keep, a.Topic == "class balance", a.Topic == "scale C of the Wasserstein distance":
		default:
			topics = append(topics, fmt.Sprintf("%s: %s (%s)", a.Topic, a.Advice, a.Worth()))
		}
	}
	return topics
}

// follow does what a report advises, by strategies that have what it says.
func follow(t *testing.T, c Config, r *Report) Config {
	t.Helper()
	strategies := r.Assigned(c.Strategies, c.Assigner)
	for i := range strategies {
		s := &strategies[i]
		for _, a := range r.Advice {
			switch {
			case a.Keep || a.Setting == "":
			case a.Topic == "sampler of the dense stage":
				require.Equal(t, "sampler: {type: hard_negative, ratio: 3}", a.Setting)
				s.Dense.Sampler = sampling.HardNegative{Ratio: 3}
			case a.Topic == "classification loss of the dense stage":
				s.Dense.Cls, s.Dense.Norm = losses.Focal{Alpha: 0.25, Gamma: 2}, losses.ByPositives{}
			case a.Topic == "classification loss of the region proposal network":
				s.RPN.Cls, s.RPN.Norm = losses.Focal{Alpha: 0.25, Gamma: 2}, losses.ByPositives{}
			case a.Topic == "regions of the second stage":
				s.ROI.Sampler = sampling.NewRandom(int(a.After[0].Value), 0.25)
			}
		}
	}
	c.Resize, c.Pyramid = r.Recommended.resize(c.Resize), r.Pyramid()
	c, notes := FromStrategies(c, strategies)
	require.Empty(t, notes)
	return c
}

func (r *Recommended) resize(present Resize) Resize {
	if r == nil {
		return present
	}
	return r.Resize
}

func TestAdviceThatIsFollowedIsNotGivenAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses as TestAReportDoesNotDependOnProcessors does")
	}
	mixed := objectsOf(42, 30, 640, 480, 5, 5, 60)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range mixed.Images {
		for k := range mixed.Images[i].Objects {
			mixed.Images[i].Objects[k].Box[2] *= 0.3 + 2*rng.Float64() // of many ratios
		}
	}
	sets := map[string]*annotations.Set{
		"random":  random(41, 60),
		"small":   objectsOf(43, 20, 640, 640, 8, 7, 12),
		"large":   objectsOf(44, 20, 640, 480, 2, 200, 400),
		"crowded": objectsOf(45, 3, 640, 480, 150, 30, 60),
		"mixed":   mixed,
	}
	names := []string{"random", "small", "large", "crowded", "mixed"}
	for i, text := range []string{
		"name: ce\ndense: {sampler: all, cls: ce}",
		"name: alpha\ndense: {sampler: all, cls: {type: alpha_ce, alpha: 0.25}}",
		"name: focal\ndense: {sampler: all, cls: focal, norm: positives}",
		"name: quota\ndense: {sampler: {type: random, num: 256, positive_fraction: 0.5}, cls: ce}",
		"name: mined\ndense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}",
		"name: two\nrpn: {sampler: {type: random, num: 256, positive_fraction: 0.5}}\nroi: {sampler: {type: random, num: 512, positive_fraction: 0.25}}",
		"name: wide\nrpn: {sampler: all, cls: ce}\nroi: {sampler: {type: random, num: 64, positive_fraction: 0.25}}",
	} {
		s, err := strategy.Parse("s.yaml", []byte(text))
		require.NoError(t, err, text)
		for k, base := range []Config{byDefault(), presetOf(t, "retinanet"), presetOf(t, "rpn-fpn")} {
			for _, name := range []string{names[(i+k)%5], names[(i+k+2)%5]} { // all of them take a minute
				set := sets[name]
				c, notes := FromStrategies(base, []strategy.Strategy{s})
				require.Empty(t, notes)
				r := analysed(t, set, c)
				for _, a := range r.Advice {
					assertOfAStage(t, &s, a.Topic)
				}
				c = follow(t, c, r)
				again := analysed(t, set, c)
				if slices.ContainsFunc(r.Advice, func(a Advice) bool { return a.Advice == "Change the anchors first." }) {
					again = analysed(t, set, follow(t, c, again)) // what is left to advise is not known before
				}
				assert.Empty(t, advised(again), "%s, %s, %s: after %q", s.Name, base.Name, name, advised(r))
			}
		}
	}
}

func presetOf(t *testing.T, name string) Config {
	t.Helper()
	c, err := Preset(name)
	require.NoError(t, err)
	c.Resize = Resize{}
	return c
}

// assertOfAStage wants advice to be about a stage that the strategy has.
func assertOfAStage(t *testing.T, s *strategy.Strategy, topic string) {
	t.Helper()
	switch topic {
	case "sampler of the dense stage", "classification loss of the dense stage":
		assert.NotNil(t, s.Dense, topic)
	case "sampler of the region proposal network", "classification loss of the region proposal network":
		assert.NotNil(t, s.RPN, topic)
	case "regions of the second stage":
		assert.NotNil(t, s.ROI, topic)
	}
}
