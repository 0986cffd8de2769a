package rpn

import (
	"detsample/anchors"
	"detsample/internal/parallel"
	"detsample/internal/reuse"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// Image is one annotated image of a batch.
type Image struct {
	ID    uint64 // its identity in the data set, part of the random key
	Truth anchors.Truth

	// Width and Height are the image's own size where the batch is padded to a
	// larger one: anchors of the padding are ignored, and what is left is assigned
	// as if it were all. They are those of cells that begin beyond the image; of
	// anchors without a Grid those whose centre does not lie within it, unless
	// Anchors says that the batch is no larger that way. 0 means that the image
	// fills the batch.
	Width, Height int
}

// Batch is one training step of a dense stage: what the head put out for
// every anchor of every image, and where its gradients go. Images follow one
// another, and within an image the anchors in their order.
type Batch struct {
	Classes int // 1: every ground truth counts as class 0, objectness
	Anchors anchors.Candidates
	Images  []Image
	Key     sampling.Key // Seed and Step: both, with the images' ID, must differ from step to step

	Logits []float32 // (images, anchors, Cls.Link().Columns(Classes))
	Deltas []float32 // (images, anchors, 4)

	// As Logits and Deltas; fully written. Step makes those that are nil: a loop
	// whose batches change in size sets them to nil then, or gives its own.
	GradLogits, GradDeltas []float32

	// GT and IoU, if not empty, are the assignment of every anchor of every
	// image, made before (by a loader, say): the assigner is not asked.
	GT  []int32   // (images, anchors), label codes
	IoU []float32 // likewise

	// Hardness, if not empty, is the classification loss of every anchor of
	// every image, (images, anchors), for a sampler that mines by that alone: it
	// is not computed from Logits. See [Config.ReadsLogits].
	Hardness []float32

	// Regress, if not nil, is called before Deltas is read, with the rows of
	// it that will be: those of the sampled positives, image * anchors +
	// anchor. A head may fill them then, and no others, unless the strategy
	// needs them all before it samples (see [Config.ReadsAllDeltas]).
	Regress func(rows []int32)
}

// ReadsAllDeltas reports whether the assigner or the sampler looks at the boxes
// of all candidates, so that Deltas must be complete when Step is called.
func (c *Config) ReadsAllDeltas() bool {
	return c.Assigner.Needs()&anchors.NeedPredictions != 0 ||
		c.Sampler.Needs()&(sampling.NeedDecoded|sampling.NeedBoxHardness) != 0
}

// ReadsLogits reports whether the assigner or the sampler looks at the logits of
// all candidates, so that [Config.Targets] needs them; hardness alone says
// that Batch.Hardness serves as well.
func (c *Config) ReadsLogits() (reads, hardness bool) {
	needs := c.Sampler.Needs() & (sampling.NeedHardness | sampling.NeedGradient | sampling.NeedScore)
	predicts := c.Assigner.Needs()&anchors.NeedPredictions != 0
	hardness = needs == sampling.NeedHardness && c.Sampler.Needs()&sampling.NeedBoxHardness == 0 && !predicts
	return needs != 0 || predicts, hardness
}

// Work is the memory of a dense stage: it belongs to one goroutine and grows
// to the largest batch it has seen, after which a step allocates nothing.
type Work struct {
	// Threads is how many goroutines a step may use, over the images of its
	// batch and over parts of the loss; 0 and 1 are the caller's alone. The
	// result is the same to the bit, and each further goroutine costs a few
	// small allocations. The assigner, the sampler and the loss must be safe
	// for concurrent use, as those of this module are.
	Threads int

	// Exact asks for losses as [losses.Batch.Exact] has them.
	Exact bool

	images     []imageWork
	keys       []sampling.Key
	candidates []sampling.Candidates
	samples    []sampling.Sample
	draws      stage.Draws
	checked    *Config // found valid
	classes    int     // and to fit so many
	foreign    bool    // its assigner
	looked     bool    // at a head's output, for NaN
	batch      stage.Batch
	class      []int32   // (images, anchors)
	quality    []float32 // likewise, or empty
}

// imageWork is the memory of one image of a batch.
type imageWork struct {
	assignment anchors.Assignment
	evidence   stage.Evidence
	rows       losses.Batch
	view       anchors.Candidates
	padding    padding
}

// Step returns the loss of a batch and fills its gradients. It panics if the
// batch's lengths disagree, a ground truth is none (see [anchors.Truth]) or of
// no class of Classes, or the assigner needs what Anchors does not have, or its
// Grid contradicts its Box; in the
// first step of w if the configuration is not valid; and in the first of a run,
// whose key has Step 0 or 1, if the head's output holds NaN or Inf. What training
// lacked, a random key used again among it, is in the value's Balance.Scarcity,
// whose Warnings say it in words.
func (c *Config) Step(w *Work, b *Batch) losses.Value {
	c.begin(w, b.Classes, "rpn: Step")
	if b.GradLogits == nil {
		b.GradLogits = make([]float32, len(b.Logits))
	}
	if b.GradDeltas == nil {
		b.GradDeltas = make([]float32, len(b.Deltas))
	}
	b.check(c.Cls.Link().Columns(b.Classes))
	c.gather(w, b, "rpn: Step")
	w.checkNumbers(b, "rpn: Step")
	return w.batch.Eval(c.terms(), c.output(w, b))
}

// gather assigns, samples and hands what was sampled to the losses.
func (c *Config) gather(w *Work, b *Batch, function string) {
	n := len(b.Anchors.Box)
	c.checkImages(w, b, function)
	w.reset(b)
	if w.Threads > 1 {
		c.assignInParallel(w, b, function)
	} else {
		for i := range b.Images {
			c.assign(w, b, i, function)
		}
	}
	for i := range w.images[:len(b.Images)] {
		w.keepQuality(w.images[i].assignment.Quality, i, n*len(b.Images))
	}
	w.batch.Repeat(w.draws.Draw(c.Sampler, w.samples[:len(b.Images)], w.candidates, w.keys))
	var shapes []anchors.Grid
	if b.Anchors.Pyramid != nil {
		shapes = b.Anchors.Grid
	}
	for i := range b.Images {
		w.batch.Add(stage.Image{
			Candidates: b.Anchors.Box,
			Grid:       shapes,
			GT:         w.images[i].assignment.GT,
			Truth:      &b.Images[i].Truth,
			Sample:     &w.samples[i],
			Padding:    w.images[i].padding.left(n),
			Asked:      sampling.AskedPositives(c.Sampler),
		}, func(k int) int32 { return int32(i*n) + w.samples[i].Index[k] })
	}
	if b.Regress != nil {
		b.Regress(w.batch.Positives())
	}
}

// output is the head's output and where its gradients go.
func (c *Config) output(w *Work, b *Batch) stage.Output {
	return stage.Output{
		Class: w.class, Quality: w.quality,
		Logits: b.Logits, GradLogits: b.GradLogits, Columns: c.Cls.Link().Columns(b.Classes),
		Deltas: b.Deltas, GradDeltas: b.GradDeltas, BoxColumns: 4,
	}
}

// reset makes room for a batch.
func (w *Work) reset(b *Batch) {
	n := len(b.Images)
	w.images = reuse.Extend(w.images, n)
	w.samples = reuse.Extend(w.samples, n)
	w.candidates = reuse.Grow(w.candidates, n)
	w.keys = w.keys[:0]
	for i := range b.Images {
		key := b.Key
		key.Stage, key.Image = sampling.StageDense, b.Images[i].ID
		if b.Classes == 1 {
			key.Stage = sampling.StageRPN
		}
		w.keys = append(w.keys, key)
	}
	w.class, w.quality = reuse.Grow(w.class, n*len(b.Anchors.Box)), w.quality[:0]
	w.batch.Reset()
	w.batch.Threads, w.batch.Exact = w.Threads, w.Exact
}

// assignInParallel is assign of all images.
func (c *Config) assignInParallel(w *Work, b *Batch, function string) {
	parallel.For(w.Threads, len(b.Images), func(_, i int) { c.assign(w, b, i, function) })
}

// label labels the candidates of image i, and returns what the head says of it.
func (c *Config) label(w *Work, b *Batch, i int, function string) stage.Heads {
	m, image := &w.images[i], &b.Images[i]
	heads := stage.Heads{
		Classes: b.Classes, Candidates: b.Anchors.Box, Truth: &image.Truth,
		Logits: share(b.Logits, i, len(b.Images)), Deltas: share(b.Deltas, i, len(b.Images)), BoxColumns: 4,
		Exact: w.Exact,
	}
	m.view = b.Anchors
	m.padding.find(&b.Anchors, image)
	if gt := share(b.GT, i, len(b.Images)); len(gt) > 0 {
		m.assignment.Reset(len(gt))
		copy(m.assignment.GT, gt)
		copy(m.assignment.IoU, share(b.IoU, i, len(b.Images)))
		stage.CheckLabels(function, "GT", i, image.ID, &m.assignment, len(b.Anchors.Box), len(image.Truth.Box))
		m.padding.ignore(&m.assignment)
		return heads
	}
	if c.Assigner.Needs()&anchors.NeedPredictions != 0 {
		heads.Score, heads.Decoded = m.evidence.Scores(c.terms(), heads), m.evidence.Decoded(c.terms(), heads)
		m.view.Classes, m.view.Score, m.view.Decoded = b.Classes, heads.Score, heads.Decoded
	}
	if m.padding.none() {
		c.Assigner.Assign(&m.assignment, &m.view, &image.Truth)
	} else {
		m.padding.assign(c.Assigner, &m.assignment, &m.view, image)
	}
	if !w.looked || w.foreign {
		stage.CheckLabels(function, "the assigner", i, image.ID, &m.assignment, len(b.Anchors.Box), len(image.Truth.Box))
	}
	return heads
}

// assign labels the candidates of image i and gathers what the sampler needs.
func (c *Config) assign(w *Work, b *Batch, i int, function string) {
	n := len(b.Anchors.Box)
	m, image := &w.images[i], &b.Images[i]
	class := w.class[i*n : (i+1)*n]
	heads := c.label(w, b, i, function)
	classify(class, m.assignment.GT, image.Truth.Class, b.Classes)
	heads.Class, heads.GT, heads.IoU, heads.Quality = class, m.assignment.GT, m.assignment.IoU, m.assignment.Quality
	heads.Hardness = share(b.Hardness, i, len(b.Images))
	m.evidence.Fill(&w.candidates[i], c.Sampler.Needs(), c.terms(), heads, &m.rows)
}

// share returns the part of image i in what lies there for so many.
func share[T any](all []T, i, images int) []T {
	size := len(all) / images
	return all[i*size : (i+1)*size]
}

// keepQuality keeps the soft targets of image i; an assigner gives them for
// every image of a batch or for none.
func (w *Work) keepQuality(quality []float32, i, total int) {
	if len(quality) == 0 {
		return
	}
	w.quality = reuse.Grow(w.quality, total)
	copy(w.quality[i*len(quality):], quality)
}

// Losses visits every candidate that counted in the last Step: its class, or
// [anchors.Negative], and its weighted loss.
func (w *Work) Losses(visit func(class int32, loss float32)) { w.batch.Losses(visit) }

// Memory returns what the strategy's losses and normalisers remember between
// steps, nil where they remember nothing: a program that saves a run saves it
// too. A Work serves one run of one strategy.
func (w *Work) Memory() *losses.Memory { return w.batch.Memory() }

// classify turns indices of ground truths into classes.
func classify(class, gt, truth []int32, classes int) {
	for i, g := range gt {
		switch {
		case g < 0:
			class[i] = g
		case classes == 1:
			class[i] = 0
		default:
			class[i] = truth[g]
		}
	}
}
