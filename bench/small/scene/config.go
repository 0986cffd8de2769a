// Package scene generates image sets for comparing sampling strategies: small
// shapes, told apart by outline and not by colour, on textured ground, among
// look-alikes that are not annotated.
//
// An image is a function of the configuration, the seed, its split and its
// index alone, so a set has the same bits for any number of processors, and
// more training images leave the test images as they were. Training images that
// never repeat are functions of the run as well.
package scene

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"detsample/internal/registry"
)

// Config describes the scenes. Each field's tags give its range and meaning.
// More Distractors, more Noise or less Contrast make a set harder.
type Config struct {
	Size        int     `range:"[32,2048]" doc:"side of the square image in pixels"`
	Train       Count   `doc:"training images, or fresh: images that never repeat"`
	Test        int     `range:"[1,100000]" doc:"test images"`
	Classes     int     `range:"[1,4]" doc:"classes: disc, square, triangle, cross, in this order"`
	MinObjects  int     `range:"[0,32]" doc:"fewest objects in an image"`
	MaxObjects  int     `range:"[1,32]" doc:"most objects in an image, as far as they find room"`
	MinSize     float64 `range:"[4,256]" doc:"smallest object: longer side of its box in pixels"`
	MaxSize     float64 `range:"[4,256]" doc:"largest object: longer side of its box in pixels"`
	Tail        float64 `range:"[0,4]" doc:"exponent of the Pareto tail of sizes: 0 is log-uniform, more has more small objects"`
	Distractors int     `range:"[0,32]" doc:"most look-alikes in an image, not annotated"`
	Contrast    float64 `range:"[0.02,1]" doc:"lowest contrast of a shape with the ground about it, of full range"`
	Occlusion   float64 `range:"[0,1]" doc:"probability that a shape is partly covered by a bar"`
	Noise       float64 `range:"[0,0.5]" doc:"standard deviation of the noise on each pixel, of full range"`
	Texture     float64 `range:"[0,1]" doc:"strength of the ground's texture"`
	Missing     float64 `range:"[0,0.9]" doc:"probability that an object of a training image is not annotated: it is in the picture, and its anchors are negatives"`
}

// DefaultConfig returns scenes of 96 pixels with 1 to 4 objects of 7 to 40
// pixels, most of them small.
func DefaultConfig() Config {
	return Config{
		Size: 96, Train: 1200, Test: 300, Classes: 3,
		MinObjects: 1, MaxObjects: 4, MinSize: 7, MaxSize: 40, Tail: 1,
		Distractors: 6, Contrast: 0.15, Occlusion: 0.2, Noise: 0.06, Texture: 0.5,
	}
}

// Validate returns an error that names the first field out of its range, or
// the first that [Config.Shape] has.
func (c Config) Validate() error {
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Type == reflect.TypeFor[Count]() {
			continue
		}
		x, whole := 0.0, v.Field(i).CanInt()
		if whole {
			x = float64(v.Field(i).Int())
		} else {
			x = v.Field(i).Float()
		}
		if lo, hi := bounds(f.Tag.Get("range")); !(x >= lo && x <= hi) {
			return fmt.Errorf("scene: %s is %v: want %s, %s", f.Name, v.Field(i), f.Tag.Get("range"), f.Tag.Get("doc"))
		}
	}
	if c.Train < 0 || c.Train > MaxTrain {
		return fmt.Errorf("scene: Train is %d: want 1 to %d, or Fresh", c.Train, MaxTrain)
	}
	return registry.First(c.Shape())
}

// Shape reports the settings that contradict each other, each pair as a
// [registry.ParamError].
func (c Config) Shape() error {
	var wrong []error
	exceeds := func(key string, value any, limit, called string, most any) {
		wrong = append(wrong, &registry.ParamError{Key: key, Value: value, With: []string{limit}, Problem: fmt.Sprintf("expected at most %s, which is %v", called, most)})
	}
	if c.MinObjects > c.MaxObjects {
		exceeds("min_objects", c.MinObjects, "max_objects", "max_objects", c.MaxObjects)
	}
	if c.MinSize > c.MaxSize {
		exceeds("min_size", c.MinSize, "max_size", "max_size", c.MaxSize)
	}
	if c.MaxSize > float64(c.Size) {
		exceeds("max_size", c.MaxSize, "size", "size, the image's side", c.Size)
	}
	return errors.Join(wrong...)
}

// bounds reads a range tag, "[lo,hi]".
func bounds(tag string) (lo, hi float64) {
	a, b, _ := strings.Cut(strings.Trim(tag, "[]"), ",")
	lo, errLo := strconv.ParseFloat(a, 64)
	hi, errHi := strconv.ParseFloat(b, 64)
	if errLo != nil || errHi != nil {
		panic("scene: bounds: bad range tag " + tag)
	}
	return lo, hi
}
