package main

import (
	"slices"
	"strings"
	"unicode"

	"detsample/bench/dump"
)

// operation is a row of the comparison: something that both sides can do.
type operation struct {
	name, size string
	peer       string                                // whose implementation ours stands beside
	modules    []string                              // that the peer's Python must have
	goal       float64                               // least ratio of the peer's time to ours, 0 for none
	build      func(folder string) (*problem, error) // folder is for files of its own
}

func (o *operation) String() string { return o.name + ", " + o.size + ", " + o.peer }

// folder returns a name for the folder of the operation's files.
func (o *operation) folder() string {
	return strings.Join(strings.FieldsFunc(o.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
}

// problem is an operation on given inputs.
type problem struct {
	inputs    []dump.Array   // handed to the peer as files
	call      string         // the peer's function, as module.function of the folder python
	arguments map[string]any // its further arguments
	ours      func() side    // a fresh one, which shares nothing but the inputs
	checks    []check        // of the results, before anything is timed
	bytes     float64        // the least that must be read and written
}

// side is one implementation at work.
type side struct {
	run     func()
	results func() []dump.Array // of the last run
}

// operations lists all that is compared.
func operations(s sizes) []operation {
	return slices.Concat(lossOperations(s), assignmentOperations(s), selectionOperations(s), boxOperations(s),
		alignOperations(s), stepOperations(s), cocoOperations(s), trainingOperations())
}

// sizes scales the sizes of the operations down, to try the program out.
type sizes struct{ divisor int }

func (s sizes) of(n int) int { return n / s.divisor }

var torch = []string{"torch", "torchvision"}
