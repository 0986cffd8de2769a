// Command sgemm writes the assembly of package sgemm and its Go stubs.
// Run it through go generate in that package.
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")
	ConstraintExpr("!purego")
	for _, k := range []kernel{
		{isa: avx2, rows: 12, vectors: 1},
		{isa: avx2, rows: 6, vectors: 2},
		{isa: avx512, rows: 12, vectors: 2},
	} {
		k.generate()
	}
	transpose()
	Generate()
}
