package dump

import (
	"fmt"
	"math"
	"runtime"

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
	r := newReplay(d, p)
	if err := r.sort(); err != nil {
		return nil, err
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
	labels  []*labelling
	of      []int // the place in labels of each sampler's
	counted int   // candidates that one of the labels does not ignore
	result  *Result
	sum     *sums
}

func newReplay(d *Dump, p Plan) *replay {
	r := &replay{d: d, p: p, batches: (d.Images + p.Batch - 1) / p.Batch, result: &Result{Images: d.Images}}
	r.labels, r.of = d.labellings(p.Samplers)
	return r
}

// sort counts the candidates and sorts difficulties into deciles.
func (r *replay) sort() error {
	workers := make([][]batch, min(r.p.Workers, r.batches))
	for w := range workers {
		workers[w] = make([]batch, len(r.labels))
	}
	err := ordered(r.batches, len(workers), func(w, i int) error {
		return r.read(workers[w], i)
	}, func(w, i int) {
		for l := range r.labels {
			r.labels[l].add(&workers[w][l])
		}
		r.count(workers[w])
		r.progress(0.2, 0, i)
	})
	for l := 0; err == nil && l < len(r.labels); l++ {
		err = r.labels[l].rank()
	}
	return err
}

// read reads the i-th batch as each assigner labels it.
func (r *replay) read(batches []batch, i int) error {
	for l := range batches {
		b, err := &batches[l], error(nil)
		if l == 0 {
			err = b.read(r.labels[l].d, i, r.p.Batch)
		} else {
			err = b.relabel(r.labels[l].d, &batches[0])
		}
		if err != nil {
			return err
		}
		b.difficulties(r.p.Difficulty)
	}
	return nil
}

// count counts the candidates that count under any labels, and those that are not
// labelled alike by all.
func (r *replay) count(batches []batch) {
	for c, class := range batches[0].class {
		if counted(batches, c) {
			r.counted++
		}
		for l := range batches[1:] {
			if batches[1+l].class[c] != class {
				r.result.Unlike++
				break
			}
		}
	}
}

// counted reports whether any labels do not ignore a candidate.
func counted(batches []batch, c int) bool {
	for l := range batches {
		if counts(batches[l].class[c]) {
			return true
		}
	}
	return false
}

// weigh evaluates every loss and sampler.
func (r *replay) weigh() error {
	r.sum = newSums(r.d, r.p, len(r.labels))
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
	for l, of := range r.labels {
		of.Counts = r.sum.counts[l]
		if l == 0 {
			out.Labels = of.Labels
		} else {
			out.Others = append(out.Others, of.Labels)
		}
	}
	for l, s := range r.sum.losses {
		out.Losses = append(out.Losses, s.result(r.p.Losses[l].Name))
	}
	for i := range r.sum.samplers {
		s := &r.sum.samplers[i]
		out.Samplers = append(out.Samplers, s.result(r.p.Samplers[i].Name, r.of[i], r.sum.losses))
	}
	out.Similar = likeness.Consume(r.names(), r.sum.vectors)
	out.Notes = append(out.Notes, r.d.Notes...)
	if n := out.Similar.Candidates; n < r.counted {
		out.Notes = append(out.Notes, fmt.Sprintf("similarity is that of %d of the %d candidates, drawn by index", n, r.counted))
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
