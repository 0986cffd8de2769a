package inspect

import (
	"errors"
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/anchorfit"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/stage"
	"detsample/sampling"
)

// Config is what the annotations are inspected for.
type Config struct {
	// Name says where the anchors come from.
	Name    string
	Resize  Resize
	Pyramid anchors.Pyramid
	// Crop is the side of the crops that are trained on, of images as large as they
	// are, 0 for none. Counts are of whole images.
	Crop int
	// Assigner says who is positive. Its Needs must not include predictions.
	Assigner anchors.Assigner
	// PosIoU is the IoU from which an anchor reaches an object: the assigner's
	// positive threshold where it has one.
	PosIoU float64
	// Samplers are those whose picks are counted.
	Samplers []Sampler
	// Strategies are those that the samplers are of: advice is about their stages
	// and losses. Without any it is about what to start from.
	Strategies []strategy.Strategy
	// Procs is how many images are looked at at a time, 0 for one a processor.
	// The result does not depend on it.
	Procs int
	// Progress, if not nil, is told now and then what is under way and which share
	// of it is done, from several goroutines but one at a time.
	Progress func(what string, done float64)
}

// Sampler is a sampler to be counted.
type Sampler struct {
	Name    string
	Sampler sampling.Sampler
	// Assigner labels its candidates; nil is the configuration's.
	Assigner anchors.Assigner
}

// New returns a configuration of a pyramid and an image size, with RetinaNet's
// assigner and the samplers of the field.
func New(name string, p anchors.Pyramid, resize Resize) Config {
	c := Config{Name: name, Pyramid: p, Resize: resize, Samplers: Samplers()}
	c.setAssigner(anchors.NewMaxIoU(0.5, 0.4))
	return c
}

// Presets returns the names that [Preset] knows.
func Presets() []string { return []string{"retinanet", "rpn-fpn"} }

// Preset returns a configuration by name:
//
//	retinanet  strides 8 to 128, sizes 4 strides x 2^(0, 1/3, 2/3), 3 ratios,
//	           positive from 0.5, negative below 0.4, 800x1333 (Lin et al. 2017)
//	rpn-fpn    strides 4 to 64, one size of 8 strides, 3 ratios, positive from
//	           0.7, negative below 0.3, 800x1333 (FPN, Lin et al. 2017)
func Preset(name string) (Config, error) {
	c := Config{Name: name, Resize: Resize{Short: 800, Long: 1333}, Samplers: Samplers()}
	c.Pyramid.Ratios, c.Pyramid.Offset = []float32{0.5, 1, 2}, 0.5
	switch name {
	case "retinanet":
		for l := range 5 {
			stride := 8 << l
			var sizes []float32
			for k := range 3 {
				sizes = append(sizes, float32(4*float64(stride)*math.Exp2(float64(k)/3)))
			}
			c.Pyramid.Levels = append(c.Pyramid.Levels, anchors.Level{Stride: stride, Sizes: sizes})
		}
		c.setAssigner(anchors.NewMaxIoU(0.5, 0.4))
	case "rpn-fpn":
		for l := range 5 {
			c.Pyramid.Levels = append(c.Pyramid.Levels, anchors.Level{Stride: 4 << l, Sizes: []float32{float32(int(32) << l)}})
		}
		m := anchors.NewMaxIoU(0.7, 0.3)
		m.MinPosIoU = 0.3
		c.setAssigner(m)
	default:
		return Config{}, registry.Unknown("anchors", name, Presets())
	}
	return c, nil
}

// setAssigner sets the assigner and its threshold.
func (c *Config) setAssigner(a anchors.Assigner) {
	c.Assigner, c.PosIoU = a, anchorfit.Threshold(a)
}

// Samplers returns the samplers of the field that a configuration counts
// unless told otherwise.
func Samplers() []Sampler {
	return []Sampler{
		{Name: "all", Sampler: sampling.All{}},
		{Name: "random 256, 1:1", Sampler: sampling.NewRandom(256, 0.5)},
		{Name: "random 512, 1:1", Sampler: sampling.NewRandom(512, 0.5)},
		{Name: "random 512, 1:3", Sampler: sampling.NewRandom(512, 0.25)},
		{Name: "hard negatives 3:1", Sampler: sampling.HardNegative{Ratio: 3}},
		{Name: "ohem 512", Sampler: sampling.OHEM{Num: 512}},
		{Name: "balanced ohem 512, 1:3", Sampler: sampling.BalancedOHEM{Quota: sampling.Quota{Num: 512, PositiveFraction: 0.25}}},
	}
}

// maxAnchors bounds the anchors of an image, which are indexed by int32.
const maxAnchors = 1 << 27

// Validate reports a configuration that cannot be inspected.
func (c *Config) Validate() error {
	if err := c.Pyramid.Validate(); err != nil {
		return err
	}
	if c.Assigner == nil {
		return errors.New("inspect: no assigner: choose one, for instance max_iou")
	}
	if c.Assigner.Needs()&anchors.NeedPredictions != 0 {
		return errors.New("inspect: the assigner labels by a detector's predictions, which annotations do not hold: choose one that labels by boxes, for instance max_iou or atss")
	}
	for _, s := range c.Samplers {
		if err := stage.CheckSampler(s.Sampler); err != nil {
			return fmt.Errorf("inspect: %w", err)
		}
	}
	if !(c.PosIoU > 0 && c.PosIoU <= 1) {
		return fmt.Errorf("inspect: PosIoU is %v: expected above 0 and at most 1", c.PosIoU)
	}
	return nil
}
