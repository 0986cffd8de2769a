// Package catalogue describes what is registered: samplers, losses, assigners
// and normalisers, with their parameters, as a list and as a page each with
// formulas and pictures. It reads the registries, so that it has what a program
// of one's own registers too.
package catalogue

import (
	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// Kind is a list of entries that a strategy's file may name under one key.
type Kind struct {
	Kind    string  `json:"kind"` // the key in a strategy's file
	Plural  string  `json:"-"`
	About   string  `json:"about"`
	Entries []Entry `json:"entries"`
}

// Entry is something registered, or something else that has a name.
type Entry struct {
	Name    string  `json:"name"`
	Meaning string  `json:"meaning"`
	Formula string  `json:"formula,omitempty"` // in the names of the parameters, a line or several
	When    string  `json:"when,omitempty"`    // what it is for, and what it asks for
	Source  string  `json:"source,omitempty"`
	Params  []Param `json:"params,omitempty"`
	fresh   any     // with its defaults
}

// Registered returns all that is registered, in the order of a stage.
func Registered() []Kind {
	return []Kind{
		{"assigner", "assigners", "who is positive", entries(registry.Of[anchors.Assigner]())},
		{"sampler", "samplers", "which candidates count", entries(registry.Of[sampling.Sampler]())},
		{"cls", "classification losses", "how strongly candidates count, key cls", entries(registry.Of[losses.Cls]())},
		{"box", "box losses", "of the sampled positives, key box", entries(registry.Of[losses.Box]())},
		{"norm", "normalisers", "what losses are divided by, keys norm and box_norm", entries(registry.Of[losses.Norm]())},
	}
}

func entries[T any](r *registry.Registry[T]) []Entry {
	var list []Entry
	for _, e := range r.All() {
		fresh := e.New()
		list = append(list, Entry{e.Name, e.Meaning, e.Formula, e.When, e.Source, Params(fresh), fresh})
	}
	return list
}
