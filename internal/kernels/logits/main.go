// Command logits writes the assembly of package logits and its Go stubs.
// Run it through go generate in that package.
package main

import "detsample/internal/kernels/isa"

func main() { isa.Write(avx2().kernels, avx512().kernels) }

// kernels writes those of an instruction set.
func (m *machine) kernels() {
	for _, f := range []focus{{"", 0}, {"Squared", 2}, {"Halves", halves}} {
		sigmoidRows(m, f, false)
		sigmoidRows(m, f, true)
		m.write(m.sigmoidEach(f))
		m.write(m.sizesEach(f))
	}
	softmaxRows(m, "softmaxRows", nothing)
	softmaxRows(m, "softmaxRowsDistance", distance)
	softmaxRows(m, "softmaxRowsEntropy", entropy)
	scaleRows(m, "scaleRows", false)
	scaleRows(m, "leanRows", true)
	squareRows(m, "squareRows", false)
	squareRows(m, "leanSquareRows", true)
	softmaxLanes(m)
	scaleLanes(m)
	squareLanes(m)
	gatherLanes(m)
	exponentialLanes(m)
	leanLanes(m)
	sum(m, "magnitude")
	sum(m, "sum")
	sum(m, "squares")
	likelihoods(m)
	logsOnePlus(m)
	for _, k := range []each{m.softmaxValues(), m.exclusiveEach(focus{"", 0}), m.exclusiveEach(focus{"Halves", halves}), m.probabilitiesEach(), m.powerEach(), m.affineEach(), m.asymmetricEach(), m.binnedEach(), m.exponentialsEach()} {
		m.write(k)
	}
	countFrom(m)
	addMagnitudes(m)
}
