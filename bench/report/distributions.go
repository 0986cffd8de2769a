package report

import (
	"html/template"
	"slices"
	"sort"

	"detsample/bench/summary"
	"detsample/bench/trainer"
)

const distributionHeight = 270 // pixels

// distributions shows how the loss divides among easy and hard candidates.
type distributions struct {
	Keys                 []key
	Positives, Negatives template.HTML // empty where no run left any
	Rows                 []hardRow
}

// hardRow says how much of the loss the hardest candidates of a strategy hold.
type hardRow struct {
	Name                 string
	Style                style
	Stage                string
	Positives, Negatives hardest
}

type hardest struct {
	Candidates  string
	One, Twenty share // of the loss, of the hardest 1% and 20%
}

// lossDistributions draws those of the strategies that left any.
func lossDistributions(s *summary.Study) distributions {
	var out distributions
	var positives, negatives []*trainer.LossDistribution
	look := styles(s.Summary.Strategies)
	for i := range s.Summary.Strategies {
		name := s.Summary.Strategies[i].Strategy
		p, n := distribution(s.Records, name, true), distribution(s.Records, name, false)
		positives, negatives = append(positives, p), append(negatives, n)
		if p == nil && n == nil {
			continue
		}
		out.Keys = append(out.Keys, key{name, look[i]})
		row := hardRow{Name: name, Style: look[i], Positives: hardestOf(p), Negatives: hardestOf(n)}
		if p != nil {
			row.Stage = p.Stage
		} else {
			row.Stage = n.Stage
		}
		out.Rows = append(out.Rows, row)
	}
	out.Positives = cumulative(positives, look, "positives")
	out.Negatives = cumulative(negatives, look, "negatives")
	return out
}

// distribution returns the strategy's mean over the seeds that came to their end
// and left one, nil if none did.
func distribution(records []trainer.Record, strategy string, positives bool) *trainer.LossDistribution {
	var mean *trainer.LossDistribution
	seeds := 0.0
	for i := range records {
		if records[i].Run.Strategy != strategy || records[i].Run.Stopped() {
			continue
		}
		for _, l := range records[i].Trace.Losses {
			if l.Positives != positives || l.Candidates == 0 || len(l.Share) < 2 || len(l.Share) != len(l.Loss) {
				continue
			}
			if mean == nil {
				mean = &trainer.LossDistribution{Stage: l.Stage, Positives: positives, Share: l.Share, Loss: make([]float64, len(l.Loss))}
			}
			if !slices.Equal(mean.Share, l.Share) {
				continue
			}
			seeds++
			mean.Candidates += l.Candidates
			for k, v := range l.Loss {
				mean.Loss[k] += v
			}
			break
		}
	}
	if mean == nil {
		return nil
	}
	mean.Candidates = int(float64(mean.Candidates) / seeds)
	for k := range mean.Loss {
		mean.Loss[k] /= seeds
	}
	return mean
}

// cumulative draws one curve for each strategy.
func cumulative(all []*trainer.LossDistribution, look []style, of string) template.HTML {
	if !slices.ContainsFunc(all, func(l *trainer.LossDistribution) bool { return l != nil }) {
		return ""
	}
	bottom := float64(chartTop + distributionHeight)
	p := panel{
		x: scale{low: 0, high: 1, from: chartLeft, to: chartWidth - chartRight},
		y: scale{low: 0, high: 1, from: bottom, to: chartTop},
	}
	d := newDrawing(chartWidth, bottom+chartBottom, "Cumulative share of the loss over "+of)
	marks := ticks(100, 5)
	p.axes(d, marks, marks, 100, 100, "% of the "+of+", from easiest to hardest", "% of their loss")
	d.line("even", p.x.at(0), p.y.at(0), p.x.at(1), p.y.at(1))
	for i, l := range all {
		if l == nil {
			continue
		}
		xs, ys := l.Share, l.Loss
		if xs[0] > 0 {
			xs, ys = append([]float64{0}, xs...), append([]float64{0}, ys...)
		}
		d.path(look[i], p.x.each(xs), p.y.each(ys))
	}
	return d.html()
}

func hardestOf(l *trainer.LossDistribution) hardest {
	if l == nil {
		return hardest{Candidates: dash, One: share{Text: dash}, Twenty: share{Text: dash}}
	}
	return hardest{
		Candidates: count(l.Candidates),
		One:        shareOf(1 - lossUpTo(l, 0.99)), Twenty: shareOf(1 - lossUpTo(l, 0.80)),
	}
}

// lossUpTo returns the share of the loss that the easiest candidates hold, by
// linear interpolation.
func lossUpTo(l *trainer.LossDistribution, candidates float64) float64 {
	i := sort.SearchFloat64s(l.Share, candidates)
	switch {
	case i == len(l.Share):
		return 1
	case i == 0:
		return l.Loss[0] * candidates / max(l.Share[0], candidates)
	}
	x0, x1 := l.Share[i-1], l.Share[i]
	return l.Loss[i-1] + (l.Loss[i]-l.Loss[i-1])*(candidates-x0)/(x1-x0)
}
