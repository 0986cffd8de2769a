package main

import (
	"time"

	"golang.org/x/sys/cpu"
)

// copyBandwidth returns how many bytes a thread reads and writes in a second
// when it copies memory that no cache holds: the best of several copies.
func copyBandwidth() float64 {
	const size, times = 256 << 20, 8
	from, to := make([]byte, size), make([]byte, size)
	for i := range from {
		from[i] = byte(i)
	}
	copy(to, from)
	best := 0.0
	for range times {
		start := time.Now()
		copy(to, from)
		best = max(best, 2*size/time.Since(start).Seconds())
	}
	return best
}

// vectors names the widest vector instructions that the processor has, of
// those that the kernels use.
func vectors() string {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL:
		return "AVX-512"
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return "AVX2"
	}
	return "none"
}
