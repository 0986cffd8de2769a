package dump

import (
	"fmt"
	"math"
	"runtime"

	"detsample/anchors"
	"detsample/bench/likeness"
)

// Replay asks every loss and sampler of the plan what it makes of the dump. It
// passes over the images twice, each time in parallel with the same result, and
// holds a batch of images for each worker.
func Replay(d *Dump, p Plan) (*Result, error) {
	p = p.withDefaults()
	for _, l := range p.Losses {
		if err := d.CheckLoss(l); err != nil {
			return nil, err
		}
	}
	for _, s := range p.Samplers {
		if err := d.CheckSampler(s); err != nil {
			return nil, err
		}
	}
	r := &replay{d: d, p: p, hist: newHistogram(), result: &Result{Images: d.Images}}
	r.batches = (d.Images + p.Batch - 1) / p.Batch
	if err := r.sort(); err != nil {
		return nil, err
	}
	if r.result.Candidates == 0 {
		return nil, d.lacking("every candidate is ignored", "check labels and label_map: "+d.labels.name+" is in force")
	}
	if r.result.Negatives == 0 {
		return nil, d.lacking(fmt.Sprintf("all %d candidates that count are positive", r.result.Candidates), "dump every candidate of an image, the background too, or check the assigner")
	}
	if err := r.weigh(); err != nil {
		return nil, err
	}
	return r.finish(), nil
}

func (p Plan) withDefaults() Plan {
	if p.Batch <= 0 {
		p.Batch = 1
	}
	if p.Compared <= 0 {
		p.Compared = DefaultCompared
	}
	if p.Workers <= 0 {
		p.Workers = runtime.GOMAXPROCS(0)
	}
	return p
}

// replay is a replay under way.
type replay struct {
	d       *Dump
	p       Plan
	batches int
	hist    *histogram
	result  *Result
	sum     *sums
}

// sort counts the candidates and sorts difficulties into deciles.
func (r *replay) sort() error {
	workers := make([]batch, min(r.p.Workers, r.batches))
	err := ordered(r.batches, len(workers), func(w, i int) error {
		b := &workers[w]
		if err := b.read(r.d, i, r.p.Batch); err != nil {
			return err
		}
		b.difficulties(r.p.Difficulty)
		return nil
	}, func(w, i int) {
		b := &workers[w]
		for c, class := range b.class {
			switch {
			case class == anchors.Ignored:
				r.result.Ignored++
				continue
			case class >= 0:
				r.result.Positives++
			default:
				r.result.Negatives++
			}
			r.hist.add(b.hard[c])
		}
		r.progress(0.2, 0, i)
	})
	r.result.Candidates = r.result.Positives + r.result.Negatives
	if err == nil && r.result.Candidates > 0 {
		r.result.Edges = r.hist.rank()
	}
	return err
}

// weigh evaluates every loss and sampler.
func (r *replay) weigh() error {
	r.sum = newSums(r.d, r.p)
	workers := make([]*worker, min(r.p.Workers, r.batches))
	for w := range workers {
		workers[w] = newWorker(r)
	}
	return ordered(r.batches, len(workers), func(w, i int) error {
		return workers[w].work(i)
	}, func(w, i int) {
		r.sum.merge(workers[w].sum)
		r.progress(0.8, 0.2, i)
	})
}

// progress tells that a batch is done of a pass that is a share of the work.
func (r *replay) progress(share, before float64, batch int) {
	if r.p.Progress != nil {
		r.p.Progress(before + share*float64(batch+1)/float64(r.batches))
	}
}

// finish turns sums into the result.
func (r *replay) finish() *Result {
	out := r.result
	out.Counts = r.sum.counts
	for l, s := range r.sum.losses {
		out.Losses = append(out.Losses, s.result(r.p.Losses[l].Name))
	}
	for i := range r.sum.samplers {
		s := &r.sum.samplers[i]
		out.Samplers = append(out.Samplers, s.result(r.p.Samplers[i].Name, r.sum.losses))
	}
	out.Similar = likeness.Consume(r.names(), r.sum.vectors)
	out.Notes = append(out.Notes, r.d.Notes...)
	if n := out.Similar.Candidates; n < out.Candidates {
		out.Notes = append(out.Notes, fmt.Sprintf("similarity is that of %d of the %d candidates, drawn by index", n, out.Candidates))
	}
	return out
}

// names returns the weightings' names in the order of their vectors.
func (r *replay) names() []string {
	var names []string
	for _, l := range r.p.Losses {
		names = append(names, l.Name)
	}
	for _, s := range r.p.Samplers {
		names = append(names, s.Name)
	}
	return append(names, "adaboost", "logitboost")
}

// ratio returns the negatives for each positive.
func ratio(positives, negatives int) float64 {
	switch {
	case positives > 0:
		return float64(negatives) / float64(positives)
	case negatives > 0:
		return math.Inf(1)
	}
	return math.NaN()
}
