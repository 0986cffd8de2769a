package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
)

// carlBatch is n positives of random classes and boxes.
func carlBatch(rng *rand.Rand, link Link, n int) (*Batch, *BoxBatch) {
	box := boxBatch(rng, 4, n)
	box.Slot = nil
	cls := &Batch{Columns: link.Columns(classes), Class: make([]int32, n)}
	for range n * cls.Columns {
		cls.Logits = append(cls.Logits, float32(rng.NormFloat64()))
	}
	for i := range cls.Class {
		cls.Class[i] = rng.Int32N(classes)
	}
	return cls, box
}

func TestCARLGradientIsThatOfItsValueByLogitsAndDeltas(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, link := range []Link{Sigmoid, Softmax} {
		cls, box := carlBatch(rng, link, 12)
		box.Weight[2] = 0
		c := CARL{Weight: 1.5, K: 2, Bias: 0.3}
		var w CARLWork
		at := func(gradLogits, gradDeltas []float32) float64 {
			return c.Add(&w, gradLogits, gradDeltas, link, cls, SmoothL1{Beta: 0.5}, box)
		}
		room := func() ([]float32, []float32) {
			return make([]float32, len(cls.Logits)), make([]float32, len(box.Deltas))
		}
		gradLogits, gradDeltas := room()
		at(gradLogits, gradDeltas)
		for values, grad := range map[*[]float32][]float32{&cls.Logits: gradLogits, &box.Deltas: gradDeltas} {
			for i, x := range *values {
				const h = 1.0 / 512
				(*values)[i] = x + h
				slope := at(room())
				(*values)[i] = x - h
				slope = (slope - at(room())) / (float64(x+h) - float64(x-h))
				(*values)[i] = x
				require.InDelta(t, slope, float64(grad[i]), 1e-4+1e-3*math.Abs(slope), "%v %d", link, i)
			}
		}
	}
}

func TestCARLIsMmdetections(t *testing.T) {
	var golden struct {
		Logits []float32
		Class  []int32
		Cases  map[string]struct {
			Loss, Grad []float64
			GradLogits []float64 `json:"grad_logits"`
		}
	}
	readBoxGolden(t, "boxes_carl.json.gz", &golden)
	deltas := readDeltas(t)
	n := len(golden.Class)
	for _, link := range []Link{Sigmoid, Softmax} {
		want := golden.Cases[link.String()]
		cls := &Batch{Columns: link.Columns(3), Class: golden.Class}
		for r := range n {
			cls.Logits = append(cls.Logits, golden.Logits[4*r:4*r+cls.Columns]...)
		}
		// Pred and truth are multiples of 1/256 apart: their difference is exact.
		box := errorBatch(deltas.Pred, deltas.Truth, nil)
		gradLogits, gradDeltas := make([]float32, len(cls.Logits)), make([]float32, len(box.Deltas))
		value := NewCARL().Add(&CARLWork{}, gradLogits, gradDeltas, link, cls, SmoothL1{Beta: 1}, box)
		count := float64(n) // what the peer divides by
		assert.InEpsilon(t, want.Loss[0], value/count, 1e-6)
		for i, g := range want.Grad {
			require.InDelta(t, g, float64(gradDeltas[i])/count, 1e-10+1e-5*math.Abs(g), "%v delta %d", link, i)
		}
		for i, g := range want.GradLogits {
			require.InDelta(t, g, float64(gradLogits[i])/count, 1e-10+1e-5*math.Abs(g), "%v logit %d", link, i)
		}
	}
}

// carlSlopes is the derivative of the term by each logit: of a few positives whose
// box losses are given, with every sum of exponentials taken without the largest.
func carlSlopes(c CARL, link Link, cls *Batch, loss []float64) (slopes []dual) {
	share := func(r, varies int) dual {
		x := make([]float64, cls.Columns)
		for k, v := range cls.row(r) {
			x[k] = float64(v)
		}
		class := cls.Class[r]
		logP := duals(x, varies)[class].by(-1).softplus().by(-1)
		if link == Softmax {
			logP = logSoftmaxOf(duals(x, varies))[class]
		}
		return logP.exp().by(1 - c.Bias).add(c.Bias).sizePow(c.K)
	}
	n, sum, total := float64(len(loss)), 0.0, 0.0
	for r, l := range loss {
		v := share(r, -1).v
		sum, total = sum+v, total+v*l
	}
	for r, l := range loss {
		for k := range cls.Columns {
			v := share(r, k).by(c.Weight * n / sum)
			slopes = append(slopes, v.by(l).minus(v.by(total/sum)))
		}
	}
	return slopes
}

// Where a positive is nearly sure, a difference of 1 and its probability would
// leave nothing of a gradient.
func TestCARLGradientByLogitsAgreesWithFloat64ToTwoInAMillion(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	pred := []float32{0.1, 0, 0, 0, 2, 0.3, 0, 0, 0, 0.7, 0, 1}
	box, l := errorBatch(pred, make([]float32, len(pred)), nil), SmoothL1{Beta: 1}
	loss := make([]float64, len(box.Rows))
	for i := range loss {
		loss[i] = l.Row(nil, [4]float32(pred[4*i:]), [4]float32{})
	}
	for _, link := range []Link{Sigmoid, Softmax} {
		for _, c := range []CARL{NewCARL(), {Weight: 1.5, K: 2, Bias: 0.3}} {
			for step := -80 * 4; step <= 80*4; step++ {
				cls := &Batch{Columns: link.Columns(classes), Class: make([]int32, len(loss))}
				for r := range cls.Class {
					cls.Class[r] = rng.Int32N(classes)
					for range cls.Columns {
						cls.Logits = append(cls.Logits, 3*(2*rng.Float32()-1))
					}
					cls.row(r)[cls.Class[r]] = float32(step)/4 + rng.Float32()/4
				}
				grad := make([]float32, len(cls.Logits))
				c.Add(&CARLWork{}, grad, make([]float32, len(pred)), link, cls, l, box)
				largest, _ := worst(carlSlopes(c, link, cls, loss), grad)
				require.LessOrEqual(t, largest, largestError, "%v, logits %v of classes %v", link, cls.Logits, cls.Class)
			}
		}
	}
}

func TestCARLWithPowerZeroIsTheBoxLossAgain(t *testing.T) {
	cls, box := carlBatch(rand.New(rand.NewPCG(3, 4)), Sigmoid, 9)
	gradLogits, gradDeltas := make([]float32, len(cls.Logits)), make([]float32, len(box.Deltas))
	plain := make([]float32, len(box.Deltas))
	value := CARL{Weight: 1, K: 0, Bias: 0.2}.Add(&CARLWork{}, gradLogits, gradDeltas, Sigmoid, cls, GIoU{}, box)
	assert.InEpsilon(t, EvalBox(GIoU{}, plain, box), value, 1e-12)
	assert.InDeltaSlice(t, plain, gradDeltas, 1e-7)
	assert.Equal(t, make([]float32, len(gradLogits)), gradLogits)
}

func TestCARLRaisesTheScoreOfTheBetterBox(t *testing.T) {
	cls := &Batch{Logits: []float32{0, 0}, Columns: 1, Class: []int32{0, 0}}
	box := errorBatch([]float32{0.1, 0, 0, 0, 2, 0, 0, 0}, make([]float32, 8), nil)
	gradLogits := make([]float32, 2)
	NewCARL().Add(&CARLWork{}, gradLogits, make([]float32, 8), Sigmoid, cls, SmoothL1{Beta: 1}, box)
	assert.Negative(t, gradLogits[0], "descending raises the better one")
	assert.Positive(t, gradLogits[1])
}

func TestCARLAddsToWhatIsThereAndStaysOffTheHeap(t *testing.T) {
	cls, box := carlBatch(rand.New(rand.NewPCG(5, 6)), Softmax, 60)
	var w CARLWork
	once, onceBox := make([]float32, len(cls.Logits)), make([]float32, len(box.Deltas))
	NewCARL().Add(&w, once, onceBox, Softmax, cls, GIoU{}, box)
	logits, deltas := make([]float32, len(once)), make([]float32, len(onceBox))
	logits[0], deltas[0] = 3, 5
	var l Box = GIoU{}
	NewCARL().Add(&w, logits, deltas, Softmax, cls, l, box)
	assert.InDelta(t, 3+once[0], logits[0], 1e-6)
	assert.InDelta(t, 5+onceBox[0], deltas[0], 1e-6)
	c := NewCARL()
	assert.Zero(t, testing.AllocsPerRun(5, func() { c.Add(&w, logits, deltas, Softmax, cls, l, box) }))
}

func TestCARLWithoutPositivesIsZero(t *testing.T) {
	assert.Zero(t, NewCARL().Add(&CARLWork{}, nil, nil, Sigmoid, &Batch{Columns: 1}, GIoU{}, &BoxBatch{Columns: 4}))
	assert.ErrorContains(t, registry.Check(CARL{}), "bias is 0")
}
