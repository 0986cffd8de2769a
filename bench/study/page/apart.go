package page

import (
	"fmt"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study/evidence"
)

// apart is how far two strategies are apart in an experiment at a budget.
type apart struct {
	experiment string
	rates      string // of the two, where they differ
	images     int
	stats.Estimate
	told bool // from none, beside all others of the table

	of *stats.Comparison // of the two alone
}

// differences are those of a pair that the table tells: where they begin, where they
// are largest and where they end; one that is told already is nil.
type differences struct {
	pair                 [2]string
	begins, largest, end *apart
}

// allDifferences returns the differences that the table tells, of each question. One
// is told from none by an interval that holds at 95% with all that these are picked
// from, at every budget: by Bonferroni's share.
func allDifferences(list []evidence.Experiment, of []question) ([][]differences, error) {
	all := make([][]differences, len(of))
	told := 0
	for i, q := range of {
		for _, pair := range q.pairs {
			apart, err := between(evidence.ByStrength(list, q.experiments), q.part, pair)
			if err != nil {
				return nil, err
			}
			if len(apart) == 0 {
				continue
			}
			d := pick(pair, apart)
			all[i], told = append(all[i], d), told+len(apart)
		}
	}
	for i := range all {
		for k := range all[i] {
			for _, a := range all[i][k].all() {
				a.tell(told)
			}
		}
	}
	return all, nil
}

// between returns how far a pair is apart in some experiments, the shortest first,
// at every budget where the difference has an interval.
func between(kept []*evidence.Experiment, part string, pair [2]string) (list []apart, err error) {
	for _, s := range evidence.ByLength(kept) {
		names := named(s, part, pair)
		rates := unlike(s, names[0], names[1])
		for _, images := range s.Moments() {
			c, err := s.Among(names[:], images)
			if err != nil {
				return nil, err
			}
			if d := c.Between(0, 1).Estimate; d.Seeds >= stats.MinSeeds {
				list = append(list, apart{experiment: s.Name, rates: rates, images: images, Estimate: d, of: c})
			}
		}
	}
	return list, nil
}

// tell finds out whether the difference is told from none beside so many.
func (a *apart) tell(among int) {
	all := a.of.Simultaneous(1 - (1-stats.Confidence)/float64(among))[0]
	a.told = known(a.Estimate) && (all.Low > 0 || all.High < 0)
}

// pick picks what is told of a pair's differences.
func pick(pair [2]string, list []apart) differences {
	largest, last := 0, len(list)-1
	for i, d := range list {
		if math.Abs(d.Mean) > math.Abs(list[largest].Mean) {
			largest = i
		}
	}
	d := differences{pair: pair, begins: &list[0]}
	if largest > 0 && largest < last {
		d.largest = &list[largest]
	}
	if last > 0 {
		d.end = &list[last]
	}
	return d
}

// all returns those that are told.
func (d *differences) all() []*apart {
	return slices.DeleteFunc([]*apart{d.begins, d.largest, d.end}, func(a *apart) bool { return a == nil })
}

// cells writes them into a row, with a dash for one that is told beside.
func (d *differences) cells() string {
	return fmt.Sprintf("| %s | %s | %s |", d.begins.cell(), d.largest.cell(), d.end.cell())
}

// cell writes a difference, in bold if it is told from none, with where it is from.
func (a *apart) cell() string {
	if a == nil {
		return "–"
	}
	return fmt.Sprintf("%s after %d (%s)", a.size(), a.images, from(a.experiment, "", a.rates))
}

// size writes a difference, in bold if it is told from none.
func (a *apart) size() string {
	if a.told {
		return "**" + difference(a.Estimate, toldDecimals(a.Estimate, 1)) + "**"
	}
	return difference(a.Estimate, 1)
}
