package study

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
)

//go:embed studies/*.yaml
var studies embed.FS

//go:embed presets/*.yaml
var presets embed.FS

// Study is a list of experiments that belong together.
type Study struct {
	Title       string       `doc:"what the study asks"`
	Experiments []Experiment `doc:"its experiments, in the order in which they are run"`
}

// Experiment is a comparison of a study: a preset, and how it is run.
type Experiment struct {
	Name      string   `doc:"what its folder is called"`
	Preset    string   `doc:"preset of the study or of detsample that it is"`
	Change    string   `doc:"what is otherwise than in the preset, as YAML"`
	Rate      float64  `range:"[0,)" doc:"learning rate of every strategy; 0 for those of the preset"`
	RateFrom  string   `param:"rate_from" doc:"where that rate comes from"`
	Only      []string `doc:"strategies of the preset that take part; none for all"`
	Seeds     int      `range:"[1,1000]" doc:"runs of each strategy"`
	FirstSeed int      `range:"[1,)" doc:"the first seed; the others follow"`
	Tune      bool     `doc:"first choose every strategy's learning rate on validation images"`
	States    bool     `doc:"keep weights on training states in place of AP"`
	Scenes    bool     `doc:"about generated scenes: left out where a folder's images are trained on"`
	Quick     bool     `doc:"part of a quick study"`
	Claims    []int    `range:"[1,7]" doc:"claims that it is for"`
}

// SetDefaults sets the first seed.
func (e *Experiment) SetDefaults() { e.FirstSeed = 1 }

// Names returns the studies, in the order in which they are run.
func Names() []string { return []string{"boosting", "dense", "rpn", "roi", "small", "axes"} }

// Load returns a study by name.
func Load(name string) (*Study, error) {
	all, err := decoded()
	if err != nil {
		return nil, err
	}
	s, ok := all[name]
	if !ok {
		return nil, registry.Unknown("study", name, Names())
	}
	s.Experiments = slices.Clone(s.Experiments)
	return &s, nil
}

// decoded are the studies by name, decoded once: every name in a folder asks for them.
var decoded = sync.OnceValues(func() (map[string]Study, error) {
	all := map[string]Study{}
	for _, name := range Names() {
		data, err := studies.ReadFile(path.Join("studies", name+".yaml"))
		if err != nil {
			return nil, err
		}
		var s Study
		if err := strictyaml.Unmarshal("study "+name, data, &s, strategy.Types()); err != nil {
			return nil, err
		}
		all[name] = s
	}
	return all, nil
})

// Shares are the parts of an experiment's images after which it is judged.
var Shares = [...]float64{0.25, 0.5, 1}

// Experiments returns those of the named studies, of all of them without names.
func Experiments(names ...string) ([]Experiment, error) {
	if len(names) == 0 {
		names = Names()
	}
	var all []Experiment
	for _, name := range names {
		s, err := Load(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s.Experiments...)
	}
	return all, nil
}

// Find returns the experiments that a name stands for: those of a study, or a single
// one, which is called STUDY/EXPERIMENT where a study has the same name; none of
// another name.
func Find(name string) ([]Experiment, error) {
	if slices.Contains(Names(), name) {
		return Experiments(name)
	}
	var of []string
	if study, within, ok := strings.Cut(name, "/"); ok && slices.Contains(Names(), study) {
		of, name = []string{study}, within
	}
	among, err := Experiments(of...)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(among, func(e Experiment) bool { return e.Name == name })
	if i < 0 {
		return nil, nil
	}
	return among[i : i+1], nil
}

// Called returns the name by which detsample study runs the experiment alone:
// its own, and that of its study before it where a study has the same name.
func (e *Experiment) Called() string {
	if slices.Contains(Names(), e.Name) {
		return e.Name + "/" + e.Name
	}
	return e.Name
}

// AboutScenes reports whether the experiment needs generated scenes: it is about
// them, or lays weightings beside each other on them.
func (e *Experiment) AboutScenes() bool { return e.States || e.Scenes }

// Config returns the comparison that the experiment is.
func (e *Experiment) Config() (*config.Config, error) {
	c, err := e.preset()
	if err != nil {
		return nil, err
	}
	if e.Change != "" {
		if err := strictyaml.Unmarshal("study experiment "+e.Name, []byte(e.Change), c, strategy.Types()); err != nil {
			return nil, err
		}
	}
	if e.Rate > 0 {
		for i := range c.Strategies {
			c.Strategies[i].LR, c.Strategies[i].LRReason = e.Rate, "one for all strategies: "+e.RateFrom
		}
	}
	if len(e.Only) == 0 {
		return c, nil
	}
	for _, name := range e.Only {
		if !slices.ContainsFunc(c.Strategies, func(s strategy.Strategy) bool { return s.Name == name }) {
			return nil, fmt.Errorf("study experiment %s: preset %s has no strategy %q", e.Name, e.Preset, name)
		}
	}
	c.Strategies = slices.DeleteFunc(c.Strategies, func(s strategy.Strategy) bool { return !slices.Contains(e.Only, s.Name) })
	return c, nil
}

// preset returns the study's own preset of the experiment's name, or else
// detsample's.
func (e *Experiment) preset() (*config.Config, error) {
	data, err := presets.ReadFile(path.Join("presets", e.Preset+".yaml"))
	if err != nil {
		return config.Preset(e.Preset)
	}
	return config.Parse("study preset "+e.Preset, data)
}
