package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/dump"
)

// check compares one result of the two sides.
type check struct {
	result string
	// tolerance is how far ours may be from the peer's, relative to the
	// peer's largest number; 0 asks for equality.
	tolerance float64
}

func equal(result string) check { return check{result: result} }

func within(tolerance float64, result string) check { return check{result, tolerance} }

// compare returns how far apart the two are, relative to the peer's largest
// number, and an error if that is too far.
func (c check) compare(ours, theirs dump.Array) (deviation float64, err error) {
	a, b := numbers(ours), numbers(theirs)
	if len(a) != len(b) {
		return 0, fmt.Errorf("%s: %d numbers, the peer has %d", c.result, len(a), len(b))
	}
	if c.tolerance == 0 {
		return 0, c.compareEqual(a, b)
	}
	largest := 0.0
	for i := range a {
		if a[i] != b[i] { // so that infinities are equal
			deviation = max(deviation, math.Abs(a[i]-b[i])) // NaN stays NaN
		}
		largest = max(largest, math.Abs(b[i]))
	}
	if largest > 0 {
		deviation /= largest
	}
	if !(deviation <= c.tolerance) {
		return deviation, fmt.Errorf("%s: %.1e apart, %.0e is tolerated", c.result, deviation, c.tolerance)
	}
	return deviation, nil
}

func (c check) compareEqual(a, b []float64) error {
	different, first := 0, 0
	for i := range a {
		if a[i] != b[i] {
			if different == 0 {
				first = i
			}
			different++
		}
	}
	if different > 0 {
		return fmt.Errorf("%s: %d of %d differ, the first at %d: %v, the peer has %v", c.result, different, len(a), first, a[first], b[first])
	}
	return nil
}

// numbers returns an array's elements.
func numbers(a dump.Array) []float64 {
	values := make([]float64, 0, len(a.Float)+len(a.Int))
	for _, v := range a.Float {
		values = append(values, float64(v))
	}
	for _, v := range a.Int {
		values = append(values, float64(v))
	}
	return values
}

// agreed is a result that the sides agree on.
type agreed struct {
	result    string
	deviation float64
}

func (a agreed) String() string {
	if a.deviation == 0 {
		return a.result + " equal"
	}
	return fmt.Sprintf("%s within %.0e", a.result, a.deviation)
}

// agreement compares all results. Of those whose names are the same up to a
// point it returns the one that is furthest apart.
func agreement(checks []check, ours []dump.Array, theirs *dump.Archive) ([]agreed, error) {
	var all []agreed
	at := map[string]int{}
	for _, c := range checks {
		deviation, err := c.compareIn(ours, theirs)
		if err != nil {
			return nil, err
		}
		kind, _, _ := strings.Cut(c.result, ".")
		i, seen := at[kind]
		switch {
		case !seen:
			at[kind] = len(all)
			all = append(all, agreed{c.result, deviation})
		case deviation > all[i].deviation:
			all[i] = agreed{c.result, deviation}
		}
	}
	return all, nil
}

// compareIn finds the result among those of both sides and compares it.
func (c check) compareIn(ours []dump.Array, theirs *dump.Archive) (float64, error) {
	i := slices.IndexFunc(ours, func(a dump.Array) bool { return a.Name == c.result })
	if i < 0 {
		return 0, fmt.Errorf("%s: ours has no such result", c.result)
	}
	tensor, err := theirs.Tensor(c.result)
	if err != nil {
		return 0, err
	}
	if tensor == nil {
		return 0, fmt.Errorf("%s: the peer has no such result", c.result)
	}
	other, err := tensor.Array()
	if err != nil {
		return 0, err
	}
	return c.compare(ours[i], other)
}
