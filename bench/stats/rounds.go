package stats

import (
	"fmt"
	"math"
	"slices"
)

// Rounds adds seeds until enough is known. It looks at the runs after 3, 4, 5,
// 6, 8, 10, 12, 16, 20, 24, 32, ... seeds. What it says follows from the runs
// alone, so that a comparison that was interrupted goes on as if it had not.
type Rounds struct {
	Seeds []uint64 // that may be used at most, in this order

	// Half, if not 0, ends the rounds once the half-width of the interval of
	// every difference between strategies that are still in is at most Half.
	Half float64

	// Race takes strategies out that cannot be the best any more, and ends the
	// rounds once one is left. The probability that the best is ever taken out
	// is at most 1 - Certainty over all looks: it is spent in equal parts a
	// seed (alpha spending, Lan and DeMets 1983, with the linear function of
	// Kim and DeMets 1987), and by Bonferroni's inequality the parts add up,
	// however looks depend on each other.
	Race bool
}

// Out is a strategy that cannot be the best any more.
type Out struct {
	Strategy string `json:"strategy"`
	Seeds    int    `json:"seeds"` // when it was taken out
}

// Standing is where rounds stand.
type Standing struct {
	Comparison *Comparison // of the last look, nil before the first
	Confidence float64     // of that look
	In         []string    // strategies that further seeds are for, in their order
	Out        []Out

	// Next are the seeds that every strategy in In should have for the next
	// look, those that it has included; empty at the end.
	Next []uint64

	Enough bool // the end came because enough is known, not because seeds ran out

	// OutOfReach says that no number of seeds will do, as the choice of test images
	// alone makes an interval wider than Half, or as less than MinImages have
	// objects; the rounds then end.
	OutOfReach bool
}

// looks returns the numbers of seeds after which the runs are looked at.
func (r Rounds) looks() []int {
	var list []int
	most := len(r.Seeds)
	for n, step := MinSeeds, 1; n < most; n += step {
		list = append(list, n)
		if n >= 6*step && n%(2*step) == 0 {
			step *= 2
		}
	}
	return append(list, most)
}

// Stand returns where the rounds stand with some runs. A run that failed
// counts as done. Runs with seeds that are not in r.Seeds are left aside, and
// so are those of a strategy after it was taken out.
func (r Rounds) Stand(strategies []string, runs []Run) (Standing, error) {
	s := Standing{In: slices.Clone(strategies)}
	if len(r.Seeds) == 0 {
		return s, fmt.Errorf("no seeds")
	}
	last := 0
	for _, n := range r.looks() {
		now := r.upTo(n, runs, s.Out)
		if !r.complete(n, s.In, now) {
			s.Next = r.Seeds[:n]
			return s, nil
		}
		c, err := Compare(strategies, now)
		if err != nil {
			return s, err
		}
		s.Comparison, s.Confidence = c, Certainty
		if s.OutOfReach = c.fewImages(); s.OutOfReach {
			return s, nil
		}
		if r.Race {
			s.Confidence = 1 - (1-Certainty)*float64(n-last)/float64(len(r.Seeds))
			s.takeOut(n)
		}
		last = n
		if s.Enough = r.enough(&s); s.Enough || s.OutOfReach {
			return s, nil
		}
	}
	return s, nil
}

// upTo returns the runs with the first n seeds, of strategies that were out
// before only those with which they were taken out.
func (r Rounds) upTo(n int, runs []Run, out []Out) []Run {
	var list []Run
	for _, run := range runs {
		most := n
		for _, o := range out {
			if o.Strategy == run.Strategy {
				most = o.Seeds
			}
		}
		if slices.Contains(r.Seeds[:most], run.Seed) {
			list = append(list, run)
		}
	}
	return list
}

// complete reports whether all strategies have their runs with n seeds.
func (r Rounds) complete(n int, strategies []string, runs []Run) bool {
	for _, name := range strategies {
		done := 0
		for _, run := range runs {
			if run.Strategy == name {
				done++
			}
		}
		if done < n {
			return false
		}
	}
	return true
}

// takeOut takes those out that cannot be the best. Whoever was taken out is
// beaten by one that stays in, or by one that is; so one is always left.
func (s *Standing) takeOut(seeds int) {
	var in []string
	for _, name := range s.In {
		if s.Comparison.mayBeBest(slices.Index(s.Comparison.names, name), s.Confidence) {
			in = append(in, name)
		}
	}
	if len(in) == 0 {
		return
	}
	for _, name := range s.In {
		if !slices.Contains(in, name) {
			s.Out = append(s.Out, Out{name, seeds})
		}
	}
	s.In = in
}

// enough reports whether the rounds have reached their end.
func (r Rounds) enough(s *Standing) bool {
	if r.Race && len(s.In) < 2 {
		return true
	}
	if r.Half == 0 || len(s.In) < 2 {
		return false
	}
	widest, images := s.Comparison.widest(s.In)
	s.OutOfReach = images > r.Half
	return widest <= r.Half
}

// HalfWidth returns that of the widest interval of a difference between some
// strategies, -1 if no difference between two of them is known.
func (c *Comparison) HalfWidth(strategies []string) float64 {
	half := -1.0
	for _, d := range c.Differences {
		if d.Seeds > 0 && slices.Contains(strategies, d.A) && slices.Contains(strategies, d.B) {
			half = math.Max(half, d.Half())
		}
	}
	return half
}

// widest returns the largest half-width of a difference between some
// strategies, and the largest that the choice of test images leaves with any
// number of seeds. A difference that is not known is infinitely wide.
func (c *Comparison) widest(strategies []string) (half, images float64) {
	for i, a := range c.names {
		for j := i + 1; j < len(c.names); j++ {
			if !slices.Contains(strategies, a) || !slices.Contains(strategies, c.names[j]) {
				continue
			}
			d := &c.apart[c.pair(i, j)]
			if math.IsNaN(d.moderated) {
				return math.Inf(1), images
			}
			half, images = math.Max(half, c.between(i, j).Half()), math.Max(images, d.imagesHalf())
		}
	}
	return half, images
}

// imagesHalf returns the half-width that is left with any number of seeds.
func (d *sample) imagesHalf() float64 {
	if d.images.variance == 0 {
		return 0
	}
	return student((1+Confidence)/2, d.images.freedom) * math.Sqrt(d.images.variance)
}
