package main

import (
	"fmt"
	"math"

	"detsample/bench/dump"
	"detsample/losses"
)

// lossGoal is the least ratio of the faster of PyTorch eager and compiled to
// ours, and ceGoal that for cross entropy and the focal loss.
const lossGoal, ceGoal = 3, 5

// shelfLoss is a loss of the shelf and the function that computes it in
// PyTorch.
type shelfLoss struct {
	name, call string
	loss       losses.Cls
	mmdet      bool // beside mmdetection's too
	goal       float64
}

func sigmoidShelf(count []float64) []shelfLoss {
	return []shelfLoss{
		{"alpha-balanced CE", "alpha_ce", losses.AlphaCE{Alpha: 0.75}, false, ceGoal},
		{"quality focal", "quality_focal", losses.QualityFocal{Beta: 2}, true, lossGoal},
		{"varifocal", "varifocal", losses.NewVarifocal(0.75, 2), true, lossGoal},
		{"gaussian focal", "gaussian_focal", losses.GaussianFocal{Alpha: 2, Gamma: 4}, true, lossGoal},
		{"linear focal", "linear_focal", losses.LinearFocal{Gamma: 2, Beta: 1}, false, lossGoal},
		{"asymmetric", "asymmetric", losses.Asymmetric{GammaNeg: 4, GammaPos: 1, Clip: 0.05}, false, lossGoal},
		{"GHM-C", "ghm_c", losses.GHMC{Bins: 10}, true, lossGoal},
		{"EQLv2", "eqlv2", losses.EQLv2{Gamma: 12, Mu: 0.8, Alpha: 4}, false, lossGoal},
		{"equalized focal", "equalized_focal", losses.EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8}, false, lossGoal},
		{"class-balanced focal", "class_balanced", losses.ClassBalanced{Effective: losses.Effective{Beta: 0.9999, Count: count}, Gamma: 2}, false, lossGoal},
	}
}

func softmaxShelf(count []float64) []shelfLoss {
	return []shelfLoss{
		{"softmax alpha-balanced CE", "softmax_alpha_ce", losses.SoftmaxAlphaCE{Alpha: 0.75}, false, ceGoal},
		{"softmax focal", "softmax_focal", losses.NewSoftmaxFocal(0.25, 2), false, ceGoal},
		{"softmax class-balanced focal", "softmax_class_balanced", losses.SoftmaxClassBalanced{Effective: losses.Effective{Beta: 0.9999, Count: count}, Gamma: 2}, false, lossGoal},
		{"label smoothing", "label_smoothing", losses.LabelSmoothing{Epsilon: 0.1}, false, lossGoal},
		{"bootstrapped CE, soft", "bootstrapped_soft", losses.Bootstrapped{Beta: 0.95}, false, lossGoal},
		{"bootstrapped CE, hard", "bootstrapped_hard", losses.Bootstrapped{Beta: 0.8, Hard: true}, false, lossGoal},
		{"seesaw", "seesaw", losses.Seesaw{P: 0.8, Q: 2, Epsilon: 0.01}, false, lossGoal},
	}
}

// rare are the losses for many classes, which LVIS's 1203 are for.
var rare = map[string]bool{"eqlv2": true, "equalized_focal": true, "class_balanced": true, "seesaw": true, "softmax_class_balanced": true}

// oneClass are the losses that a head without classes is trained by.
var oneClass = map[string]bool{"quality_focal": true, "varifocal": true, "ghm_c": true}

// fewClasses are the losses that are measured with ten classes too.
var fewClasses = map[string]bool{"softmax_focal": true, "label_smoothing": true, "bootstrapped_soft": true, "bootstrapped_hard": true}

// shelfOperations are the value and the gradient of the losses beside cross
// entropy and the focal loss.
func shelfOperations(s sizes) []operation {
	many, some := s.of(200_000), s.of(21_000)
	var all []operation
	add := func(l shelfLoss, rows, classes int) {
		peer, modules := "PyTorch", torch
		if l.mmdet {
			peer, modules = "mmdetection, PyTorch", openmmlab
		}
		columns := classes
		if l.loss.Link() == losses.Softmax {
			columns++
		}
		all = append(all, operation{
			name: l.name + ", value and gradient", size: fmt.Sprintf("%dk x %d", rows/1000, columns), peer: peer, modules: modules, goal: l.goal,
			build: func(string) (*problem, error) {
				return shelfProblem("shelf."+l.call, l.loss, rows, columns, classes), nil
			},
		})
	}
	for _, l := range append(sigmoidShelf(counts(80)), softmaxShelf(counts(80))...) {
		add(l, many, 80)
		if fewClasses[l.call] {
			add(l, s.of(20_000), 10)
		}
		if oneClass[l.call] {
			add(l, many, 1)
		}
	}
	for _, l := range append(sigmoidShelf(counts(1203)), softmaxShelf(counts(1203))...) {
		if rare[l.call] {
			add(l, some, 1203)
		}
	}
	return append(all, distributionFocal(s.of(4000)))
}

// counts are the training examples of as many classes, from frequent to rare.
func counts(classes int) []float64 {
	c := make([]float64, classes)
	for k := range c {
		c[k] = float64(1 + 100_000/(1+k*k))
	}
	return c
}

// shelfProblem is a loss over rows of logits, one row in a thousand of which
// is of a class, with a quality. A loss with a memory goes on from that of one
// batch before, every time.
func shelfProblem(call string, loss losses.Cls, rows, columns, classes int) *problem {
	p := lossProblem(call, loss, rows, columns)
	logits, class := p.inputs[0].Float, make([]int32, rows)
	if l, harmonised := loss.(losses.GHMC); harmonised {
		leaveEdges(logits, l.Bins)
	}
	quality := make([]float32, rows)
	rng := newRand(21)
	for i, c := range p.inputs[1].Int {
		class[i], quality[i] = int32(c), 1
		if c >= 0 && rng.IntN(4) > 0 { // or the peak of a heat map
			quality[i] = 0.25 + 0.5*rng.Float32()
		}
	}
	batch := func() *losses.Batch {
		return &losses.Batch{Logits: logits, Columns: columns, Class: class, Quality: quality}
	}
	grad, before := make([]float32, len(logits)), batch()
	before.State = losses.NewState(loss, columns)
	loss.Eval(grad, before)
	p.inputs = append(p.inputs, floats("quality", quality), floats("state", narrow(before.State)), floats("count", narrow(counts(classes))))
	p.ours = func() side {
		grad, b := make([]float32, len(logits)), batch()
		b.State = make([]float64, len(before.State))
		if len(before.State) == 0 {
			b.State = nil
		}
		return valueAndGradient(grad, func() float64 {
			copy(b.State, before.State)
			return loss.Eval(grad, b)
		})
	}
	return p
}

// leaveEdges moves the logits whose probability lies within a millionth of an edge
// of GHM's bins. A bin's weight is another than its neighbour's, so that a
// gradient there is what rounding makes of it: mmdetection's probability of
// 0.84729761 is the edge 0.7 in float32, where it is less by 5e-8, and of 16
// million logits one made the gradients 6% apart.
func leaveEdges(logits []float32, bins int) {
	for i, x := range logits {
		at := float64(bins) / (1 + math.Exp(-float64(x)))
		if edge := math.Round(at); math.Abs(at-edge) < 1e-6*float64(bins) && edge > 0 && edge < float64(bins) {
			logits[i] = x + 1e-4
		}
	}
}

func narrow(values []float64) []float32 {
	n := make([]float32, len(values))
	for i, v := range values {
		n[i] = float32(v)
	}
	return n
}

// distributionFocal is the distribution focal loss of sides, four for each
// positive.
func distributionFocal(sides int) operation {
	return operation{
		name: "distribution focal, value and gradient", size: fmt.Sprintf("%d sides x 17", sides), peer: "mmdetection, PyTorch", modules: openmmlab, goal: lossGoal,
		build: func(string) (*problem, error) {
			const bins = 16
			rng := newRand(22)
			logits, distance := normals(rng, sides*(bins+1), 0, 2), make([]float32, sides)
			for i := range distance {
				distance[i] = 0.999 * bins * rng.Float32()
			}
			return &problem{
				inputs: []dump.Array{floats("logits", logits, sides, bins+1), floats("distance", distance)},
				call:   "shelf.distribution_focal",
				ours: func() side {
					grad, loss := make([]float32, len(logits)), losses.DistributionFocal{Bins: bins}
					return valueAndGradient(grad, func() float64 { return loss.Eval(grad, logits, distance, nil) })
				},
				checks: []check{within(1e-4, "value"), within(1e-5, "gradient")},
				bytes:  float64(2*len(logits)) * floatBytes,
			}, nil
		},
	}
}
