package registry

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type sampler interface{ Sample() int }

type random struct {
	Num              int     `range:"[1,)" doc:"candidates kept per image"`
	PositiveFraction float64 `range:"[0,1]" doc:"largest share of positives"`
}

func (random) Sample() int { return 0 }

type hardest struct{ Ratio float32 }

func (*hardest) Sample() int { return 0 }

type mistagged struct {
	Ratio float32 `range:"1..2"`
}

func (mistagged) Sample() int { return 0 }

func samplers() *Registry[sampler] {
	r := New[sampler]("sampler")
	r.Register(Entry[sampler]{Name: "random", New: func() sampler { return random{256, 0.5} }})
	r.Register(Entry[sampler]{Name: "hardest", New: func() sampler { return &hardest{3} }})
	r.Register(Entry[sampler]{Name: "random_roi", New: func() sampler { return random{512, 0.25} }})
	return r
}

func TestEntriesAreFoundByNameAndListedInOrderOfRegistration(t *testing.T) {
	r := samplers()
	assert.Equal(t, "sampler", r.Kind())
	assert.Equal(t, []string{"random", "hardest", "random_roi"}, r.Names())
	e, ok := r.Lookup("random_roi")
	require.True(t, ok)
	assert.Equal(t, random{512, 0.25}, e.New())
	_, ok = r.Lookup("Random")
	assert.False(t, ok)
}

func TestListedEntriesAreACopy(t *testing.T) {
	r := samplers()
	r.All()[0].Name = "changed"
	assert.Equal(t, "random", r.All()[0].Name)
}

func TestNameOfPrefersTheEntryWithEqualDefaults(t *testing.T) {
	r := samplers()
	for value, want := range map[sampler]string{
		random{256, 0.5}:  "random",
		random{512, 0.25}: "random_roi",
		random{1, 1}:      "random",
		&hardest{9}:       "hardest",
	} {
		name, ok := r.NameOf(value)
		assert.True(t, ok)
		assert.Equal(t, want, name)
	}
	_, ok := r.NameOf(nil)
	assert.False(t, ok)
}

func TestRegisterPanicsOnTheProgramsMistakes(t *testing.T) {
	fresh := samplers().All()[0].New
	for name, entry := range map[string]Entry[sampler]{
		`registry: Register: sampler name "" is not lower_snake`:                                                                  {New: fresh},
		`registry: Register: sampler name "Random" is not lower_snake`:                                                            {Name: "Random", New: fresh},
		`registry: Register: sampler name "a__b" is not lower_snake`:                                                              {Name: "a__b", New: fresh},
		`registry: Register: sampler ohem has no New`:                                                                             {Name: "ohem"},
		`registry: Register: sampler random is registered already, as registry.random: choose another name for *registry.hardest`: {Name: "random", New: func() sampler { return &hardest{3} }},
		`registry: Register: New of sampler none returns nil`:                                                                     {Name: "none", New: func() sampler { return nil }},
		`registry: Register: New of sampler missing returns nil`:                                                                  {Name: "missing", New: func() sampler { return (*hardest)(nil) }},
		`registry: Register: default of sampler few: num is 0: expected at least 1`:                                               {Name: "few", New: func() sampler { return random{} }},
		`registry: Params: field Ratio of registry.mistagged: interval "1..2": expected the form [0,1], (0,1] or [1,)`:            {Name: "bad", New: func() sampler { return mistagged{} }},
	} {
		assert.PanicsWithValue(t, name, func() { samplers().Register(entry) })
	}
}

type held struct{ row func() }

// Values that hold a func are never equal, so that no file would say which of two was meant.
func TestTwoNamesOfATypeCanBeToldApart(t *testing.T) {
	r := New[any]("loss")
	r.Add("first", "m", "s", func() any { return held{func() {}} })
	assert.PanicsWithValue(t, "registry: Register: loss second is a registry.held, as first is, and holds what cannot be compared, such as a func: no file could tell the two apart; give each a type of its own", func() {
		r.Add("second", "m", "s", func() any { return held{func() {}} })
	})
}

func TestRegistryIsSafeForConcurrentUse(t *testing.T) {
	r := New[int]("number")
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			r.Register(Entry[int]{Name: fmt.Sprintf("n%d", i), New: func() int { return i }})
			_, ok := r.Lookup(fmt.Sprintf("n%d", i))
			assert.True(t, ok)
		})
	}
	wg.Wait()
	assert.Len(t, r.All(), 32)
}

type explained struct{ formula, when string }

func (e explained) Explain() (formula, when string) { return e.formula, e.when }

func TestAStrategyExplainsItself(t *testing.T) {
	r := New[any]("thing")
	r.Add("both", "m", "s", func() any { return explained{"a b", "for c"} })
	r.Add("none", "m", "s", func() any { return struct{}{} })
	r.Register(Entry[any]{Name: "given", Formula: "d", New: func() any { return &explained{"a b", "for c"} }})
	for name, want := range map[string][2]string{"both": {"a b", "for c"}, "none": {}, "given": {"d", ""}} {
		e, ok := r.Lookup(name)
		assert.True(t, ok)
		assert.Equal(t, want, [2]string{e.Formula, e.When}, name)
	}
}
