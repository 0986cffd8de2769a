package panics

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
)

// work is a kind of strategy that this test alone registers.
type work interface{ Do(list []int) }

type beyond struct{}

func (beyond) Do(list []int) { list[len(list)] = 1 } // line 24

type told struct{}

func (told) Do([]int) { tell() } // line 28

func tell() { panic("work told: twice\n" + strings.Repeat("é", 400)) } // line 30

type within struct{}

func (within) Do(list []int) { slices.SortFunc(list, func(a, b int) int { return list[a+b+9] }) } // line 34

func init() {
	r := registry.Shared[work]("work")
	r.Add("beyond", "", "", func() work { return beyond{} })
	r.Add("told", "", "", func() work { return told{} })
	r.Add("within", "", "", func() work { return within{} })
}

// again does work, and says more of what the runtime panics with.
func again(w work, list []int) {
	defer func() {
		if err, ok := recover().(runtime.Error); ok {
			panic(fmt.Errorf("work beyond: %w; more", err))
		}
	}()
	w.Do(list)
}

func TestAPanicIsAnErrorOfItsLine(t *testing.T) {
	for want, f := range map[string]func(){
		"work beyond panicked: runtime error: index out of range [2] with length 2 (panics/panics_test.go:24)":       func() { beyond{}.Do(make([]int, 2)) },
		"work beyond panicked: runtime error: index out of range [2] with length 2; more (panics/panics_test.go:24)": func() { again(beyond{}, make([]int, 2)) },
		"work within panicked: runtime error: index out of range [9] with length 2 (panics/panics_test.go:34)":       func() { within{}.Do(make([]int, 2)) },
		"work told panicked: twice\n" + strings.Repeat("é", mostValue-len("work told: twice\n")) + "... (panics/panics_test.go:30, called at panics/panics_test.go:28)": func() {
			told{}.Do(nil)
		},
	} {
		err := Do(func() error { f(); return nil })
		assert.EqualError(t, err, want)
		var p *Panic
		require.ErrorAs(t, err, &p)
		assert.Contains(t, p.Stack(), "panics_test.go")
		assert.Contains(t, p.Stack(), ".Do(")
	}
	assert.EqualError(t, Do(func() error { panic(3) }), "panicked: 3 (panics/panics_test.go:69)")
	assert.ErrorIs(t, Do(func() error { panic(os.ErrExist) }), os.ErrExist)
	value, err := Get(func() (int, error) { return 3, os.ErrClosed })
	assert.Equal(t, []any{3, os.ErrClosed}, []any{value, err})
	assert.Nil(t, Of(nil))
	assert.Same(t, os.ErrClosed, Pass(os.ErrClosed))
	assert.NoError(t, Pass(nil))
}

// elsewhere does work on a goroutine of its own, and has its panic here.
func elsewhere(w work) {
	done := make(chan error)
	go func() { done <- Do(func() error { w.Do(nil); return nil }) }()
	_ = Pass(<-done)
}

func TestAPanicOfAnotherGoroutineKeepsBothStacks(t *testing.T) {
	err := Do(func() error { elsewhere(beyond{}); return nil })
	assert.EqualError(t, err, "work beyond panicked: runtime error: index out of range [0] with length 0 (panics/panics_test.go:24)")
	p, ok := errors.AsType[*Panic](err)
	require.True(t, ok)
	for _, call := range []string{"panics.beyond.Do(", "panics.elsewhere(", "TestAPanicOfAnotherGoroutineKeepsBothStacks("} {
		assert.Contains(t, p.Stack(), call)
	}
	defer func() { assert.ErrorAs(t, Value(recover()).(error), new(runtime.Error)) }()
	elsewhere(beyond{})
}

// What nobody catches ends the program with both stacks, as any other panic.
func TestAPanicThatNobodyCatchesPrintsItsFirstStack(t *testing.T) {
	if os.Getenv("DETSAMPLE_PANIC") != "" {
		elsewhere(beyond{})
	}
	c := exec.Command(os.Args[0], "-test.run=^TestAPanicThatNobodyCatchesPrintsItsFirstStack$")
	c.Env = append(os.Environ(), "DETSAMPLE_PANIC=1")
	said, err := c.CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(said), "index out of range [0] with length 0")
	assert.Contains(t, string(said), "panics.beyond.Do(")
}
