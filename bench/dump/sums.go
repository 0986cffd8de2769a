package dump

import "detsample/losses"

// sums is what a replay adds up, of a batch or of all.
type sums struct {
	counts   [][Deciles]Split // under each labels
	losses   []lossSums
	samplers []samplerSums
	vectors  [][]float32 // of each weighting, the weights of the candidates compared
}

type lossSums struct {
	loss, gradient tally
	others         []float64      // the gradient's sum under other labels
	weight, n      [Deciles]Split // sums of effective weights, and how many
	flat           int
}

type samplerSums struct {
	decile   [Deciles]Split
	gradient tally
	scarcity losses.Scarcity
	mass     []float64 // of each loss's gradient
}

// newSums returns sums of a plan under so many labels.
func newSums(d *Dump, p Plan, labels int) *sums {
	s := &sums{
		counts:   make([][Deciles]Split, labels),
		losses:   make([]lossSums, len(p.Losses)),
		samplers: make([]samplerSums, len(p.Samplers)),
		vectors:  make([][]float32, len(p.Losses)+len(p.Samplers)+2),
	}
	for l := range s.losses {
		s.losses[l].loss, s.losses[l].gradient, s.losses[l].others = newTally(d.Classes), newTally(d.Classes), make([]float64, labels-1)
	}
	for i := range s.samplers {
		s.samplers[i].mass, s.samplers[i].gradient = make([]float64, len(p.Losses)), newTally(d.Classes)
	}
	return s
}

func (s *sums) reset() {
	clear(s.counts)
	for l := range s.losses {
		of := &s.losses[l]
		of.loss.reset()
		of.gradient.reset()
		clear(of.others)
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
	for l := range s.counts {
		for i := range s.counts[l] {
			s.counts[l][i].merge(o.counts[l][i])
		}
	}
	for l := range s.losses {
		of, with := &s.losses[l], &o.losses[l]
		of.loss.merge(&with.loss)
		of.gradient.merge(&with.gradient)
		of.flat += with.flat
		for i, sum := range with.others {
			of.others[i] += sum
		}
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

// gradientUnder returns the sum of the gradient under some labels.
func (s *lossSums) gradientUnder(labels int) float64 {
	if labels == 0 {
		return s.gradient.mass().Sum
	}
	return s.others[labels-1]
}

func (s *samplerSums) result(name string, labels int, all []lossSums) SamplerResult {
	r := SamplerResult{Name: name, Labels: labels, Decile: s.decile, Gradient: s.gradient.mass(), Scarcity: s.scarcity, Mass: make([]float64, len(all))}
	for _, d := range s.decile {
		r.Positives += int(d.Positives)
		r.Negatives += int(d.Negatives)
	}
	r.Picked, r.Ratio = r.Positives+r.Negatives, ratio(r.Positives, r.Negatives)
	for l := range all {
		if sum := all[l].gradientUnder(labels); sum > 0 {
			r.Mass[l] = s.mass[l] / sum
		}
	}
	return r
}
