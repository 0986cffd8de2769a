package inspect

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/internal/panics"
	"detsample/sampling"
)

type panicking struct{ sampling.All }

func (panicking) Needs() sampling.Need { return sampling.NeedIoU }

func (panicking) Sample(*sampling.Sample, *sampling.Candidates, *rand.Rand) { panic("no candidate") }

// A panic of a sampler, or of who follows the inspection, is the caller's, however
// many goroutines there are.
func TestAPanicOfAPartIsTheCallers(t *testing.T) {
	set := random(3, 4*chunk)
	for _, procs := range []int{1, 2} {
		inspected := func(change func(*Config)) error {
			c := grid8()
			c.Procs = procs
			change(&c)
			return panics.Do(func() error {
				_, err := Analyse(t.Context(), set, c)
				return err
			})
		}
		assert.ErrorContains(t, inspected(func(c *Config) { c.Samplers = []Sampler{{Name: "mine", Sampler: panicking{}}} }), "panicked: no candidate (inspect/panic_test.go:")
		assert.ErrorContains(t, inspected(func(c *Config) { c.Progress = func(string, float64) { panic("nobody looks") } }), "panicked: nobody looks (inspect/panic_test.go:")
		assert.NoError(t, inspected(func(*Config) {}))
	}
}
