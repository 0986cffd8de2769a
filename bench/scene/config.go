// Package scene generates image sets for comparing sampling strategies: small
// shapes, told apart by outline and not by colour, on textured ground, among
// look-alikes that are not annotated.
//
// An image is a function of the configuration, the seed and its index alone,
// so a set has the same bits for any number of processors.
package scene

import (
	"errors"
	"fmt"

	"detsample/bench/dataset"
)

// Config describes the scenes. Each field's tags give its range and meaning.
// More Distractors, more Noise or less Contrast make a set harder.
type Config struct {
	Size        int     `range:"[32,512]" doc:"side of the square image in pixels"`
	Train       int     `range:"[1,100000]" doc:"training images"`
	Test        int     `range:"[1,100000]" doc:"test images"`
	Classes     int     `range:"[1,4]" doc:"classes: disc, square, triangle, cross, in this order"`
	MinObjects  int     `range:"[0,32]" doc:"fewest objects in an image"`
	MaxObjects  int     `range:"[1,32]" doc:"most objects in an image"`
	MinSize     float64 `range:"[4,256]" doc:"smallest object: longer side of its box in pixels"`
	MaxSize     float64 `range:"[4,256]" doc:"largest object: longer side of its box in pixels"`
	Tail        float64 `range:"[0,4]" doc:"exponent of the Pareto tail of sizes; 0 is log-uniform, more has more small objects"`
	Distractors int     `range:"[0,32]" doc:"most look-alikes in an image, not annotated"`
	Contrast    float64 `range:"[0.02,1]" doc:"lowest contrast of a shape against the ground, of full range"`
	Occlusion   float64 `range:"[0,1]" doc:"probability that an object is partly covered by a bar"`
	Noise       float64 `range:"[0,0.5]" doc:"standard deviation of the noise on each pixel, of full range"`
	Texture     float64 `range:"[0,1]" doc:"strength of the ground's texture"`
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

// Small returns [DefaultConfig] with objects of 6 to 16 pixels.
func Small() Config {
	c := DefaultConfig()
	c.MinSize, c.MaxSize, c.Tail = 6, 16, 1.5
	return c
}

// Generate draws the set that the configuration and the seed determine.
func Generate(c Config, seed uint64) (*dataset.Set, error) {
	if c.Size < 16 {
		return nil, fmt.Errorf("scene: Size is %d: want 16 to 512", c.Size)
	}
	return nil, errors.New("scene: Generate: not yet written")
}
