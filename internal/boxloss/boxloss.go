package boxloss

import "math"

// Loss is a loss of package losses, or a step on the way to one. Some have a
// parameter.
type Loss int

// The losses, in the order of their kernels.
const (
	SmoothL1 Loss = iota // parameter Beta
	Huber                // parameter Delta
	IoULog
	IoULinear
	IoUSquare
	GIoU
	DIoU
	CIoU // parameter FromIoU
	EIoU
	siouArguments
	SIoU        // with Theta 4
	ExtendedIoU // parameter Smooth
	distances
	NWD // parameter C
)

// Block is the most rows of a call, and Lanes the most in a vector: of the rows
// after those that a call has done, no more than Lanes need the code for one row.
const (
	Block = 64
	Lanes = 8
)

// beside are numbers of each row beside its boxes.
type beside [4][Block]float64

// Eval evaluates the first of the rows, value and gradient by pred, and returns
// how many: as many as the vector code is certain of, 0 where there is none. The
// slices are as long as one another, a multiple of Lanes up to Block.
func Eval[B ~[4]float32](l Loss, value []float64, grad, pred, truth []B, parameter float64) int {
	n := len(value)
	if n == 0 || !Vectors() {
		return 0
	}
	var more beside
	run := func(l Loss, n int) int {
		return rows(int(l), &value[0], &grad[0][0], &pred[0][0], &truth[0][0], &more[0][0], n, &parameter)
	}
	switch l {
	case CIoU:
		for i := range n {
			more[0][i] = angle(truth[i]) - angle(pred[i])
		}
	case SIoU:
		if n = run(siouArguments, n); n == 0 {
			return 0
		}
		for k := range more {
			for i, x := range more[k][:n] {
				more[k][i] = math.Exp(x)
			}
		}
	case NWD:
		if n = run(distances, n); n == 0 {
			return 0
		}
		for i, d := range more[0][:n] {
			more[1][i] = math.Exp(-d / parameter)
		}
	}
	n = run(l, n)
	if l == IoULog {
		for i, iou := range value[:n] {
			value[i] = -math.Log(iou)
		}
	}
	return n
}

// angle is that of a box's diagonal with the vertical.
func angle[B ~[4]float32](b B) float64 {
	return math.Atan2(float64(b[2])-float64(b[0]), float64(b[3])-float64(b[1]))
}
