//go:build amd64 && !purego

package sgemm

import (
	"slices"

	"golang.org/x/sys/cpu"
)

var avx2Tiles = []tile{
	{from: 9, columns: 16, rows: 6, lanes: 8, update: avx2x16},
	{from: 1, columns: 8, rows: 12, lanes: 8, update: avx2x8},
}

// Sixteen columns would be one 512-bit vector a row, and a broadcast for every multiplication: there the AVX2 tiles are
// as fast, and faster where a core makes a 512-bit vector of two halves.
var avx512Tiles = slices.Concat([]tile{{from: 25, columns: 32, rows: 12, lanes: 16, update: avx512x32}}, avx2Tiles)

// native returns the assembly engines that this CPU and its operating system allow, the preferred first. Package cpu
// reports a feature only if the operating system saves its registers.
func native() []engine {
	var found []engine
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return found
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
		found = append(found, (&blocked{avx512Tiles, transpose8}).engine("avx512"))
	}
	return append(found, (&blocked{avx2Tiles, transpose8}).engine("avx2"))
}
