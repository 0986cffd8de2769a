package study_test

import (
	"fmt"

	"detsample/bench/study"
)

// A study is a list of comparisons, each of which is a configuration that
// compare runs as well.
func Example() {
	rpn, err := study.Load("rpn")
	if err != nil {
		panic(err)
	}
	fmt.Println(rpn.Title)
	for _, e := range rpn.Experiments {
		c, err := e.Config()
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %d strategies, %d seeds, %d images each\n", e.Name, len(c.Strategies), e.Seeds, c.Training.Images)
	}
	// Output:
	// Region proposals: 512 anchors, or all under focal loss?
	// rpn: 4 strategies, 3 seeds, 9600 images each
	// rpn-long: 3 strategies, 3 seeds, 76800 images each
	// rpn-tiny: 3 strategies, 2 seeds, 38400 images each
	// rpn-tiny-long: 3 strategies, 2 seeds, 153600 images each
	// rpn-tiny-small: 3 strategies, 2 seeds, 38400 images each
	// rpn-faint: 3 strategies, 2 seeds, 153600 images each
	// rpn-settled: 3 strategies, 2 seeds, 102400 images each
	// rpn-weight: 6 strategies, 2 seeds, 38400 images each
	// rpn-sizes: 6 strategies, 3 seeds, 9600 images each
	// rpn-papers: 6 strategies, 3 seeds, 9600 images each
}
