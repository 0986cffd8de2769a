package page

import (
	"slices"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/internal/markdown"
)

// open returns every experiment with what a folder keeps of it, whose texts are fit for
// Markdown.
func open(dir string) ([]evidence.Experiment, error) {
	list, err := evidence.Open(dir)
	if err != nil {
		return nil, err
	}
	for i := range list {
		s := &list[i]
		s.Origin = shown(s.Origin)
		for k := range s.Runs {
			s.Runs[k].Failed = markdown.Line(s.Runs[k].Failed)
		}
	}
	return list, nil
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
