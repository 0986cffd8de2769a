// Command sgemm writes the assembly of package sgemm and its Go stubs.
// Run it through go generate in that package.
package main

import "detsample/internal/kernels/isa"

func main() {
	isa.Write(
		(&kernel{machine: avx2, rows: 12, vectors: 1}).generate,
		(&kernel{machine: avx2, rows: 6, vectors: 2}).generate,
		(&kernel{machine: avx512, rows: 12, vectors: 2}).generate,
		transpose,
	)
}
