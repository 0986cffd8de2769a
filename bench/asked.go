package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"detsample/bench/dataset"
	"detsample/bench/store"
)

// asked is what a comparison was asked to be: all of its options that change a
// result, by the same names. It is kept with the runs, so that the parts of a
// comparison can be joined, and its next round be planned, by their folders
// alone.
type asked struct {
	Config string `json:"config"` // as it was given, with its budget multiplied
	Data   string `json:"data,omitempty"`
	Links  bool   `json:"links,omitempty"` // links in Data are followed
	Seeds  int    `json:"seeds"`
	Tune   bool   `json:"tune"`

	Only []string `json:"only,omitempty"` // in the configuration's order; none for all

	FirstSeed uint64  `json:"first-seed,omitempty"`
	Until     float64 `json:"until,omitempty"` // a share of 1
	Race      bool    `json:"race,omitempty"`

	Images images `json:"images"`
}

// askedBy returns what options ask for, beside a configuration.
func askedBy(o Options, config string) asked {
	return asked{Config: config, Data: o.Data, Links: o.Links, Seeds: max(1, o.Seeds), Tune: o.Tune, Only: o.Only, FirstSeed: o.FirstSeed, Until: o.Until, Race: o.Race}
}

// options returns the options that ask for the same; where the data are, and
// what changes no result, is as in o.
func (a asked) options(o Options) Options {
	if o.Data == "" {
		o.Data, o.Links = a.Data, a.Links
	}
	o.Seeds, o.Tune, o.Only, o.Budget = a.Seeds, a.Tune, a.Only, 0
	o.FirstSeed, o.Until, o.Race = a.FirstSeed, a.Until, a.Race
	return o
}

// images describes a set in numbers, to say in what another differs.
type images struct {
	Train   int      `json:"train"`
	Test    int      `json:"test"`
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Classes []string `json:"classes"`
}

func imagesOf(s *dataset.Set) images {
	return images{len(s.Train), len(s.Test), s.Width, s.Height, s.Classes}
}

// source is a folder of a comparison, and what it says that it is of.
type source struct {
	dir   string
	id    store.Identity
	asked asked
}

// sourceOf reads what a part is of.
func sourceOf(p *store.Part) (source, error) {
	s := source{dir: p.Dir}
	id, ok := p.Identity()
	if !ok || p.About() == nil {
		return s, fmt.Errorf("%s does not say what comparison it is of: the line that did is damaged, or another version wrote it: start its shard again, or remove it", p.Dir)
	}
	s.id = id
	if err := json.Unmarshal(p.About(), &s.asked); err != nil {
		return s, fmt.Errorf("%s: %w", p.Dir, err)
	}
	return s, nil
}

// differs says in what two folders are of different comparisons; empty if they
// are of one. Only the number of seeds, the path of the data, and titles and
// reasons may differ.
func (s source) differs(o source) string {
	own, ownOrder := s.settings()
	others, othersOrder := o.settings()
	settings := differences(own, others)
	switch {
	case s.id.Numerics != o.id.Numerics:
		return s.computedOtherwise(o)
	case len(settings) > 0:
		return "its configuration differs: " + listed(settings, 3)
	case !slices.Equal(ownOrder, othersOrder):
		return fmt.Sprintf("its configuration differs: its strategies are %s, the other's %s", strings.Join(ownOrder, ", "), strings.Join(othersOrder, ", "))
	case s.id.Data != o.id.Data:
		return "its data differ: " + s.asked.Images.differs(o.asked.Images)
	case s.id.Config != o.id.Config:
		return "its configuration differs, as does what follows from it and the data"
	}
	return ""
}

// incomparable says why no run of two folders is comparable, in the words of differs:
// how many there are, and of which strategies, may differ.
func (s source) incomparable(o source) string {
	var reasons []string
	if s.id.Numerics != o.id.Numerics {
		reasons = append(reasons, s.computedOtherwise(o))
	}
	if s.id.Config != o.id.Config {
		why := "its configuration differs"
		if settings := differences(s.shared(), o.shared()); len(settings) > 0 {
			why += ": " + listed(settings, 3)
		}
		reasons = append(reasons, why)
	}
	if s.id.Data != o.id.Data {
		reasons = append(reasons, "its data differ: "+s.asked.Images.differs(o.asked.Images))
	}
	return strings.Join(reasons, "; ")
}

// shared returns of the settings those that all runs follow from.
func (s source) shared() map[string]any {
	tree, _ := s.settings()
	maps.DeleteFunc(tree, func(name string, _ any) bool {
		return strings.HasPrefix(name, "--") || slices.Contains([]string{"strategies", "scale", "trainer"}, name)
	})
	return tree
}

// computedOtherwise says what computed two folders.
func (s source) computedOtherwise(o source) string {
	own, others := unlikeWords(s.id.Numerics, o.id.Numerics)
	return fmt.Sprintf("it was computed by %s, the other by %s", own, others)
}

// apart returns an error if two folders are of different comparisons.
func (s source) apart(o source) error {
	if why := s.differs(o); why != "" {
		return fmt.Errorf("%s is of another comparison than %s: %s", s.dir, o.dir, why)
	}
	return nil
}

// choices returns the options that parts of one comparison share, by name and as
// the command has them: those that are left out have their zero values.
func (a asked) choices() (choices map[string]any) {
	a.Config, a.Data, a.Links, a.Seeds, a.Images = "", "", false, 0, images{}
	a.Until = math.Round(1e12*a.Until) / 1e10 // in points, as it was given
	text, err := json.Marshal(a)
	if err == nil {
		err = json.Unmarshal(text, &choices)
	}
	if err != nil {
		return map[string]any{"options": err.Error()}
	}
	for _, name := range []string{"config", "seeds", "images"} {
		delete(choices, name)
	}
	return choices
}

func (i images) differs(o images) string {
	switch {
	case i.Train != o.Train || i.Test != o.Test:
		return fmt.Sprintf("%d + %d images, the other has %d + %d", i.Train, i.Test, o.Train, o.Test)
	case i.Width != o.Width || i.Height != o.Height:
		return fmt.Sprintf("images of %dx%d pixels, the other's are of %dx%d", i.Width, i.Height, o.Width, o.Height)
	case !slices.Equal(i.Classes, o.Classes):
		return fmt.Sprintf("classes %q, the other has %q", i.Classes, o.Classes)
	}
	return "as many images, of the same size and classes, with other pixels or objects"
}

// settings returns what was asked for as a tree, without what changes no
// result, and the strategies' names in order. What cannot be read is a leaf.
func (s source) settings() (tree map[string]any, names []string) {
	if err := yaml.Unmarshal([]byte(s.asked.Config), &tree); err != nil {
		return map[string]any{"configuration": s.asked.Config}, nil
	}
	if tree == nil { // of an empty one, which another version may have written
		tree = map[string]any{}
	}
	delete(tree, "title")
	if program, ok := tree["trainer"].(map[string]any); ok {
		for _, how := range []string{"timeout", "retries", "gpus"} {
			delete(program, how)
		}
	}
	if folder, ok := tree["folder"].(map[string]any); ok {
		delete(folder, "cache")
	}
	if list, ok := tree["strategies"].([]any); ok {
		byName := map[string]any{}
		for _, entry := range list {
			if strategy, ok := entry.(map[string]any); ok {
				name := fmt.Sprintf("%q", strategy["name"])
				delete(strategy, "name")
				delete(strategy, "lr_reason")
				delete(strategy, "scale_reason")
				byName[name] = strategy
				names = append(names, name)
			}
		}
		tree["strategies"] = byName
	}
	for option, value := range s.asked.choices() {
		tree["--"+option] = value
	}
	return tree, names
}

// joined returns what the joined comparison is asked to be, of what its parts
// were: the one with the most seeds, and of those the first as text, whatever
// their order.
func joined(sources []source) asked {
	best := slices.MinFunc(sources, func(a, b source) int {
		textA, _ := json.Marshal(a.asked)
		textB, _ := json.Marshal(b.asked)
		return cmp.Or(cmp.Compare(b.asked.Seeds, a.asked.Seeds), cmp.Compare(string(textA), string(textB)))
	})
	return best.asked
}
