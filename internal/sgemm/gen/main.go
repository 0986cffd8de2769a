// Command gen writes the assembly of package sgemm and its Go stubs.
// Run it through go generate in the parent folder.
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")
	ConstraintExpr("!purego")
	avx2.generate()
	avx512.generate()
	transpose()
	Generate()
}
