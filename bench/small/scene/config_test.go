package scene

import (
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheDefaultIsValid(t *testing.T) {
	assert.NoError(t, DefaultConfig().Validate())
}

func TestEveryFieldHasARangeAndADocAndIsChecked(t *testing.T) {
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		assert.NotEmpty(t, f.Tag.Get("doc"), f.Name)
		if f.Name == "Train" {
			continue // see count_test.go
		}
		lo, hi := bounds(f.Tag.Get("range"))
		for _, x := range []float64{lo - 1, hi + 1} {
			c := DefaultConfig()
			if v := reflect.ValueOf(&c).Elem().Field(i); v.CanInt() {
				v.SetInt(int64(x))
			} else {
				v.SetFloat(x)
			}
			assert.ErrorContains(t, c.Validate(), f.Name+" is", "%s = %g", f.Name, x)
		}
	}
}

func TestContradictionsAreErrors(t *testing.T) {
	for want, spoil := range map[string]func(*Config){
		"min_objects is 5: expected at most": func(c *Config) { c.MinObjects = 5 },
		"min_size is 50: expected at most":   func(c *Config) { c.MinSize = 50 },
		"max_size is 200: expected at most":  func(c *Config) { c.MaxSize = 200 },
		"Noise is NaN: want [0,0.5], stand":  func(c *Config) { c.Noise = math.NaN() },
	} {
		c := DefaultConfig()
		spoil(&c)
		_, err := Generate(c, 1)
		assert.ErrorContains(t, err, want)
	}
}
