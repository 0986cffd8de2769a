package boxloss

import "math"

// Loss is a loss of package losses, or a step on the way to one.
type Loss int

// Parameters are those of a loss, 0 where it has fewer.
type Parameters [4]float64

// The losses, in the order of their kernels.
const (
	SmoothL1 Loss = iota // Beta
	Huber                // Delta
	balancedArguments
	BalancedL1 // Beta, Alpha, Gamma and exp(Gamma/Alpha) - 1
	IoULog
	IoULinear
	IoUSquare
	GIoU
	DIoU
	CIoU // FromIoU
	EIoU
	siouArguments
	SIoU        // with Theta 4
	ExtendedIoU // Smooth
	distances
	NWD // C
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
func Eval[B ~[4]float32](l Loss, value []float64, grad, pred, truth []B, p *Parameters) int {
	n := len(value)
	if n == 0 || !Vectors() {
		return 0
	}
	var more beside
	run := func(l Loss, n int) int {
		return rows(int(l), &value[0], &grad[0][0], &pred[0][0], &truth[0][0], &more[0][0], n, &p[0])
	}
	// each does that to as many rows of numbers beside the boxes.
	each := func(columns int, f func(float64) float64) {
		for k := range more[:columns] {
			for i, x := range more[k][:n] {
				more[k][i] = f(x)
			}
		}
	}
	switch l {
	case BalancedL1:
		n = run(balancedArguments, n)
		each(4, Log1p)
	case CIoU:
		for i := range n {
			more[0][i] = angle(truth[i]) - angle(pred[i])
		}
	case SIoU:
		n = run(siouArguments, n)
		each(4, math.Exp)
	case NWD:
		n = run(distances, n)
		for i, d := range more[0][:n] {
			more[1][i] = math.Exp(-d / p[0])
		}
	}
	if n > 0 {
		n = run(l, n)
	}
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
