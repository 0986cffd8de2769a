package simd

import "fmt"

// rows returns how many rows of len(columns) elements x has.
func rows(operation string, x, columns []float32) int {
	if len(columns) == 0 && len(x) > 0 || len(columns) > 0 && len(x)%len(columns) != 0 {
		panic(fmt.Sprintf("simd: %s: %d elements in rows of %d", operation, len(x), len(columns)))
	}
	return len(x) / max(1, len(columns))
}

// AddBias adds bias to every row of x, a row-major matrix of len(bias) columns. It panics if x is not whole rows.
func AddBias(x, bias []float32) {
	rows := rows("AddBias", x, bias)
	n := addBiasVectors(x, rows, bias)
	if n == len(bias) {
		return
	}
	for i := range rows {
		row := x[i*len(bias) : (i+1)*len(bias)]
		for j := n; j < len(row); j++ {
			row[j] += bias[j]
		}
	}
}

// ReLUBias adds bias to every row of x, a row-major matrix of len(bias) columns, and takes the rectified linear unit:
// x = max(0, x+bias). NaN stays NaN. It panics if x is not whole rows.
func ReLUBias(x, bias []float32) {
	rows := rows("ReLUBias", x, bias)
	n := reluBiasVectors(x, rows, bias)
	if n == len(bias) {
		return
	}
	for i := range rows {
		row := x[i*len(bias) : (i+1)*len(bias)]
		for j := n; j < len(row); j++ {
			y := row[j] + bias[j]
			if y < 0 {
				y = 0
			}
			row[j] = y
		}
	}
}

// AddColSums adds the column sums of x, a row-major matrix of len(dst) columns, to dst: the gradient by a bias. The rows
// are added one after the other, from the first. It panics if x is not whole rows.
func AddColSums(dst, x []float32) {
	rows := rows("AddColSums", x, dst)
	n := addColSumsVectors(dst, x, rows)
	if n == len(dst) {
		return
	}
	for i := range rows {
		row := x[i*len(dst) : (i+1)*len(dst)]
		for j := n; j < len(row); j++ {
			dst[j] += row[j]
		}
	}
}

// RaiseToColumns raises dst to the largest of each column of x, a matrix whose rows of len(dst) elements are stride apart;
// NaN raises nothing. It panics if x does not begin and end with a row.
func RaiseToColumns(dst, x []float32, stride int) {
	rows := 0
	if len(x) > 0 {
		rows = 1 + (len(x)-len(dst))/max(1, stride)
	}
	if len(dst) > stride || rows > 0 && len(x) != (rows-1)*stride+len(dst) {
		panic(fmt.Sprintf("simd: RaiseToColumns: %d elements in rows of %d, %d apart", len(x), len(dst), stride))
	}
	for j := raiseToColumnsVectors(dst, x, stride, rows); j < len(dst); j++ {
		largest := dst[j]
		for i := j; i < len(x); i += stride {
			if x[i] > largest {
				largest = x[i]
			}
		}
		dst[j] = largest
	}
}
