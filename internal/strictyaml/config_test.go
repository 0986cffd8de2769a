package strictyaml

import (
	"errors"
	"fmt"
	"time"

	"detsample/internal/registry"
)

type sampler interface{ Sample() }

type random struct {
	Num              int     `range:"[1,)"`
	PositiveFraction float64 `range:"[0,1]"`
}

func (random) Sample() {}

type hardest struct {
	Ratio  float32 `range:"(0,)"`
	Levels []int   `range:"[1,)"`
	Inner  sampler
	Low    float64
	High   float64
}

func (*hardest) Sample() {}

func (h *hardest) Validate() error {
	if h.Low > h.High {
		return &registry.ParamError{Key: "low", Value: h.Low, Problem: "expected at most high"}
	}
	if h.Ratio > 100 {
		return errors.New("a ratio above 100 selects everything: use all")
	}
	return nil
}

type all struct{}

func (all) Sample() {}

type reduction uint8

var reductions = []string{"mean", "sum"}

func (r reduction) MarshalText() ([]byte, error) { return []byte(reductions[r]), nil }

func (r *reduction) UnmarshalText(text []byte) error {
	for i, name := range reductions {
		if name == string(text) {
			*r = reduction(i)
			return nil
		}
	}
	return fmt.Errorf("expected one of mean, sum")
}

type data struct {
	Path  string
	Seed  uint64
	Share float32 `range:"[0,1)"`
}

type stage struct {
	Name    string
	Sampler sampler
	Epochs  int `range:"[1,)"`
}

func (s *stage) SetDefaults() { s.Epochs = 12 }

type study struct {
	Name    string
	Steps   int8
	Rate    float64 `range:"(0,1]"`
	Fast    bool
	Norm    string `oneof:"batch|positives"`
	Reduce  reduction
	Limit   time.Duration
	Sampler sampler
	Data    data
	Extra   *data
	Stages  []stage
	ByName  map[string]stage
	Size    [2]int
	Scales  []float64 `range:"(0,)"`
}

func (s study) Validate() error {
	if s.Steps == 13 {
		return errors.New("13 steps never converge")
	}
	return nil
}

func testTypes() *Types {
	reg := registry.New[sampler]("sampler")
	reg.Register(registry.Entry[sampler]{Name: "random", New: func() sampler { return random{256, 0.5} }})
	reg.Register(registry.Entry[sampler]{Name: "hardest", New: func() sampler { return &hardest{Ratio: 3} }})
	reg.Register(registry.Entry[sampler]{Name: "all", New: func() sampler { return all{} }})
	types := new(Types)
	AddInterface(types, reg)
	return types
}

func defaults() study {
	return study{Name: "default", Rate: 0.1, Norm: "batch", Sampler: random{128, 0.25}, Data: data{Path: "voc", Share: 0.5}}
}
