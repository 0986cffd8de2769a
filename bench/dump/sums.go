package dump

import "detsample/losses"

// sums is what a replay adds up, of a batch or of all.
type sums struct {
	counts   [Deciles]Split
	losses   []lossSums
	samplers []samplerSums
	vectors  [][]float32 // of each weighting, the weights of the candidates compared
}

type lossSums struct {
	loss, gradient tally
	weight, n      [Deciles]Split // sums of effective weights, and how many
	flat           int
}

type samplerSums struct {
	decile   [Deciles]Split
	gradient tally
	scarcity losses.Scarcity
	mass     []float64 // of each loss's gradient
}

func newSums(d *Dump, p Plan) *sums {
	s := &sums{
		losses:   make([]lossSums, len(p.Losses)),
		samplers: make([]samplerSums, len(p.Samplers)),
		vectors:  make([][]float32, len(p.Losses)+len(p.Samplers)+2),
	}
	for l := range s.losses {
		s.losses[l].loss, s.losses[l].gradient = newTally(d.Classes), newTally(d.Classes)
	}
	for i := range s.samplers {
		s.samplers[i].mass, s.samplers[i].gradient = make([]float64, len(p.Losses)), newTally(d.Classes)
	}
	return s
}

func (s *sums) reset() {
	s.counts = [Deciles]Split{}
	for l := range s.losses {
		of := &s.losses[l]
		of.loss.reset()
		of.gradient.reset()
		of.weight, of.n, of.flat = [Deciles]Split{}, [Deciles]Split{}, 0
	}
	for i := range s.samplers {
		of := &s.samplers[i]
		of.decile, of.scarcity = [Deciles]Split{}, losses.Scarcity{}
		of.gradient.reset()
		clear(of.mass)
	}
	for v := range s.vectors {
		s.vectors[v] = s.vectors[v][:0]
	}
}

func (s *sums) merge(o *sums) {
	for i := range s.counts {
		s.counts[i].merge(o.counts[i])
	}
	for l := range s.losses {
		of, with := &s.losses[l], &o.losses[l]
		of.loss.merge(&with.loss)
		of.gradient.merge(&with.gradient)
		of.flat += with.flat
		for i := range of.weight {
			of.weight[i].merge(with.weight[i])
			of.n[i].merge(with.n[i])
		}
	}
	for i := range s.samplers {
		of, with := &s.samplers[i], &o.samplers[i]
		of.scarcity.Add(with.scarcity)
		of.gradient.merge(&with.gradient)
		for k := range of.decile {
			of.decile[k].merge(with.decile[k])
		}
		for l, m := range with.mass {
			of.mass[l] += m
		}
	}
	for v := range s.vectors {
		s.vectors[v] = append(s.vectors[v], o.vectors[v]...)
	}
}

func (s *lossSums) result(name string) LossResult {
	r := LossResult{Name: name, Loss: s.loss.mass(), Gradient: s.gradient.mass(), Flat: s.flat}
	var weight, n Split
	for i := range s.weight {
		r.Weight[i] = s.weight[i].over(s.n[i])
		weight.merge(s.weight[i])
		n.merge(s.n[i])
	}
	r.Mean = weight.over(n)
	return r
}

func (s *samplerSums) result(name string, all []lossSums) SamplerResult {
	r := SamplerResult{Name: name, Decile: s.decile, Gradient: s.gradient.mass(), Scarcity: s.scarcity, Mass: make([]float64, len(all))}
	for _, d := range s.decile {
		r.Positives += int(d.Positives)
		r.Negatives += int(d.Negatives)
	}
	r.Picked, r.Ratio = r.Positives+r.Negatives, ratio(r.Positives, r.Negatives)
	for l := range all {
		if sum := all[l].gradient.mass().Sum; sum > 0 {
			r.Mass[l] = s.mass[l] / sum
		}
	}
	return r
}
