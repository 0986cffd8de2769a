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
	single     bool                                  // not measured on several threads
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

// valueAndGradient is the side of a loss whose eval writes the gradient and
// returns the value.
func valueAndGradient(gradient []float32, eval func() float64) side {
	var value float64
	return side{
		run:     func() { value = eval() },
		results: func() []dump.Array { return []dump.Array{number("value", value), floats("gradient", gradient)} },
	}
}

// family is a kind of operations, measured together or left out together.
type family struct {
	name       string
	operations func(sizes) []operation
	single     bool // measured on one thread alone: there are many
}

var sections = []family{
	{"losses", lossOperations, false},
	{"shelf", shelfOperations, true},
	{"gradientsizes", gradientSizeOperations, true},
	{"ranking", rankingOperations, true},
	{"boxlosses", boxLossOperations, true},
	{"assignment", assignmentOperations, false},
	{"assigners", assignerOperations, true},
	{"selection", selectionOperations, false},
	{"samplers", samplerOperations, true},
	{"boxes", boxOperations, false},
	{"align", alignOperations, false},
	{"steps", stepOperations, false},
	{"coco", cocoOperations, false},
	{"training", func(sizes) []operation { return trainingOperations() }, false},
}

// sectionNames are the names of all sections, in order.
func sectionNames() []string {
	var names []string
	for _, c := range sections {
		names = append(names, c.name)
	}
	return names
}

// operations lists what is compared in the named sections, in all if none is
// named.
func operations(s sizes, named ...string) []operation {
	var all []operation
	for _, c := range sections {
		if len(named) == 0 || slices.Contains(named, c.name) {
			for _, o := range c.operations(s) {
				o.single = c.single
				all = append(all, o)
			}
		}
	}
	return all
}

// sizes scales the sizes of the operations down, to try the program out.
type sizes struct{ divisor int }

func (s sizes) of(n int) int { return n / s.divisor }

var (
	torch     = []string{"torch", "torchvision"}
	openmmlab = []string{"torch", "torchvision", "mmdet"}
)
