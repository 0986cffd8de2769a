//go:build !amd64 || purego

package simd

var useAVX, useAVX512 = false, false

func addVectors(dst, src []float32) int                            { return 0 }
func reluBackwardVectors(grad, out []float32) int                  { return 0 }
func addBiasVectors(x []float32, rows int, bias []float32) int     { return 0 }
func reluBiasVectors(x []float32, rows int, bias []float32) int    { return 0 }
func addColSumsVectors(dst, x []float32, rows int) int             { return 0 }
func raiseToColumnsVectors(dst, x []float32, stride, rows int) int { return 0 }
func adamVectors(value, m, v, grad []float32, s AdamStep) int      { return 0 }

func gatherVectors(bins []float32, m Map, rows, columns Axis) int  { return 0 }
func scatterVectors(m Map, bins []float32, rows, columns Axis) int { return 0 }
