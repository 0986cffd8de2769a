//go:build amd64 && !purego

package sift

import "golang.org/x/sys/cpu"

// Tests set these to false for the narrower code and the portable twin.
var (
	useAVX2   = cpu.X86.HasAVX2 && cpu.X86.HasBMI1
	useAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasPOPCNT
)

// whole returns the elements of n that are in whole vectors, 0 where there are
// no vectors.
func whole(n int) int {
	switch {
	case useAVX512:
		return n &^ 15
	case useAVX2:
		return n &^ 7
	}
	return 0
}

// The functions below filter the elements that are in whole vectors, and
// return how many they found among how many.

func labelledVectors(dst, label []int32, in Labels) (found, done int) {
	done = whole(len(label))
	switch {
	case done == 0:
	case useAVX512:
		found = labelledAVX512(&dst[0], &label[0], done, in.Low, in.span())
	default:
		found = labelledAVX2(&dst[0], &label[0], done, in.Low, in.span())
	}
	return found, done
}

func aboveVectors(dst []int32, value []float32, least float32) (found, done int) {
	done = whole(len(value))
	switch {
	case done == 0:
	case useAVX512:
		found = aboveAVX512(&dst[0], &value[0], done, least)
	default:
		found = aboveAVX2(&dst[0], &value[0], done, least)
	}
	return found, done
}

func labelledAboveVectors(dst []int32, value []float32, label []int32, in Labels, least float32) (found, done int) {
	done = whole(len(value))
	switch {
	case done == 0:
	case useAVX512:
		found = labelledAboveAVX512(&dst[0], &label[0], &value[0], done, in.Low, in.span(), least)
	default:
		found = labelledAboveAVX2(&dst[0], &label[0], &value[0], done, in.Low, in.span(), least)
	}
	return found, done
}
