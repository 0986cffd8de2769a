package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"detsample/bench/store"
	"detsample/internal/durable"
)

// Origin says what an experiment's results were made by: what trained them, not
// what took them over or joined them.
type Origin struct {
	Program  string   `json:"program"` // its version
	Command  string   `json:"command"`
	Of       []string `json:"of,omitempty"` // the studies and experiments that it was asked for; none of a comparison of one's own
	Machine  string   `json:"machine"`
	Numerics string   `json:"numerics"` // what computes: equal ones give equal figures
	Data     string   `json:"data,omitempty"`
	Links    bool     `json:"follow_links,omitempty"`
	Size     string   `json:"size,omitempty"` // that was asked for, of the images of Data
	Quick    bool     `json:"quick,omitempty"`
	Note     string   `json:"note,omitempty"`

	// Parts are the commands that trained a part each, where there are several.
	// Program, Command, Machine and Note then name all of them, Quick is true if one
	// was, and the others are the last one's.
	Parts []Origin `json:"parts,omitempty"`
}

// and returns the origin of what two have made. One that is there already is not
// added again, whatever note somebody has written to it.
func (o Origin) and(other Origin) Origin {
	parts := o.parts()
	for _, p := range other.parts() {
		if !slices.ContainsFunc(parts, p.same) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	all := parts[len(parts)-1]
	each := func(separator string, field func(Origin) string) string {
		var texts []string
		for _, p := range parts {
			if text := field(p); text != "" && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		return strings.Join(texts, separator)
	}
	all.Program = each(" and ", func(o Origin) string { return o.Program })
	all.Command = each("; ", func(o Origin) string { return o.Command })
	all.Machine = each(" and ", func(o Origin) string { return o.Machine })
	all.Note = each(" ", func(o Origin) string { return o.Note })
	all.Quick = slices.ContainsFunc(parts, func(o Origin) bool { return o.Quick })
	all.Parts = parts
	return all
}

func (o Origin) parts() []Origin {
	if len(o.Parts) > 0 {
		return slices.Clone(o.Parts)
	}
	return []Origin{o}
}

// same reports whether two are one, but for their notes.
func (o Origin) same(other Origin) bool {
	o.Note, other.Note = "", ""
	return reflect.DeepEqual(o, other)
}

// readOrigin reads what is kept of what made the runs in a folder, if it is.
func readOrigin(dir string) (o Origin, kept bool, err error) {
	name := filepath.Join(dir, store.Origin)
	text, err := durable.ReadFile(name, mostRead)
	if errors.Is(err, fs.ErrNotExist) {
		return o, false, nil
	} else if err != nil {
		return o, false, err
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return o, false, fmt.Errorf("%s: not what a study writes: %w: put back the file as it was, or remove it", name, err)
	}
	return o, true, nil
}

func writeOrigin(dir string, o Origin) error {
	text, err := json.MarshalIndent(o, "", " ")
	if err != nil {
		return err
	}
	return durable.Replace(durable.Local{}, filepath.Join(dir, store.Origin), append(text, '\n'))
}

// keepOrigin keeps, once an experiment's first run has ended, that this command has
// made a part of it, or all.
func (r *runner) keepOrigin(e *Planned) {
	if r.noted {
		return
	}
	r.noted = true
	dir := filepath.Join(r.o.Out, e.Name)
	if r.o.Shard.Count > 0 && !e.States {
		dir = store.ShardDir(dir, r.o.Shard.Index, r.o.Shard.Count)
	}
	o := r.origin()
	if r.resumed > 0 {
		before, kept, err := readOrigin(dir)
		if err != nil {
			r.failed = err
			return
		}
		if !kept {
			before = r.forgotten(o.Numerics)
		}
		o = before.and(o)
	}
	r.failed = writeOrigin(dir, o)
}

// claimed makes sure that the folder of an experiment says what its runs are of,
// be it that they were all there.
func (r *runner) claimed(dir string) error {
	_, kept, err := readOrigin(dir)
	if kept || err != nil {
		return err
	}
	return writeOrigin(dir, r.forgotten(r.origin().Numerics))
}

// joined keeps what made the runs of an experiment whose parts, shards and what
// was joined of them before, are known.
func (r *runner) joined(dir string, parts []*store.Part) error {
	all, kept, err := readOrigin(dir)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Dir == dir || len(p.Keys()) == 0 {
			continue
		}
		o, there, err := readOrigin(p.Dir)
		if err != nil {
			return err
		}
		if !there {
			id, _ := p.Identity()
			o = r.forgotten(id.Numerics)
		}
		if kept {
			o = all.and(o)
		}
		all, kept = o, true
	}
	if !kept {
		return r.claimed(dir)
	}
	return writeOrigin(dir, all)
}

// forgotten is the origin of runs of which it is not kept what made them.
func (r *runner) forgotten(numerics string) Origin {
	return Origin{Program: "a program that is not kept", Machine: "a machine that is not kept", Numerics: numerics, Data: r.o.Data}
}
