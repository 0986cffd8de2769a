package strategy_test

import (
	"fmt"

	"detsample/bench/strategy"
)

func ExampleParse() {
	s, err := strategy.Parse("mining.yaml", []byte(`
name: mined regions
rpn: {cls: focal, sampler: all, norm: positives}
roi: {sampler: {type: ohem, num: 64}}
`))
	fmt.Printf("%s: %T, then %T, %v\n", s.Name, s.RPN.Sampler, s.ROI.Sampler, err)

	_, err = strategy.Parse("typo.yaml", []byte(`
name: focal
dense: {cls: {type: focal, gama: 2}}
`))
	fmt.Println(err)
	// Output:
	// mined regions: sampling.All, then sampling.OHEM, <nil>
	// typo.yaml:3:28: unknown key "gama" in classification loss focal: expected one of alpha, gamma; did you mean gamma?
}
