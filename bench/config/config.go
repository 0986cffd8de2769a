// Package config is the configuration of a comparison: what a file of it says,
// the presets, and the traps that it shows before anything is trained.
package config

import (
	"errors"
	"fmt"

	"detsample/bench/cocoeval"
	"detsample/bench/small/detector"
	"detsample/bench/small/scene"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
)

// Config is a comparison: the data, the network and the training that its
// strategies share, and the strategies. A file of it is YAML, read by [Load].
type Config struct {
	Title      string              `doc:"what the report calls the comparison"`
	Scenes     scene.Config        `doc:"the generated images, where no folder is given"`
	SceneSeed  uint64              `doc:"seed of the generated images, the same for all runs"`
	Folder     Folder              `doc:"how images of a folder are read"`
	Detector   detector.Config     `doc:"the network, apart from the strategies"`
	Training   Training            `doc:"how long and how to train"`
	Areas      Areas               `doc:"what counts as small, medium and large in generated images"`
	Scale      Scale               `oneof:"as_written|matched" doc:"sizes of the losses: as their weights are written, or each multiplied so that it moves the trunk as much as the first strategy's of its kind"`
	Trainer    *Program            `omit:"nil" doc:"a training program of your own, in place of the small detectors"`
	Strategies []strategy.Strategy `doc:"the strategies; differences are to the first"`
}

// Folder says how the images of a data folder are read.
type Folder struct {
	Size        Size    `doc:"longest side of the images as trained on, in pixels; original leaves images as they are; auto is chosen by the objects, or crops are"`
	Crop        int     `range:"[0,2048]" doc:"side of crops of the original pixels to train on, and of the tiles to test on, at least 64; 0 for none but by size: auto"`
	CropObjects float64 `param:"crop_objects" range:"[0,1]" doc:"share of the crops that are around an object; the others are on background"`
	CropKeep    float64 `param:"crop_keep" range:"[0,1]" doc:"least share of an object's area within a crop to be learnt; with less it is ignored"`
	MaxTrain    int     `range:"[0,)" doc:"training images used, 0 for all"`
	MaxTest     int     `range:"[0,)" doc:"test images used, 0 for all"`
	Strict      bool    `doc:"refuse the data at the first problem instead of skipping and reporting it"`
	Cache       int     `range:"[0,1048576]" doc:"MiB of decoded images that are kept in memory, 0 for an eighth of the machine's and at most 256; changes no result"`
	Anchors     bool    `doc:"fit the pyramid's sizes and ratios to the training boxes, from those of detector.pyramid"`
	Areas       Areas   `doc:"what counts as small, medium and large in a folder's images"`
}

// Training is what all strategies of a comparison share.
type Training struct {
	Images      int       `range:"[1,)" doc:"images seen by a run, repetitions counted: the budget"`
	Batch       int       `range:"[1,)" doc:"images per step"`
	Optimizer   Optimizer `oneof:"adam|sgd" doc:"adam (betas 0.9 and 0.99), or gradient descent with momentum 0.9"`
	Schedule    Schedule  `oneof:"constant|cosine" doc:"of the learning rate, after warm-up"`
	Warmup      int       `range:"[0,)" doc:"steps of linear warm-up"`
	Clip        float64   `range:"[0,)" doc:"largest norm of a step's gradient, 0 for any"`
	Average     float64   `range:"[0,1)" doc:"decay of the weight average that is evaluated, 0 for the weights themselves"`
	WeightDecay float64   `range:"[0,)" doc:"decoupled weight decay"`
	Flip        bool      `doc:"mirror half of the training images"`
	Checkpoints int       `range:"[1,100]" doc:"evaluations along training, the last at its end"`
	EvaluateAt  []int     `range:"[1,)" doc:"images after which to evaluate instead, ascending, besides the end"`
}

// Validate reports the first that Shape has.
func (t Training) Validate() error { return registry.First(t.Shape()) }

// Shape reports the budgets that are not in order, or beyond the end, each as a
// [registry.ParamError].
func (t Training) Shape() error {
	key := func(i int) string { return fmt.Sprintf("evaluate_at[%d]", i) }
	var wrong []error
	for i, at := range t.EvaluateAt {
		p := registry.ParamError{Key: key(i), Value: at}
		switch {
		case i > 0 && at <= t.EvaluateAt[i-1]:
			p.With, p.Problem = []string{key(i - 1)}, fmt.Sprintf("expected more than the %d before it: give ascending numbers of images", t.EvaluateAt[i-1])
		case at > t.Images:
			p.With, p.Problem = []string{"images"}, fmt.Sprintf("expected at most the %d images of the training: raise images, or leave it out", t.Images)
		default:
			continue
		}
		wrong = append(wrong, &p)
	}
	return errors.Join(wrong...)
}

// Optimizer is how gradients move the weights.
type Optimizer string

// The optimisers.
const (
	Adam Optimizer = "adam"
	SGD  Optimizer = "sgd"
)

// Schedule is the course of the learning rate after warm-up.
type Schedule string

// The schedules. With a constant rate and averaged weights, each checkpoint is
// what training would have given had it ended there, so that one run shows
// every smaller budget.
const (
	Constant Schedule = "constant"
	Cosine   Schedule = "cosine"
)

// Scale says how large strategies' losses are beside each other.
type Scale string

// The scales. A sampler or a normaliser changes the size of a loss as well as
// what it is made of; matched, the comparison is of the latter alone.
const (
	AsWritten Scale = "as_written"
	Matched   Scale = "matched"
)

// Areas are the limits of small and large objects as sides of squares in
// pixels of the original image; COCO's are 32 and 96.
type Areas struct {
	Small float64 `range:"(0,)" doc:"side in pixels up to which an object is small"`
	Large float64 `range:"(0,)" doc:"side in pixels from which an object is large"`
}

// Validate reports the first that Shape has.
func (f Folder) Validate() error { return registry.First(f.Shape()) }

// Shape reports crops that are too small to train on, and a size of images of which
// there are crops, each as a [registry.ParamError].
func (f Folder) Shape() error {
	var small, sized error
	if f.Crop != 0 && f.Crop < MinCrop {
		small = &registry.ParamError{Key: "crop", Value: f.Crop, Problem: fmt.Sprintf("expected at least %d, or 0 for none", MinCrop)}
	}
	if f.Crop != 0 && f.Size > 0 {
		sized = &registry.ParamError{Key: "size", Value: int(f.Size), With: []string{"crop"}, Problem: fmt.Sprintf("crop is %d, and crops are of the original pixels: leave size out", f.Crop)}
	}
	return errors.Join(small, sized)
}

// DearestSize is the longest side in pixels of images that a comparison chooses by
// itself, where its configuration leaves that to the objects: a step takes six times
// what it takes at the usual one.
const DearestSize = 320

// MinCrop is the least side of crops to train on, in pixels.
const MinCrop = 64

// Validate reports what Shape has.
func (a Areas) Validate() error { return a.Shape() }

// Shape reports limits in the wrong order, as a [registry.ParamError].
func (a Areas) Shape() error {
	if a.Small >= a.Large {
		return &registry.ParamError{Key: "small", Value: a.Small, With: []string{"large"}, Problem: fmt.Sprintf("expected less than large, which is %v", a.Large)}
	}
	return nil
}

// Params returns the evaluation's settings, without images and classes.
func (a Areas) Params() cocoeval.Params {
	p := cocoeval.DefaultParams()
	small, large := a.Small*a.Small, a.Large*a.Large
	p.Areas = []cocoeval.AreaRange{
		{Name: "all", Max: 1e10},
		{Name: "small", Max: small},
		{Name: "medium", Min: small, Max: large},
		{Name: "large", Min: large, Max: 1e10},
	}
	return p
}

// Default returns a comparison without strategies, at the settings that the
// presets start from.
func Default() Config {
	return Config{
		Scenes: scene.DefaultConfig(), SceneSeed: 1,
		Folder:   Folder{Size: Auto, CropObjects: 0.75, CropKeep: 0.5, MaxTrain: 2000, MaxTest: 500, Anchors: true, Areas: Areas{Small: 32, Large: 96}},
		Detector: detector.Default(),
		Training: Training{
			Images: 4800, Batch: 4, Optimizer: Adam, Schedule: Constant, Warmup: 50, Clip: 10,
			Average: 0.995, Flip: true, Checkpoints: 4,
		},
		Areas: Areas{Small: 12, Large: 24}, Scale: AsWritten,
	}
}

// Validate reports a comparison that cannot run, as Shape has it.
func (c Config) Validate() error { return c.Shape() }

// Shape reports a comparison without strategies, and each name that another strategy
// has, as a [registry.ParamError] of the second one's: it can be said whatever else is
// wrong with the file.
func (c Config) Shape() error {
	if len(c.Strategies) == 0 {
		return errors.New("no strategies: give at least one in the list strategies")
	}
	seen := map[string]bool{}
	var twice []error
	for i, s := range c.Strategies {
		if s.Name != "" && seen[s.Name] {
			twice = append(twice, &registry.ParamError{Key: fmt.Sprintf("strategies[%d].name", i), Value: s.Name, Problem: "another strategy before it is named so, and results are told apart by name"})
		}
		seen[s.Name] = true
	}
	return errors.Join(twice...)
}

// Parse reads a comparison from YAML; what it does not mention is as in
// [Default], but that a program of one's own trains on all images. The error
// has a line for each mistake, as file:line:column, what was expected there and
// the nearest valid name.
func Parse(file string, data []byte) (*Config, error) {
	c, err := parse(file, data, Default())
	if err != nil || c.Trainer == nil {
		return c, err
	}
	return parse(file, data, defaultFor(nil))
}

// ParseFor is Parse for a comparison whose trainer is a program with this
// command, which is valid, whatever the file says of it: it need not have one.
func ParseFor(command Command, file string, data []byte) (*Config, error) {
	c, err := parse(file, data, defaultFor(&Program{Command: command}))
	if err != nil {
		return nil, err
	}
	if c.Trainer == nil { // trainer: null
		c.Trainer = &Program{}
	}
	c.Trainer.Command = command
	return c, nil
}

// defaultFor is [Default] for a program of one's own.
func defaultFor(p *Program) Config {
	c := Default()
	c.Trainer, c.Folder.MaxTrain, c.Folder.MaxTest = p, 0, 0
	return c
}

func parse(file string, data []byte, c Config) (*Config, error) {
	if err := strictyaml.Unmarshal(file, data, &c, strategy.Types()); err != nil {
		return nil, singleStrategy(err, data)
	}
	return &c, nil
}

// Load reads a comparison from a regular file of at most 16 MiB.
func Load(path string) (*Config, error) {
	data, err := strictyaml.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// YAML writes the comparison with every parameter, for a report or to start a
// configuration from.
func (c *Config) YAML() ([]byte, error) { return strictyaml.Marshal(c, strategy.Types()) }
