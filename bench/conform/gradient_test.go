package conform

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/losses"
)

// byRow is a loss of one row that is wrong in some way.
type byRow struct {
	row func(grad, logits []float32, t losses.Target) float64
}

func (byRow) Link() losses.Link                                { return losses.Sigmoid }
func (l byRow) Eval(grad []float32, b *losses.Batch) float64   { return losses.EvalRows(l, grad, b) }
func (l byRow) Row(grad, x []float32, t losses.Target) float64 { return l.row(grad, x, t) }
func sigmoid(x float32) float64                                { return 1 / (1 + math.Exp(-float64(x))) }
func sign(t losses.Target, k int) (s float64) {
	return map[bool]float64{true: 1, false: -1}[t.Class == int32(k)]
}
func columns(of func(k int, m float64) (value, slope float64)) byRow {
	return byRow{func(grad, logits []float32, t losses.Target) (sum float64) {
		for k, x := range logits {
			s := sign(t, k)
			value, slope := of(k, s*float64(x))
			sum += value
			if grad != nil {
				grad[k] = float32(s * slope)
			}
		}
		return sum
	}}
}

// focal has the margin's loss (1-p)^2 NLL, and as a slope that of the logarithm alone
// where its weight is held.
func focal(m float64, hold bool) (value, slope float64) {
	p := 1 / (1 + math.Exp(-m))
	value, slope = -(1-p)*(1-p)*math.Log(p), -(1-p)*(1-p)*(1-p)
	if !hold {
		slope += 2 * (1 - p) * (1 - p) * p * math.Log(p)
	}
	return value, slope
}

// heldFocal says that its weight is held.
type heldFocal struct{ byRow }

func (l heldFocal) Eval(grad []float32, b *losses.Batch) float64 { return losses.EvalRows(l, grad, b) }

func (heldFocal) Held(logits []float32, t losses.Target) func([]float32) float64 {
	weight := make([]float64, len(logits))
	for k, x := range logits {
		p := sigmoid(float32(sign(t, k)) * x)
		weight[k] = (1 - p) * (1 - p)
	}
	return func(logits []float32) (sum float64) {
		for k, x := range logits {
			sum -= weight[k] * math.Log(sigmoid(float32(sign(t, k))*x))
		}
		return sum
	}
}

type heldAlike struct{ heldFocal }

func (l heldAlike) Eval(grad []float32, b *losses.Batch) float64 { return losses.EvalRows(l, grad, b) }
func (heldAlike) Held([]float32, losses.Target) func([]float32) float64 {
	return func([]float32) float64 { return 1 }
}

type heldOtherwise struct{ byRow }

func (heldOtherwise) Held(x []float32) func([]float32) float64 { return nil }

// ofBatch is a loss whose rows share a weight that it differentiates, or not.
type ofBatch struct{ forgets bool }

func (ofBatch) Link() losses.Link { return losses.Softmax }

func (l ofBatch) Eval(grad []float32, b *losses.Batch) float64 {
	var ce losses.SoftmaxCE
	value := ce.Eval(grad, b)
	by := 2 * value // of value squared
	if l.forgets {
		by = 1
	}
	for i := range grad {
		grad[i] *= float32(by)
	}
	for i := range b.Loss {
		b.Loss[i] *= float32(value)
	}
	return value * value
}

// embeds has a Row of its own beside the Eval of what it embeds.
type embeds struct{ losses.CE }

func (embeds) Row(grad, x []float32, t losses.Target) float64 {
	value := losses.CE{}.Row(grad, x, t)
	for k := range grad {
		grad[k] *= 2
	}
	return 2 * value
}

// unwrites leaves gradients as they are.
type unwrites struct{ losses.CE }

func (l unwrites) Eval(grad []float32, b *losses.Batch) float64 { return l.CE.Eval(nil, b) }

// allocates takes memory in every call.
type allocates struct{ losses.CE }

func (l allocates) Eval(grad []float32, b *losses.Batch) float64 {
	copy(grad, slices.Clone(grad))
	return l.CE.Eval(grad, b)
}

func TestAWrongGradientIsToldWithItsPlaceAndBothDerivatives(t *testing.T) {
	right := columns(func(_ int, m float64) (float64, float64) { return focal(m, false) })
	forgetful := columns(func(_ int, m float64) (float64, float64) { return focal(m, true) })
	hinge := func(slope float64) byRow {
		return columns(func(_ int, m float64) (float64, float64) {
			if m > 0.25 {
				return 0, 0
			}
			return 0.25 - m, slope
		})
	}
	for name, c := range map[string]struct {
		loss losses.Cls
		want string
	}{
		"right":                    {right, ""},
		"the weight is forgotten":  {forgetful, `^classification loss conform.byRow: row \d \(class -?\d, logits \[\S+( \S+)*\]\), column \d: the gradient is -?[\d.e-]+, and -?[\d.e-]+ by finite differences of the value; what it holds as a weight on purpose, a method Held says \(package conform\)$`},
		"and held on purpose":      {heldFocal{forgetful}, ""},
		"held, and differentiated": {heldFocal{right}, "by finite differences"},
		"held elsewhere":           {heldAlike{heldFocal{forgetful}}, `row 0 \(class -1\): Held gives [\d.]+ at the point that it is of, and the loss is`},
		"held in another way":      {heldOtherwise{right}, `its method Held is a func\(\[\]float32\) func\(\[\]float32\) float64: expected a func\(\[\]float32, losses.Target\)`},
		"a hinge":                  {hinge(-1), ""},
		"a hinge of another sign":  {hinge(1), `the gradient is -?[\d.]+, and -?[\d.]+ by finite differences`},
		"one percent off":          {columns(func(_ int, m float64) (float64, float64) { v, s := focal(m, false); return v, 1.01 * s }), "by finite differences"},
		"one column of many":       {columns(func(k int, m float64) (float64, float64) { v, s := focal(m, false); return v, s * float64(1-k/2) }), "column 2: the gradient is -?0, and"},
		"of noise":                 {columns(func(_ int, m float64) (float64, float64) { return math.Mod(1e5*m*m, 1), 0 }), "derivatives cannot be told by finite differences"},
		"a batch's":                {ofBatch{}, ""},
		"a batch's, forgotten":     {ofBatch{forgets: true}, "by finite differences"},
		"a row of its own":         {embeds{}, "what embeds a loss and has a Row of its own needs an Eval as well"},
		"nothing is written":       {unwrites{}, "Eval leaves the gradient of column 0 of row 0 unwritten"},
	} {
		if err := Cls(c.loss); c.want == "" {
			assert.NoError(t, err, name)
		} else if assert.Error(t, err, name) {
			assert.Regexp(t, c.want, err.Error(), name)
		}
	}
	err := Cls(allocates{})
	assert.ErrorIs(t, err, ErrAllocates)
	assert.EqualError(t, err, "classification loss conform.allocates: it allocates memory in every call, once warm as well, 1 times: losses.Scratch keeps memory in the Batch")
}

// ownBox is a box loss of the distance of a corner.
type ownBox struct {
	by    float64
	space losses.Space
}

func (l ownBox) Space() losses.Space { return l.space }

func (l ownBox) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	d := math.Hypot(float64(pred[0]-truth[0]), float64(pred[1]-truth[1]))
	if grad != nil {
		*grad = [4]float32{float32(l.by * float64(pred[0]-truth[0]) / d), float32(float64(pred[1]-truth[1]) / d)}
	}
	return d
}

// evaluator is a box loss whose batch is another matter than its rows.
type evaluator struct{ ownBox }

func (l evaluator) EvalBatch(grad []float32, b *losses.BoxBatch) (sum float64) {
	for i, r := range b.Rows {
		for k := range 4 {
			x := b.Deltas[4*int(r)+k]
			sum += float64(b.Weight[i]) * float64(x) * float64(x)
			if grad != nil {
				grad[4*int(r)+k] = b.Weight[i] * x // half of it
			}
		}
	}
	return sum
}

func TestAWrongGradientOfABoxIsToldToo(t *testing.T) {
	for _, space := range []losses.Space{losses.Deltas, losses.Decoded} {
		assert.NoError(t, Box(ownBox{1, space}))
		assert.Regexp(t, `^box loss conform.ownBox: prediction \[.*\], truth \[.*\], number 0 of the four: the gradient is -?[\d.e-]+, and -?[\d.e-]+ by finite`, Box(ownBox{0.5, space}).Error())
	}
	assert.ErrorContains(t, Box(evaluator{ownBox{1, losses.Deltas}}), "of a batch, delta")
}
