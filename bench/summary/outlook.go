package summary

import (
	"fmt"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// More is how much training it will take until one strategy alone may be the
// best, should its lead be what it now seems.
type More struct {
	stats.Forecast
	Minutes float64 `json:"minutes"` // of one core, beyond what has been trained; of Seeds

	// Rest is what telling some of the others from the leader would take, where the
	// remaining ones would take more seeds than anybody trains or are told by no number:
	// of those alone the forecast is then.
	Rest *Rest `json:"rest,omitempty"`
}

// Rest is what telling some strategies from the leader would take.
type Rest struct {
	stats.Forecast
	Of []string `json:"of"`
}

// manySeeds is more than one trains to tell two strategies apart: a lead that
// takes so many is too small to matter, if it is what it seems.
const manySeeds = 100

// more forecasts what telling apart would take.
func more(c *stats.Comparison, d stats.Decision, runs []*trainer.Run) *More {
	f := c.SeedsToTell(d.Confidence)
	if f == nil {
		return nil
	}
	m := &More{Forecast: *f}
	for _, name := range d.MayBe {
		mine := runsOf(runs, name)
		seconds := 0.0
		for _, r := range mine {
			seconds += (r.Time.TrainS + r.Time.EvaluateS) / float64(len(mine))
		}
		m.Minutes += seconds / 60 * math.Max(0, float64(f.Seeds-len(mine)))
	}
	if f.Seeds == 0 || f.Seeds > manySeeds {
		m.part(c, d)
	}
	return m
}

// part splits the forecast by who is told from the leader with as many seeds as one
// trains, and who is not, where there are both.
func (m *More) part(c *stats.Comparison, d stats.Decision) {
	only := func(names ...string) stats.Forecast {
		others := slices.DeleteFunc(c.Strategies(), func(name string) bool { return slices.Contains(names, name) })
		return *c.SeedsToTell(d.Confidence, others...)
	}
	var told, untold []string
	for _, name := range d.MayBe[1:] {
		if f := only(name); f.Seeds > 0 && f.Seeds <= manySeeds {
			told = append(told, name)
		} else {
			untold = append(untold, name)
		}
	}
	if len(told) == 0 || len(untold) == 0 {
		return
	}
	m.Forecast, m.Rest = only(untold...), &Rest{Forecast: only(told...), Of: told}
}

// outlook says what telling strategies apart would take, should the lead be what
// it seems.
func (v *Verdict) outlook(s *Summary) string {
	m := v.More
	if m == nil {
		return ""
	}
	text, from, rest := "", "", ""
	untold := v.untold()
	if m.Rest != nil {
		from = fmt.Sprintf(" %s from %s", v.Leader, others(untold))
		rest = fmt.Sprintf(" %s would tell it from %s.", prose.Upper(about(&m.Rest.Forecast)), others(m.Rest.Of))
	}
	switch {
	case m.Seeds > manySeeds && v.Lead != nil && len(untold) == 1 && untold[0] == v.Lead.B:
		text = fmt.Sprintf("%s is %s AP ahead of %s, which %s would tell: if that is all, either will do.",
			v.Leader, ahead(v.Lead.Mean), v.Lead.B, about(&m.Forecast))
	case m.Seeds > 0 && from != "":
		text = fmt.Sprintf("%s would tell%s.", prose.Upper(about(&m.Forecast)), from)
	case m.Seeds > 0:
		text = fmt.Sprintf("%s would tell: about %s of one core more.", prose.Upper(about(&m.Forecast)), duration(m.Minutes))
	case m.ImagesHalf > 0:
		text = fmt.Sprintf("More seeds alone will not tell%s: the choice of %s leaves ± %s AP.", from, prose.Count(s.Data.TestImages, "test image", "test images"), ap(m.ImagesHalf))
	case from != "":
		text = fmt.Sprintf("No number of seeds is known to tell%s.", from)
	}
	return text + rest
}

// untold returns the strategies that the forecast would tell from the leader, without
// the rest, of which it has another.
func (v *Verdict) untold() []string {
	return slices.DeleteFunc(slices.Clone(v.MayBe), func(name string) bool {
		return name == v.Leader || v.More.Rest != nil && slices.Contains(v.More.Rest.Of, name)
	})
}

// about says how many seeds are forecast.
func about(f *stats.Forecast) string {
	return "about " + prose.Count(f.Seeds, "seed", "seeds") + between(f.Low, f.High)
}
