package detector

import (
	"errors"
	"fmt"

	"detsample/anchors"
	"detsample/internal/registry"
)

// Config is the network, apart from the strategy: what all strategies of a
// comparison share.
type Config struct {
	Channels      int     `range:"[4,256]" doc:"channels of the pyramid and of the finest trunk stage; coarser stages have twice as many"`
	Depth         int     `range:"[1,8]" doc:"convolutions in each trunk stage"`
	HeadDepth     int     `range:"[0,4]" doc:"3x3 convolutions before each of a one-stage detector's two outputs"`
	RPNDepth      int     `param:"rpn_depth" range:"[0,4]" doc:"the same in the region proposal network"`
	Norm          bool    `doc:"group normalisation after the trunk's convolutions"`
	Prior         float64 `range:"(0,1)" doc:"probability of an object that an untrained sigmoid head gives, pi; 0.5 is no prior bias"`
	Proposals     int     `range:"[1,5000]" doc:"proposals per image that reach the second stage in training"`
	TestProposals int     `range:"[1,5000]" doc:"and in detection"`
	ROISize       int     `param:"roi_size" range:"[1,14]" doc:"bins along each side of a pooled region"`
	ROIHidden     int     `param:"roi_hidden" range:"[4,2048]" doc:"features of the second stage's fully connected layer"`
	MinScore      float64 `range:"[0,1]" doc:"score below which detections are dropped"`
	NMSIoU        float64 `param:"nms_iou" range:"[0,1]" doc:"overlap of suppressed detections"`
	Detections    int     `range:"[1,1000]" doc:"detections kept per image"`

	Pyramid anchors.Pyramid `doc:"anchors of the dense head; each stride twice the last, the first 4, 8, 16, ..."`
}

// Default returns a network of about 150 000 weights over strides 4, 8 and
// 16, for objects from 6 to 64 pixels.
func Default() Config {
	return Config{
		Channels: 32, Depth: 2, HeadDepth: 2, RPNDepth: 1,
		Prior: 0.01, Proposals: 600, TestProposals: 200, ROISize: 4, ROIHidden: 64,
		MinScore: 0.01, NMSIoU: 0.5, Detections: 100,
		Pyramid: anchors.Pyramid{
			Levels: []anchors.Level{
				{Stride: 4, Sizes: []float32{8, 12}},
				{Stride: 8, Sizes: []float32{18, 27}},
				{Stride: 16, Sizes: []float32{40, 60}},
			},
			Ratios: []float32{0.5, 1, 2},
			Offset: 0.5,
		},
	}
}

// firstStride is that of the trunk's finest map.
const firstStride = 4

// Validate reports a pyramid that is none, or the first that [Config.Shape] has.
func (c Config) Validate() error {
	if err := c.Pyramid.Validate(); err != nil {
		return err
	}
	return registry.First(c.Shape())
}

// Shape reports the strides of a pyramid that the trunk cannot carry, each as a
// [registry.ParamError]: they must be powers of two from 4 on, each twice the last.
func (c Config) Shape() error {
	if len(c.Pyramid.Levels) == 0 {
		return nil
	}
	key := func(level int) string { return fmt.Sprintf("pyramid.levels[%d].stride", level) }
	first := c.Pyramid.Levels[0].Stride
	if first < firstStride || first&(first-1) != 0 {
		return &registry.ParamError{Key: key(0), Value: first, Problem: fmt.Sprintf("expected %d, %d, %d or so on: the trunk has maps of these strides", firstStride, 2*firstStride, 4*firstStride)}
	}
	var wrong []error
	for l, level := range c.Pyramid.Levels {
		if want := first << l; level.Stride != want {
			wrong = append(wrong, &registry.ParamError{Key: key(l), Value: level.Stride, With: []string{key(0)},
				Problem: fmt.Sprintf("expected %d after %d: each stride is twice the last", want, want/2)})
		}
	}
	return errors.Join(wrong...)
}
