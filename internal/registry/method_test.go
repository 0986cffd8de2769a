package registry

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// methodical is a kind of strategy that this test alone registers.
type methodical interface{ Frames() []string }

// frames returns the names of the calls that led here.
func frames() (names []string) {
	pcs := make([]uintptr, 64)
	for list := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)]); ; {
		f, more := list.Next()
		names = append(names, f.Function)
		if !more {
			return names
		}
	}
}

type byValue struct{}

func (byValue) Frames() []string { return frames() }

type byPointer struct{}

func (*byPointer) Frames() []string { return func() []string { return frames() }() }

type generic[T any] struct{}

func (generic[T]) Frames() []string { return frames() }

func TestAFunctionOfAStackIsAMethodOfItsStrategy(t *testing.T) {
	r := Shared[methodical]("kind")
	r.Add("by_value", "", "", func() methodical { return byValue{} })
	r.Add("the_same", "", "", func() methodical { return byValue{} })
	r.Add("by_pointer", "", "", func() methodical { return &byPointer{} })
	r.Add("generic", "", "", func() methodical { return generic[int]{} })
	for _, name := range []string{"by_value", "by_pointer", "generic"} {
		e, _ := r.Lookup(name)
		kind, of, ok := MethodOf(e.New().Frames()[0])
		assert.Equal(t, []any{"kind", name, true}, []any{kind, of, ok})
	}
	for _, function := range append(frames(), "", "main.main", "byValue.Frames", "detsample/internal/registry.byValue", "detsample/other.byValue.Frames") {
		_, _, ok := MethodOf(function)
		assert.False(t, ok, function)
	}
	assert.Equal(t, "example.com/a.b/c%2ed.T", receiverOf("example.com/a.b/c%2ed.(*T).M.func1"))
	assert.Equal(t, "main.T", receiverOf("main.T[...].M-range1"))
	assert.True(t, strings.HasSuffix(called(reflect.TypeFor[*generic[string]]()), "registry.generic"))
}
