// Command logits writes the assembly of package logits and its Go stubs.
// Run it through go generate in that package.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	ConstraintExpr("!purego")
	for _, machine := range []*isa{avx2(), avx512()} {
		for _, f := range []focus{{"", 0}, {"Squared", 2}, {"Halves", halves}} {
			sigmoidRows(machine, f)
			sigmoidEach(machine, f)
		}
		softmaxRows(machine)
		softmaxValues(machine)
		scaleRows(machine)
		sum(machine, "magnitude", true)
		sum(machine, "sum", false)
		likelihoods(machine)
	}
	Generate()
}
