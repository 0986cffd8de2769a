//go:build amd64 && !purego

package sgemm

import "golang.org/x/sys/cpu"

// native returns the assembly engines this CPU and its operating system allow, the widest first.
func native() []engine {
	var found []engine
	// The cpu package sets AVX512 only if the operating system saves the registers.
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
		f := &family{lanes: 16, rows: 12, narrow: avx512x16, wide: avx512x32, transpose: transpose8}
		found = append(found, engine{"avx512", f.sgemm})
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		f := &family{lanes: 8, rows: 6, narrow: avx2x8, wide: avx2x16, transpose: transpose8}
		found = append(found, engine{"avx2", f.sgemm})
	}
	return found
}
