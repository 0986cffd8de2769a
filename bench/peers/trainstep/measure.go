package main

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// measurement is the comparison at one batch size; times in milliseconds.
type measurement struct {
	images       int
	agreement    agreement
	arrangement  arrangement
	ours, theirs []float64 // every step
	ratios       []float64 // of the medians of each round
	assign, loss float64   // of ours, also within ours
}

// measure times the two sides in turns, in as many steps as fill a turn.
func measure(p *peer, o *ours, a agreement, rounds int, turn time.Duration) (measurement, error) {
	m := measurement{images: len(o.batch.Images), agreement: a}
	var err error
	if m.arrangement, err = p.arrange(); err != nil {
		return m, err
	}
	for _, name := range slices.Sorted(maps.Keys(m.arrangement.Tried)) {
		fmt.Printf("  PyTorch, %s: %.2f ms\n", name, m.arrangement.Tried[name])
	}
	warm, err := p.time(10)
	if err != nil {
		return m, err
	}
	ourSteps, theirSteps := stepsIn(turn, o.time(10)), stepsIn(turn, warm)
	for range rounds {
		ours := o.time(ourSteps)
		theirs, err := p.time(theirSteps)
		if err != nil {
			return m, err
		}
		m.ours, m.theirs = append(m.ours, ours...), append(m.theirs, theirs...)
		m.ratios = append(m.ratios, median(ours)/median(theirs))
	}
	m.assign, m.loss = o.stageTimes(50)
	return m, nil
}

// ratio is ours by theirs, of the medians of all steps.
func (m measurement) ratio() float64 { return median(m.ours) / median(m.theirs) }

func stepsIn(turn time.Duration, ms []float64) int {
	return max(5, int(milliseconds(turn)/median(ms)))
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
