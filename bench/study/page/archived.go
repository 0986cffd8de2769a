package page

import (
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/internal/markdown"
)

// archived is an experiment with what a study's folder keeps of it, of which the page
// asks again and again: its texts are fit for Markdown.
type archived struct {
	study.Stored

	names    []string                     // of the configuration's strategies, once asked for
	compared map[string]*stats.Comparison // by key, of runs that were read; nil of others, which may change
}

// open returns every experiment with what a folder keeps of it.
func open(dir string) ([]archived, error) {
	stored, err := study.Open(dir)
	if err != nil {
		return nil, err
	}
	list := make([]archived, len(stored))
	for i := range stored {
		s := archived{Stored: stored[i], compared: map[string]*stats.Comparison{}}
		s.Origin = shown(s.Origin)
		for k := range s.Runs {
			s.Runs[k].Failed = markdown.Line(s.Runs[k].Failed)
		}
		list[i] = s
	}
	return list, nil
}

// find returns an experiment by its name.
func find(list []archived, experiment string) *archived {
	i := slices.IndexFunc(list, func(s archived) bool { return s.Name == experiment })
	if i < 0 {
		panic("page: no study has an experiment " + experiment)
	}
	return &list[i]
}

// shown is an origin as the page writes it: what the file says is text, a line of
// each, and nothing that means something in Markdown. Commands and folders are
// written as code, too.
func shown(o study.Origin) study.Origin {
	for _, text := range []*string{&o.Program, &o.Machine, &o.Note} {
		*text = markdown.Line(*text)
	}
	for _, text := range []*string{&o.Command, &o.Data, &o.Size} {
		*text = markdown.Plain(*text)
	}
	o.Parts = slices.Clone(o.Parts)
	for i := range o.Parts {
		o.Parts[i] = shown(o.Parts[i])
	}
	return o
}
