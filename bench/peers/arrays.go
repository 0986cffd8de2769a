package main

import (
	"unsafe"

	"detsample/bench/dump"
)

// The functions below name tensors for [dump.Write].

func floats(name string, values []float32, shape ...int) dump.Array {
	if shape == nil {
		shape = []int{len(values)}
	}
	return dump.Array{Name: name, Shape: shape, Float: values}
}

func number(name string, v float64) dump.Array { return floats(name, []float32{float32(v)}) }

// quads names boxes or deltas, as a matrix of four columns.
func quads[Q ~[4]float32](name string, q []Q) dump.Array {
	return floats(name, flat(q), len(q), 4)
}

// flat returns the numbers of boxes or deltas, which lie in memory one after
// another.
func flat[Q ~[4]float32](q []Q) []float32 {
	if len(q) == 0 {
		return nil
	}
	return unsafe.Slice(&q[0][0], 4*len(q))
}

func integers[I ~int32 | ~int](name string, values []I) dump.Array {
	wide := make([]int64, len(values))
	for i, v := range values {
		wide[i] = int64(v)
	}
	return dump.Array{Name: name, Shape: []int{len(values)}, Int: wide}
}

const (
	boxBytes   = 4 * 4
	labelBytes = 4
	floatBytes = 4
)
