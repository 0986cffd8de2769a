package registry

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Interval is the set of numbers from Min to Max; an open end excludes its
// bound. An infinite bound does not limit.
type Interval struct {
	Min, Max         float64
	MinOpen, MaxOpen bool
}

// unbounded returns the interval of all finite numbers.
func unbounded() Interval {
	return Interval{Min: math.Inf(-1), Max: math.Inf(1), MinOpen: true, MaxOpen: true}
}

// parseInterval reads mathematical notation: "[0,1]", "(0,1]", "[1,)". A
// missing bound does not limit. The interval must hold at least one number.
func parseInterval(s string) (Interval, error) {
	in := unbounded()
	body := strings.TrimSpace(s)
	if len(body) < 3 || !strings.Contains("[(", body[:1]) || !strings.Contains("])", body[len(body)-1:]) {
		return in, fmt.Errorf("interval %q: expected the form [0,1], (0,1] or [1,)", s)
	}
	low, high, found := strings.Cut(body[1:len(body)-1], ",")
	if !found {
		return in, fmt.Errorf("interval %q: expected two bounds with a comma between", s)
	}
	var err error
	if in.Min, in.MinOpen, err = parseBound(low, in.Min, body[0] == '('); err != nil {
		return in, fmt.Errorf("interval %q: %w", s, err)
	}
	if in.Max, in.MaxOpen, err = parseBound(high, in.Max, body[len(body)-1] == ')'); err != nil {
		return in, fmt.Errorf("interval %q: %w", s, err)
	}
	if in.Min > in.Max || in.Min == in.Max && (in.MinOpen || in.MaxOpen) {
		return in, fmt.Errorf("interval %q is empty", s)
	}
	return in, nil
}

func parseBound(s string, missing float64, open bool) (bound float64, isOpen bool, err error) {
	if s = strings.TrimSpace(s); s == "" {
		return missing, true, nil
	}
	bound, err = strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(bound, 0) || math.IsNaN(bound) {
		return 0, false, fmt.Errorf("bound %q is not a finite number", s)
	}
	return bound, open, nil
}

// Contains reports whether x is a finite number inside the interval.
func (in Interval) Contains(x float64) bool {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return false
	}
	above := x > in.Min || x == in.Min && !in.MinOpen
	below := x < in.Max || x == in.Max && !in.MaxOpen
	return above && below
}

// Bounded reports whether at least one end limits.
func (in Interval) Bounded() bool { return !math.IsInf(in.Min, -1) || !math.IsInf(in.Max, 1) }

// String returns the notation that [parseInterval] reads; "" where nothing
// limits.
func (in Interval) String() string {
	if !in.Bounded() {
		return ""
	}
	left, right := "[", "]"
	if in.MinOpen {
		left = "("
	}
	if in.MaxOpen {
		right = ")"
	}
	return left + number(in.Min) + "," + number(in.Max) + right
}

// Words says the interval in English, to follow the word "expected": "at least
// 1", "between 0 and 1", "above 0 and at most 1".
func (in Interval) Words() string {
	switch {
	case !in.Bounded():
		return "a finite number"
	case in.Min == in.Max:
		return "exactly " + number(in.Min)
	case math.IsInf(in.Max, 1):
		return in.lowWords()
	case math.IsInf(in.Min, -1):
		return in.highWords()
	case !in.MinOpen && !in.MaxOpen:
		return "between " + number(in.Min) + " and " + number(in.Max)
	}
	return in.lowWords() + " and " + in.highWords()
}

func (in Interval) lowWords() string {
	if in.MinOpen {
		return "above " + number(in.Min)
	}
	return "at least " + number(in.Min)
}

func (in Interval) highWords() string {
	if in.MaxOpen {
		return "below " + number(in.Max)
	}
	return "at most " + number(in.Max)
}

func number(x float64) string {
	if math.IsInf(x, 0) {
		return ""
	}
	if whole := math.Trunc(x); x == whole && math.Abs(x) < 1e9 { // 1048576, not 1.048576e+06
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
