package boosting

import (
	"context"
	"fmt"
	"math"
	"reflect"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/likeness"
	"detsample/bench/small"
	"detsample/bench/small/detector"
	"detsample/bench/small/scene"
	"detsample/bench/trainer"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// watched is the number of batches whose states are kept at every moment.
const watched = 16

// Watcher lays the weightings of a configuration's strategies beside each other
// on the states along a training.
type Watcher struct {
	c       *config.Config
	set     *dataset.Set
	batches []batch
}

// batch is a step's images, which no run trains on, as they are annotated and
// in full.
type batch struct {
	detector.Batch
	whole []rpn.Image // with every object
}

// NewWatcher draws the data of an experiment that keeps states. Its strategies
// are one-stage detectors.
func NewWatcher(c *config.Config) (*Watcher, error) {
	for i := range c.Strategies {
		if c.Strategies[i].Dense == nil {
			return nil, fmt.Errorf("strategy %s is no one-stage detector: weights are kept of those alone", c.Strategies[i].Name)
		}
		switch cls := c.Strategies[i].Dense.Cls.(type) {
		case losses.CE, losses.AlphaCE, losses.Focal, losses.GHMC:
		default:
			return nil, fmt.Errorf("strategy %s has the loss %T: the loss of a weight is known of ce, alpha_ce, focal and ghm_c", c.Strategies[i].Name, cls)
		}
		if first := &c.Strategies[0]; !reflect.DeepEqual(first.Dense.Assigner, c.Strategies[i].Dense.Assigner) {
			return nil, fmt.Errorf("strategies %s and %s have other assigners: weights are laid beside each other on the same positives", first.Name, c.Strategies[i].Name)
		}
	}
	w := &Watcher{c: c}
	var err error
	if w.set, err = scene.Generate(c.Scenes, c.SceneSeed); err != nil {
		return nil, err
	}
	complete := c.Scenes
	complete.Missing, complete.Test, complete.Train = 0, 1, scene.Fresh
	all, err := scene.Generate(complete, c.SceneSeed)
	if err != nil {
		return nil, err
	}
	known := c.Scenes
	known.Test, known.Train = 1, scene.Fresh
	some, err := scene.Generate(known, c.SceneSeed)
	if err != nil {
		return nil, err
	}
	annotated, whole := some.Fresh(unseen), all.Fresh(unseen)
	for k := range watched {
		b := batch{Batch: detector.Batch{Width: c.Scenes.Size, Height: c.Scenes.Size}}
		for i := range c.Training.Batch {
			id := uint64(k*c.Training.Batch + i)
			m, err := annotated.Image(id)
			if err != nil {
				return nil, err
			}
			b.Images = append(b.Images, detector.Image{ID: id, Pix: append([]uint8(nil), m.Pix...), Truth: truth(m)})
			if m, err = whole.Image(id); err != nil {
				return nil, err
			}
			b.whole = append(b.whole, rpn.Image{ID: id, Truth: truth(m)})
		}
		w.batches = append(w.batches, b)
	}
	return w, nil
}

// unseen is the run whose fresh images are watched: seeds begin at 1.
const unseen = 0

func truth(m *dataset.Image) (t anchors.Truth) {
	for _, o := range m.Objects {
		t.Box, t.Class = append(t.Box, o.Box), append(t.Class, o.Class)
	}
	return t
}

// pass is the memory of one training's states.
type pass struct {
	stages []rpn.Work // of each strategy
	field  anchors.Field
}

// Train trains the i-th strategy with a seed and returns what all weightings
// make of its states. Seen is told of each of these.
func (w *Watcher) Train(ctx context.Context, i int, seed uint64, seen func(images int)) (Run, error) {
	s := &w.c.Strategies[i]
	run := Run{Strategy: s.Name, Seed: seed}
	t := small.Trainer{Network: w.c.Detector, Training: w.c.Training, Areas: w.c.Areas}
	job := trainer.Job{Strategy: s, Seed: seed, Data: w.set, Images: w.c.Training.Images}
	p := &pass{stages: make([]rpn.Work, len(w.c.Strategies))}
	err := t.Watch(ctx, job, func(images int, d detector.Detector) error {
		m, err := w.moment(d.(*detector.OneStage), p, images)
		run.Moments = append(run.Moments, m)
		seen(images)
		return err
	})
	if err != nil {
		return run, fmt.Errorf("%s #%d: %w", s.Name, seed, err)
	}
	return run, nil
}

// moment lays the weightings beside each other on the state that d is in.
func (w *Watcher) moment(d *detector.OneStage, p *pass, images int) (Moment, error) {
	m := Moment{Images: images}
	var sum sums
	found := make([][]anchors.Detection, w.c.Training.Batch)
	for k := range w.batches {
		b := &w.batches[k]
		for i := range found {
			found[i] = found[i][:0]
		}
		d.Detect(found, b.Batch) // which leaves nothing behind but the state
		sum.add(w.weigh(d.State(), b, p, sampling.Key{Seed: unseen, Step: uint64(images + 2 + k)}))
	}
	sum.mean(&m)
	return m, m.finite()
}

// weigh returns the elements of a state with the weights that every strategy
// and boosting give them.
func (w *Watcher) weigh(state detector.State, b *batch, p *pass, key sampling.Key) *elements {
	step := rpn.Batch{Classes: state.Classes, Anchors: *p.field.At(state.Pyramid, b.Width, b.Height), Key: key,
		Logits: state.Logits, Deltas: state.Deltas}
	for i := range b.Images {
		step.Images = append(step.Images, rpn.Image{ID: b.Images[i].ID, Truth: b.Images[i].Truth})
	}
	n := len(b.Images) * len(step.Anchors.Box)
	given, whole := make([]int32, n), make([]int32, n)
	var assign rpn.Work
	w.c.Strategies[0].Dense.Assign(&assign, &step, given, nil)
	complete := step
	complete.Images = b.whole
	w.c.Strategies[0].Dense.Assign(&assign, &complete, whole, nil)
	e := newElements(&step, given, whole, b.whole)
	for i := range w.c.Strategies {
		s := &w.c.Strategies[i]
		step.GradLogits, step.GradDeltas = nil, nil
		s.Dense.Step(&p.stages[i], &step)
		e.strategy(s.Name, s.Dense.Cls, step.GradLogits)
	}
	e.boosting()
	return e
}

// elements are the scores of a batch's candidates for each class, ignored
// candidates apart, with their weights.
type elements struct {
	at       []int // of each element, its logit
	margin   []float64
	positive []bool
	outlier  []bool

	names  []string
	weight [][]float32
	loss   [][]float64 // nil for boosting
}

// newElements lists the elements of a step by its assignment, and which of them
// would be positive by the assignment to all objects.
func newElements(step *rpn.Batch, given, whole []int32, complete []rpn.Image) *elements {
	e := &elements{}
	per := len(step.Anchors.Box)
	for a, gt := range given {
		if gt == anchors.Ignored {
			continue
		}
		image := a / per
		class, real := anchors.Negative, anchors.Negative
		if gt >= 0 {
			class = step.Images[image].Truth.Class[gt]
		}
		if g := whole[a]; g >= 0 {
			real = complete[image].Truth.Class[g]
		}
		for k := range int32(step.Classes) {
			i := a*step.Classes + int(k)
			m := float64(step.Logits[i])
			if k != class {
				m = -m
			}
			e.at, e.margin = append(e.at, i), append(e.margin, m)
			e.positive = append(e.positive, k == class)
			e.outlier = append(e.outlier, k != class && k == real)
		}
	}
	return e
}

// strategy adds the weights that a loss's gradient has. What a sampler dropped
// has none.
func (e *elements) strategy(name string, cls losses.Cls, gradient []float32) {
	weight, loss := make([]float32, len(e.at)), make([]float64, len(e.at))
	for j, i := range e.at {
		g := math.Abs(float64(gradient[i]))
		weight[j], loss[j] = float32(g), g*lossPerGradient(cls, e.margin[j])
	}
	e.names, e.weight, e.loss = append(e.names, name), append(e.weight, weight), append(e.loss, loss)
}

// lossPerGradient returns the loss of an element over the size of its derivative
// by the margin m. Samplers, class weights, GHM and normalisers multiply both.
func lossPerGradient(cls losses.Cls, m float64) float64 {
	ce, wrong := softplus(-m), 1/(1+math.Exp(m))
	focal, ok := cls.(losses.Focal)
	if !ok || wrong == 0 {
		return ce / max(wrong, math.SmallestNonzeroFloat64)
	}
	// l = wrong^gamma ce, and -dl/dm = wrong^gamma (wrong + gamma p ce)
	return ce / (wrong + focal.Gamma*(1-wrong)*ce)
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// boosting adds AdaBoost's and LogitBoost's weights.
func (e *elements) boosting() {
	ada, logit := make([]float32, len(e.margin)), make([]float32, len(e.margin))
	for j, m := range e.margin {
		p := 1 / (1 + math.Exp(-m))
		ada[j], logit[j] = float32(math.Exp(-m)), float32(p*(1-p))
	}
	e.names, e.weight, e.loss = append(e.names, AdaBoost, LogitBoost), append(e.weight, ada, logit), append(e.loss, nil, nil)
}

// alike returns how alike all weightings are by rank and by their heaviest.
func (e *elements) alike() likeness.Similarity { return likeness.Compare(e.names, e.weight) }
