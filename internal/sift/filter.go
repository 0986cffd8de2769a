package sift

import (
	"fmt"

	"detsample/internal/reuse"
)

// Labels is an interval of label codes, both ends included.
type Labels struct{ Low, High int32 }

// span is the interval's length, such that x is inside where x-Low, as an
// unsigned number, is at most span.
func (l Labels) span() int32 { return l.High - l.Low }

// Labelled returns, in dst's memory, the indices of the labels inside the
// interval, ascending.
func Labelled(dst, label []int32, in Labels) []int32 {
	dst = reuse.Grow(dst, len(label))
	found, done := labelledVectors(dst, label, in)
	span := uint32(in.span())
	for i := done; i < len(label); i++ {
		dst[found] = int32(i)
		if uint32(label[i]-in.Low) <= span {
			found++
		}
	}
	return dst[:found]
}

// Above returns, in dst's memory, the indices of the values that are not below
// least and whose label is inside the interval, ascending. NaN is not below
// anything. Without labels (nil) all count. It panics if there are labels but
// not as many as values.
func Above(dst []int32, value []float32, label []int32, in Labels, least float32) []int32 {
	dst = reuse.Grow(dst, len(value))
	if label == nil {
		return dst[:above(dst, value, least)]
	}
	if len(label) != len(value) {
		panic(fmt.Sprintf("sift: Above: %d values and %d labels", len(value), len(label)))
	}
	return dst[:labelledAbove(dst, value, label, in, least)]
}

func above(dst []int32, value []float32, least float32) int {
	found, done := aboveVectors(dst, value, least)
	for i := done; i < len(value); i++ {
		dst[found] = int32(i)
		if !(value[i] < least) {
			found++
		}
	}
	return found
}

func labelledAbove(dst []int32, value []float32, label []int32, in Labels, least float32) int {
	found, done := labelledAboveVectors(dst, value, label, in, least)
	label, span := label[:len(value)], uint32(in.span())
	for i := done; i < len(value); i++ {
		if !(value[i] < least) && uint32(label[i]-in.Low) <= span {
			dst[found] = int32(i)
			found++
		}
	}
	return found
}
