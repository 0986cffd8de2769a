package boosting_test

import (
	"context"
	"fmt"

	"detsample/bench/study"
	"detsample/bench/study/boosting"
)

// Before the first step all negatives are easy, and alike: focal loss gives nearly all
// of its weight to positives, as AdaBoost does.
func Example() {
	list, err := study.Experiments("boosting")
	if err != nil {
		panic(err)
	}
	c, err := list[0].Config()
	if err != nil {
		panic(err)
	}
	c.Scenes.Size, c.Scenes.Test = 48, 2
	c.Training.Images, c.Training.EvaluateAt = 4, nil
	c.Detector.Channels, c.Detector.Depth = 8, 1
	w, err := boosting.NewWatcher(c)
	if err != nil {
		panic(err)
	}
	run, err := w.Train(context.Background(), 0, 1, func(int) {})
	if err != nil {
		panic(err)
	}
	for _, of := range run.Moments[0].Weightings {
		switch of.Name {
		case "ce", "focal", boosting.AdaBoost, boosting.LogitBoost:
			fmt.Printf("%s: %.0f%% of its weight on positives\n", of.Name, 100*of.Weight.Positives)
		}
	}
	// Output:
	// ce: 9% of its weight on positives
	// focal: 99% of its weight on positives
	// AdaBoost: 90% of its weight on positives
	// LogitBoost: 0% of its weight on positives
}
