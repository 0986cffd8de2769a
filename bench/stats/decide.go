package stats

import (
	"cmp"
	"math"
	"slices"
)

// Certainty is the confidence with which a strategy is said to be the one to
// use, and others not to be. It is higher than [Confidence], so that two
// comparisons of strategies that are equally good do not contradict each other:
// of two equal strategies, each is said to be the one in less than 1 of 100.
const Certainty = 0.99

// MinSeeds is the least number of seeds that decides.
const MinSeeds = 3

// MinImages is the least number of test images with objects that decides: how far
// others would move a figure is as little known from fewer, as draws of them take
// their likeness for that of all.
const MinImages = 10

// Outcome is how a comparison ends.
type Outcome string

// The outcomes.
const (
	Use          Outcome = "use"            // one strategy is the best
	NotToldApart Outcome = "not_told_apart" // several may be
	NoConclusion Outcome = "no_conclusion"  // for a Reason
)

// Reason is why there is no conclusion.
type Reason string

// The reasons.
const (
	NoFigures      Reason = "no_figures"      // no run has a figure
	OneStrategy    Reason = "one_strategy"    // nothing to compare with
	NothingLearned Reason = "nothing_learned" // no figure is above the floor
	OneSeed        Reason = "one_seed"        // no strategy has two seeds: nothing is known of the variance over them
	FewImages      Reason = "few_images"      // less than MinImages test images have objects: intervals say little, of whether anything was learned, too
	FewSeeds       Reason = "few_seeds"       // a difference to the leader is over less than MinSeeds
	LeaderFailed   Reason = "leader_failed"   // runs of the leader failed: the mean of the others flatters it
	Turned         Reason = "turned"          // at a smaller budget the leader could not be the best
	Turning        Reason = "turning"         // at the pace of late, the leader will be overtaken
)

// Evidence is what a decision is made of.
type Evidence struct {
	Final *Comparison // at the end of training

	// Earlier, if not nil, is the comparison at about half the budget, and
	// Projected at twice the budget: of runs made by [Project].
	Earlier, Projected *Comparison

	Floor      float64  // a figure that a network reaches that learned nothing
	Out        []string // strategies that were out of the race before
	Confidence float64  // of the last look of a race; 0 means Certainty
}

// Decision is what a comparison lets one do.
type Decision struct {
	Outcome Outcome `json:"outcome"`
	Reason  Reason  `json:"reason,omitempty"` // of NoConclusion
	Leader  string  `json:"leader,omitempty"` // the highest mean, even where nothing follows from it

	// MayBe are the strategies that may be the best, the highest mean first:
	// with Use the leader alone.
	MayBe []string `json:"may_be_best"`

	TestImages int         `json:"test_images,omitempty"` // with objects, that figures are of; 0 where that is not known
	Confidence float64     `json:"confidence"`            // with which the best is in MayBe
	Lead       *Difference `json:"lead,omitempty"`
	Others     []string    `json:"others,omitempty"` // of the Reason: who led or may have led before, or will
}

// Decide says whether one strategy is to be used.
//
// It is, if it alone may be the best with Certainty; if it may have been the
// best at half the budget, and still may at twice the budget should all go on
// as they did over the last doubling; if every difference to it is over at
// least MinSeeds seeds, and at least MinImages test images have objects, where that is
// known; and if none of its runs failed. Otherwise either
// several may be the best, or there is no conclusion. Lead is the difference
// of the leader to the highest mean of the others, nil without one and where they
// share no seed.
func Decide(e Evidence) Decision {
	c := e.Final
	d := Decision{Outcome: NoConclusion, MayBe: []string{}, TestImages: c.images, Confidence: cmp.Or(e.Confidence, Certainty)}
	order := c.ranked()
	if len(order) == 0 {
		d.Reason = NoFigures
		return d
	}
	leader := order[0]
	own := c.own[leader].estimate()
	d.Leader = c.names[leader]
	if len(order) > 1 {
		if lead := c.between(leader, order[1]); lead.Seeds > 0 {
			d.Lead = &lead
		}
	}
	set := c.mayBe(d.Confidence, e.Out)
	for _, i := range order {
		if slices.Contains(set, c.names[i]) {
			d.MayBe = append(d.MayBe, c.names[i])
		}
	}
	failed := slices.ContainsFunc(c.Excluded, func(x Exclusion) bool { return x.Strategy == d.Leader })
	before := e.Earlier.mayBe(d.Confidence, nil)
	after := e.Projected.mayBe(d.Confidence, nil)
	switch {
	case !c.anyAbove(e.Floor) && !(c.fewImages() && own.Mean > e.Floor):
		d.Reason = NothingLearned
	case len(order) < 2:
		d.Reason = OneStrategy
	case own.ImagesOnly:
		d.Reason = OneSeed
	case c.fewImages():
		d.Reason = FewImages
	case len(d.MayBe) > 1:
		d.Outcome = NotToldApart
	case c.fewest(leader) < MinSeeds:
		d.Reason = FewSeeds
	case failed:
		d.Reason = LeaderFailed
	case e.Earlier != nil && !slices.Contains(before, d.Leader):
		d.Reason, d.Others = Turned, before
	case e.Projected != nil && !slices.Contains(after, d.Leader):
		d.Reason, d.Others = Turning, after
	default:
		d.Outcome = Use
	}
	return d
}

// fewImages reports whether there are too few test images to decide by; a number that
// is not known is enough.
func (c *Comparison) fewImages() bool { return c.images > 0 && c.images < MinImages }

// anyAbove reports whether some strategy's interval is above a figure: that of the
// highest mean may be wide.
func (c *Comparison) anyAbove(figure float64) bool {
	return slices.ContainsFunc(c.ranked(), func(i int) bool { return c.own[i].estimate().Low > figure })
}

// ranked returns the strategies that have a figure, by their places in names,
// the highest mean first.
func (c *Comparison) ranked() []int {
	var order []int
	for i := range c.own {
		if len(c.own[i].seeds) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.own[b].mean, c.own[a].mean) })
	return order
}

// fewest returns the least number of seeds of a difference to a strategy.
func (c *Comparison) fewest(i int) int {
	least := math.MaxInt
	for j := range c.names {
		if j != i && len(c.own[j].seeds) > 0 {
			least = min(least, len(c.apart[c.pair(i, j)].seeds))
		}
	}
	return least
}

// Project returns each run at twice the budget, should the figure go on to
// grow as much per doubling as it did over the last: twice the final value
// less that at half the budget, depending as much on the test images as at the
// end. A run without either has none.
func Project(final, half []Run) []Run {
	var list []Run
	for _, f := range final {
		grown := math.NaN()
		if at := slices.IndexFunc(half, func(h Run) bool { return h.Strategy == f.Strategy && h.Seed == f.Seed }); at >= 0 {
			grown = f.Value - half[at].Value
		}
		f.Value += grown
		f.Resamples = slices.Clone(f.Resamples)
		for k := range f.Resamples {
			f.Resamples[k] += grown
		}
		list = append(list, f)
	}
	return list
}
