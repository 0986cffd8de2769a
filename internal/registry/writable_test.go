package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type typed struct{ Type string }

type typedByTag struct {
	Kind string `param:"type"`
}

type typedWithin struct{ typed }

type unwritten string

func (u *unwritten) UnmarshalText(text []byte) error { *u = unwritten(text); return nil }

type nest struct {
	Deep []*struct {
		Held map[string]unwritten
	}
}

type byNumber struct {
	Nested struct{ Weight map[int]float64 }
}

type malformedWithin struct {
	List []struct {
		A int `range:"0,1"`
	}
}

// itself is written as deep as it goes.
type itself struct{ Next *itself }

func TestAParameterThatNoFileCanSetIsRefused(t *testing.T) {
	const anotherKey = `, by which a file names the thing: rename it, or give it another key by a tag such as param:"mode"`
	for message, v := range map[string]any{
		"Register: thing it: field Type of registry.typed has the key type" + anotherKey:       typed{},
		"Register: thing it: field Kind of registry.typedByTag has the key type" + anotherKey:  &typedByTag{},
		"Register: thing it: field Type of registry.typedWithin has the key type" + anotherKey: typedWithin{},
		`Register: thing it: field Deep of registry.nest: field Held of struct { Held map[string]registry.unwritten }: ` +
			`a file cannot hold a registry.unwritten, which is read from text and has no MarshalText to be written as such; hide it with param:"-"`: nest{},
		`Register: thing it: field Nested of registry.byNumber: field Weight of struct { Weight map[int]float64 }: ` +
			`a file cannot hold a map[int]float64, whose keys are not strings; hide it with param:"-"`: byNumber{},
		`Params: field A of struct { A int "range:\"0,1\"" }: interval "0,1": expected the form [0,1], (0,1] or [1,)`: malformedWithin{},
	} {
		assert.PanicsWithValue(t, "registry: "+message, func() {
			New[any]("thing").Add("it", "m", "s", func() any { return v })
		})
	}
	assert.NotPanics(t, func() {
		New[any]("thing").Add("it", "m", "s", func() any { return struct{ Part typed }{} })
		New[any]("thing").Add("it", "m", "s", func() any { return itself{} })
	}, "a part is no strategy, and type is a key like any other")
}
