//go:build amd64 && !purego

package sgemm

import "golang.org/x/sys/cpu"

// native returns the assembly engines this CPU and its operating system allow, the widest first.
func native() []engine {
	var found []engine
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	tiles := []tile{{from: 9, columns: 16, rows: 6, lanes: 8, update: avx2x16}, {from: 1, columns: 8, rows: 12, lanes: 8, update: avx2x8}}
	found = append(found, engine{"avx2", (&blocked{tiles, transpose8}).sgemm})
	// Package cpu sets AVX512 only where the operating system saves the registers.
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
		// Sixteen columns feed one 512-bit vector a row, less work than its broadcast: AVX2's kernel is as fast or faster.
		wide := append([]tile{{from: 25, columns: 32, rows: 12, lanes: 16, update: avx512x32}}, tiles...)
		found = append([]engine{{"avx512", (&blocked{wide, transpose8}).sgemm}}, found...)
	}
	return found
}
