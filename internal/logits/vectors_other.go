//go:build !amd64 || purego

package logits

func sigmoidRowsVector(_, _ []float32, _, _ int, _ []SigmoidRow, _ Focus) bool { return false }

func sigmoidEachVector(_, _, _, _ []float32, _ Focus) bool { return false }

func softmaxRowsVector(_, _ []float32, _ int, _ []SoftmaxRow, _ Spread, _ []float32) bool {
	return false
}

func softmaxValuesVector(_, _, _, _, _ []float32) bool { return false }

func scaleRowsVector(_, _ []float32, _ int, _ []SoftmaxRow) bool { return false }

func leanRowsVector(_, _, _ []float32, _ int, _ []SoftmaxRow) bool { return false }

func magnitudeVector(_ []float32) (float32, bool) { return 0, false }

func sumVector(_ []float32) (float32, bool) { return 0, false }

func likelihoodsVector(_, _ []float64, _ []float32) bool { return false }

func logsOnePlusVector(_, _ []float64) bool { return false }

func sigmoidSizesVector(_ []float32, _ int, _ []SigmoidRow, _ Focus) bool { return false }

func sizesEachVector(_, _ []float32, _ []int32, _, _ float32, _ Focus) bool { return false }

func squareRowsVector(_ []float32, _ int, _ []SoftmaxRow) bool { return false }

func leanSquareRowsVector(_, _ []float32, _ int, _ []SoftmaxRow) bool { return false }

func squaresVector(_ []float32) (float32, bool) { return 0, false }
