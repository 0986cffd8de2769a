package dump

import (
	"math"

	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// worker replays one batch at a time.
type worker struct {
	*replay
	batches []batch // as each assigner labels it
	sum     *sums

	decile   [][]uint8 // under each labels
	compared []int32   // rows of the batch whose weights are compared

	evidence   []stage.Evidence // of each image
	candidates []sampling.Candidates
	keys       []sampling.Key
	samples    [][]sampling.Sample // of each sampler, of each image
	draws      []stage.Draws       // of each sampler
	rows       losses.Batch
	nowhere    []anchors.Box // boxes of candidates that have none
	deltas     []float32     // of an image, as a sampler's stage has them
	weights    []float32     // of a sampler's weighting, of each row

	picks       []int32 // rows that a sampler picked, ascending
	pickWeights []float32
}

func newWorker(r *replay) *worker {
	w := &worker{replay: r, sum: newSums(r.d, r.p, len(r.labels)), batches: make([]batch, len(r.labels)), decile: make([][]uint8, len(r.labels))}
	w.evidence = make([]stage.Evidence, r.p.Batch)
	w.candidates = make([]sampling.Candidates, r.p.Batch)
	w.draws = make([]stage.Draws, len(r.p.Samplers))
	for range r.p.Samplers {
		w.samples = append(w.samples, make([]sampling.Sample, r.p.Batch))
	}
	if !r.d.boxed() {
		w.nowhere = make([]anchors.Box, r.d.Anchors)
	}
	return w
}

// work sums up the i-th batch.
func (w *worker) work(i int) error {
	w.sum.reset()
	if err := w.read(w.batches, i); err != nil {
		return err
	}
	w.compared = w.compared[:0]
	for c := range w.batches[0].class {
		if counted(w.batches, c) && w.drawn(w.batches[0].first+c/w.d.Anchors, c%w.d.Anchors) {
			w.compared = append(w.compared, int32(c))
		}
	}
	for l := range w.batches {
		w.sort(l)
	}
	for s := range w.p.Samplers {
		w.sample(s)
	}
	for l := range w.p.Losses {
		w.lose(l)
	}
	w.boost()
	return nil
}

// sort finds the deciles of the candidates under some labels.
func (w *worker) sort(l int) {
	b := &w.batches[l]
	w.decile[l] = grow(w.decile[l], len(b.class))
	for c, class := range b.class {
		if counts(class) {
			w.decile[l][c] = uint8(w.labels[l].hist.of(b.hard[c]))
			w.sum.counts[l][w.decile[l][c]].add(class >= 0, 1)
		}
	}
}

// drawn reports whether a candidate's weights are compared.
func (w *worker) drawn(image, anchor int) bool {
	n := w.counted
	if n <= w.p.Compared {
		return true
	}
	hi, _ := sampling.Key{Step: uint64(anchor), Image: uint64(image)}.Words()
	return float64(hi) < math.Ldexp(float64(w.p.Compared)/float64(n), 64)
}

// lose evaluates a loss.
func (w *worker) lose(l int) {
	for under := range w.batches {
		b := &w.batches[under]
		if under == 0 {
			w.loseFirst(l)
			w.record(l, b.size)
		} else {
			b.measure(w.p.Losses[l].Cls)
			for _, size := range b.size {
				w.sum.losses[l].others[under-1] += float64(size)
			}
		}
		for s, of := range w.of {
			if of != under {
				continue
			}
			for m := range b.count {
				for _, c := range w.samples[s][m].Index {
					w.sum.samplers[s].mass[l] += float64(b.size[m*w.d.Anchors+int(c)])
				}
			}
		}
	}
}

// loseFirst evaluates a loss under the first labels.
func (w *worker) loseFirst(l int) {
	b, of := &w.batches[0], &w.sum.losses[l]
	cls := w.p.Losses[l].Cls
	plain := b.plainSizes(cls.Link())
	b.measure(cls)
	for c, class := range b.class {
		if !counts(class) {
			continue
		}
		k := int(w.decile[0][c])
		of.loss.add(k, class, float64(b.loss[c]))
		of.gradient.add(k, class, float64(b.size[c]))
		if plain[c] == 0 {
			of.flat++
			continue
		}
		of.weight[k].add(class >= 0, float64(b.size[c])/float64(plain[c]))
		of.n[k].add(class >= 0, 1)
	}
}

// record keeps a weighting's weights of the candidates compared.
func (w *worker) record(v int, weights []float32) {
	for _, c := range w.compared {
		w.sum.vectors[v] = append(w.sum.vectors[v], weights[c])
	}
}

// sample has a sampler pick of every image.
func (w *worker) sample(s int) {
	b, decile, sampler := &w.batches[w.of[s]], w.decile[w.of[s]], w.p.Samplers[s].Sampler
	w.keys = w.keys[:0]
	for m := range b.count {
		w.keys = append(w.keys, sampling.Key{Seed: w.p.Seed, Step: w.p.Step, Stage: w.p.Samplers[s].stage().Key, Image: b.images[m].ID})
		w.gather(s, m)
	}
	w.draws[s].Draw(sampler, w.samples[s][:b.count], w.candidates[:b.count], w.keys)

	of := &w.sum.samplers[s]
	w.picks, w.pickWeights = w.picks[:0], w.pickWeights[:0]
	for m := range b.count {
		picked := &w.samples[s][m]
		for i, c := range picked.Index {
			row := m*w.d.Anchors + int(c)
			of.decile[decile[row]].add(b.class[row] >= 0, 1)
			w.picks, w.pickWeights = append(w.picks, int32(row)), append(w.pickWeights, picked.Weight[i])
		}
		w.lacks(&of.scarcity, &b.images[m], picked, sampling.AskedPositives(sampler))
	}
	w.weigh(s)
	for _, row := range w.picks {
		of.gradient.add(int(decile[row]), b.class[row], float64(w.weights[row]))
	}
	w.record(len(w.p.Losses)+s, w.weights)
}

// weigh fills weights with the sizes of the gradients that a sampler's loss gives
// its picks, times their weights, and 0 elsewhere.
func (w *worker) weigh(s int) {
	b := &w.batches[w.of[s]]
	if cls := w.p.Samplers[s].Cls; cls != nil {
		if w.picks == nil {
			w.picks = []int32{}
		}
		b.measureRows(cls, w.picks, w.pickWeights)
		w.weights = append(w.weights[:0], b.size...)
		return
	}
	plain := b.plainSizes(w.d.Link)
	w.weights = grow(w.weights, len(b.class))
	clear(w.weights)
	for i, row := range w.picks {
		w.weights[row] = w.pickWeights[i] * plain[row]
	}
}

// gather fills the candidates of an image for a sampler.
func (w *worker) gather(s, m int) {
	b := &w.batches[w.of[s]]
	image := &b.images[m]
	n, boxes := w.d.Anchors, image.Boxes
	if boxes == nil {
		boxes = w.nowhere
	}
	need, of := w.p.Samplers[s].Sampler.Needs(), w.p.Samplers[s].stage()
	terms := stage.Terms{Cls: w.d.mining(w.p.Samplers[s]), Box: of.Box, ClsWeight: of.ClsWeight, BoxWeight: of.BoxWeight, Coder: of.Coder}
	deltas := image.Deltas
	if need&predicts != 0 {
		deltas = w.d.recoded(&w.deltas, deltas, of.Coder)
	}
	columns := terms.Cls.Link().Columns(w.d.Classes)
	logits := b.logits(terms.Cls.Link())
	w.evidence[m].Fill(&w.candidates[m], need, terms, stage.Heads{
		Classes: w.d.Classes, Candidates: boxes, Class: image.Class, Quality: image.Quality, GT: image.GT, IoU: image.IoU, Truth: &image.Truth,
		Logits: logits[m*n*columns : (m+1)*n*columns], Deltas: deltas, BoxColumns: 4,
	}, &w.rows)
}

// lacks counts what the sampler lacked in an image.
func (w *worker) lacks(s *losses.Scarcity, m *Image, picked *sampling.Sample, asked int) {
	matched := make([]bool, len(m.Truth.Class))
	found := 0
	for _, g := range m.GT {
		if g >= 0 && !matched[g] {
			matched[g] = true
			found++
		}
	}
	truths := found
	if w.d.truth != nil {
		truths = len(m.Truth.Box)
	}
	s.Sampled(truths, asked, picked.Positives, len(picked.Index)-picked.Positives)
	s.Unmatched += truths - found
}

// boost weighs the candidates as boosting does, under the first labels.
func (w *worker) boost() {
	b, columns := &w.batches[0], w.d.Columns
	first := len(w.p.Losses) + len(w.p.Samplers)
	for _, c := range w.compared {
		if !counts(b.class[c]) {
			w.sum.vectors[first], w.sum.vectors[first+1] = append(w.sum.vectors[first], 0), append(w.sum.vectors[first+1], 0)
			continue
		}
		m := margin(w.d.Link, b.rows[w.d.Link][int(c)*columns:(int(c)+1)*columns], b.class[c])
		w.sum.vectors[first] = append(w.sum.vectors[first], float32(min(losses.AdaBoostWeight(m), math.MaxFloat32)))
		w.sum.vectors[first+1] = append(w.sum.vectors[first+1], float32(losses.LogitBoostWeight(m)))
	}
}
