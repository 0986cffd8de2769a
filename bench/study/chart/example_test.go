package chart_test

import (
	"fmt"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/chart"
)

// AP of two strategies along a training, with their intervals.
func Example() {
	at := func(mean float64) stats.Estimate {
		return stats.Estimate{Seeds: 3, Mean: mean, Low: mean - 2, High: mean + 2}
	}
	curve := func(name string, half, end float64) chart.Curve {
		return chart.Curve{Name: name, Label: name, Images: []int{2400, 4800}, Means: []stats.Estimate{at(half), at(end)}}
	}
	svg, err := chart.Draw([]chart.Chart{{Title: "AP", Top: 30, Curves: []chart.Curve{curve("focal", 15, 19), curve("ssd 3:1", 12, 24)}}}, 1, 240)
	if err != nil {
		panic(err)
	}
	for _, text := range []string{"AP", "focal", "ssd 3:1", "images seen"} {
		fmt.Println(strings.Contains(string(svg), text+"</text>"))
	}
	// Output:
	// true
	// true
	// true
	// true
}
