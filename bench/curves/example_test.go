package curves_test

import (
	"fmt"

	"detsample/bench/curves"
)

// How much of a negative's gradient focal loss leaves, hard to easy.
func ExampleLoss() {
	c, err := curves.Loss("focal,alpha=-1,gamma=2")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range []float64{-4, 0, 4} {
		fmt.Printf("margin %2.0f: %.3f\n", m, c.At(false, m).Weight)
	}
	_, err = curves.Loss("focal,gama=2")
	fmt.Println(err)
	// Output:
	// margin -4: 1.106
	// margin  0: 0.597
	// margin  4: 0.001
	// focal,gama=2: unknown key "gama" in classification loss focal: expected one of alpha, gamma; did you mean gamma?
}
