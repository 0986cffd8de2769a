package losses_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/losses"
)

// Three easy negatives, one hard one and a positive: under cross entropy the
// easy ones have a say, under focal loss hardly.
func ExampleFocal() {
	batch := losses.Batch{
		Logits:  []float32{-3, -3, -3, 1, 0.5},
		Columns: 1,
		Class:   []int32{anchors.Negative, anchors.Negative, anchors.Negative, anchors.Negative, 0},
		Loss:    make([]float32, 5),
	}
	grad := make([]float32, 5)
	for _, loss := range []losses.Cls{losses.CE{}, losses.Focal{Alpha: 0.25, Gamma: 2}} {
		value := loss.Eval(grad, &batch)
		fmt.Printf("%.4f = %.4f\n  gradient %.4f\n", value, batch.Loss, grad)
	}
	// Output:
	// 1.9331 = [0.0486 0.0486 0.0486 1.3133 0.4741]
	//   gradient [0.0474 0.0474 0.0474 0.7311 -0.3775]
	// 0.5435 = [0.0001 0.0001 0.0001 0.5264 0.0169]
	//   gradient [0.0002 0.0002 0.0002 0.5762 -0.0345]
}

// cubed is a loss of one's own: the wrong answer's probability to the power of
// three.
type cubed struct{}

func cube[F float32 | float64](m losses.Margins[F]) {
	for i, q := range m.Wrong {
		m.Loss[i], m.Slope[i] = q*q*q, 3*q*q*q*m.Right[i]
	}
}

func (cubed) Link() losses.Link                             { return losses.Sigmoid }
func (cubed) Margins(m losses.Margins[float32])             { cube(m) }
func (cubed) ExactMargins(m losses.Margins[float64])        { cube(m) }
func (l cubed) Eval(g []float32, b *losses.Batch) float64   { return losses.EvalMargins(l, g, b) }
func (l cubed) Row(g, x []float32, t losses.Target) float64 { return losses.MarginRow(l, g, x, t) }

// A loss of one's own is a function of many columns.
func ExampleEvalMargins() {
	batch := losses.Batch{Logits: []float32{-3, 1, 0.5}, Columns: 1, Class: []int32{anchors.Negative, anchors.Negative, 0}}
	grad := make([]float32, 3)
	fmt.Printf("%.4f, gradient %.4f\n", cubed{}.Eval(grad, &batch), grad)
	// Output: 0.4446, gradient [0.0003 0.3152 -0.1005]
}

// A decoded box around its ground truth should shrink, and stay where it is.
func ExampleEvalBox() {
	candidate := anchors.Box{0, 0, 20, 10}
	batch := losses.BoxBatch{
		Deltas: []float32{0, 0, 0, 0}, Columns: 4,
		Rows:   []int32{0},
		Anchor: []anchors.Box{candidate},
		Truth:  []anchors.Box{{5, 2, 15, 8}},
		Weight: []float32{1},
		Coder:  anchors.NewCoder(1, 1, 1, 1),
	}
	grad := make([]float32, 4)
	fmt.Printf("%.2f %.2f\n", losses.EvalBox(losses.GIoU{}, grad, &batch), grad)
	// Output: 0.70 [0.00 0.00 0.30 0.30]
}
