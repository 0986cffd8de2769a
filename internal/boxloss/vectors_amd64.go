//go:build amd64 && !purego

package boxloss

import "golang.org/x/sys/cpu"

// Tests set these to false for the narrower code and the code for one row.
var (
	useAVX2   = cpu.X86.HasAVX2
	useAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL
)

// Vectors reports whether there is vector code.
func Vectors() bool { return useAVX2 || useAVX512 }

func rows(kernel int, value *float64, grad, pred, truth *float32, more *float64, n int, parameter *float64) int {
	if useAVX512 {
		return rowsAVX512(kernel, value, grad, pred, truth, more, n, parameter)
	}
	return rowsAVX2(kernel, value, grad, pred, truth, more, n, parameter)
}
