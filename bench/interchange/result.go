package interchange

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/strictyaml"
)

// Status says what became of a field.
type Status uint8

const (
	// Mapped means that the strategy says the same, or does it in any case.
	Mapped Status = iota
	// Unmapped means that the field changes what is learned from, or how
	// strongly, and that the strategy does not have it.
	Unmapped
	// Ignored means that the field is not about sampling, assignment or losses.
	Ignored
)

// String returns the word for a status.
func (s Status) String() string { return [...]string{"mapped", "unmapped", "ignored"}[s] }

// Field is what became of one field of a configuration.
type Field struct {
	Place  string // file:line where it is written; empty for a library's default
	Path   string // its name from the configuration's root, such as model.train_cfg.assigner.pos_iou_thr
	Value  string // as it is written
	Status Status
	To     string // where a mapped one went, such as dense.assigner.pos_iou
	Note   string // what an unmapped one does, or why another needs nothing
}

// Imported is a strategy made of a configuration, with its anchors.
type Imported struct {
	Library string // mmdetection, detectron2, torchvision or ultralytics

	// YAML has comments that say where each value comes from. It is a comparison
	// of the one strategy under the configuration's anchors, or, where these
	// cannot be said, the strategy alone.
	YAML     []byte
	Strategy strategy.Strategy
	Pyramid  *anchors.Pyramid // nil where they cannot be said, or are not known

	Fields []Field  // every field, in the order in which they were looked at
	Notes  []string // what is not the same, of parts that have no field
}

// Unmapped returns the fields that the strategy lacks.
func (m Imported) Unmapped() []Field {
	var list []Field
	for _, f := range m.Fields {
		if f.Status == Unmapped {
			list = append(list, f)
		}
	}
	return list
}

// setting is a key of the strategy with its value and where that comes from.
type setting struct {
	key   string
	value any // a number, truth, string, list of numbers, or *typed
	from  string
}

// typed is a registered assigner, sampler, loss or normaliser.
type typed struct {
	name   string
	from   string
	params []setting
}

// stage is a stage of the strategy being made.
type stage struct {
	name     string
	from     string
	settings []setting
}

func (s *stage) set(key string, value any, from string) {
	if i := slices.IndexFunc(s.settings, func(o setting) bool { return o.key == key }); i >= 0 {
		s.settings[i] = setting{key, value, from}
		return
	}
	s.settings = append(s.settings, setting{key, value, from})
}

func (s *stage) get(key string) any {
	for _, o := range s.settings {
		if o.key == key {
			return o.value
		}
	}
	return nil
}

// draft is a strategy being made of a configuration.
type draft struct {
	library string
	path    string
	name    string
	header  []string
	stages  []*stage
	layout  *layout
	fields  []Field
	notes   []string
}

func (d *draft) stage(name, from string) *stage {
	s := &stage{name: name, from: from}
	d.stages = append(d.stages, s)
	return s
}

// note records something that is not the same and has no field of its own.
func (d *draft) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(d.notes, text) {
		d.notes = append(d.notes, text)
	}
}

// finish writes the strategy and reads it back, so that nothing wrong leaves.
func (d *draft) finish() (Imported, error) {
	var out strings.Builder
	for _, line := range d.header {
		out.WriteString("# " + line + "\n")
	}
	for _, f := range d.fields {
		if f.Status == Unmapped {
			fmt.Fprintf(&out, "# Not reproduced: %s = %s (%s): %s.\n", f.Path, oneLine(f.Value), f.Place[strings.LastIndexAny(f.Place, `/\`)+1:], oneLine(f.Note))
		}
	}
	for _, n := range d.notes {
		out.WriteString("# Not reproduced: " + oneLine(n) + ".\n")
	}
	margin := ""
	if d.layout != nil {
		margin = "    "
		out.WriteString("# detector is its anchors: left out, a comparison has those of its small detectors.\n")
		d.layout.write(&out)
		out.WriteString("strategies:\n  - name: " + strconv.Quote(d.name) + "\n")
	} else {
		out.WriteString("name: " + strconv.Quote(d.name) + "\n")
	}
	for _, s := range d.stages {
		writeLine(&out, margin+s.name+":", s.from)
		for _, o := range s.settings {
			writeSetting(&out, margin+"  ", o)
		}
	}
	made := Imported{Library: d.library, YAML: []byte(out.String()), Fields: d.fields, Notes: d.notes}
	if err := made.read(d.path, d.layout != nil); err != nil {
		return Imported{}, d.explain(err, strings.Split(out.String(), "\n"))
	}
	return made, nil
}

// read reads what was written, a comparison or a strategy.
func (m *Imported) read(path string, comparison bool) (err error) {
	if !comparison {
		m.Strategy, err = strategy.Parse(path, m.YAML)
		return err
	}
	c, err := config.Parse(path, m.YAML)
	if err == nil {
		m.Strategy, m.Pyramid = c.Strategies[0], &c.Detector.Pyramid
	}
	return err
}

// explain says of each mistake in the strategy that was made where in the
// configuration it comes from: the comment of its line.
func (d *draft) explain(err error, lines []string) error {
	var all strictyaml.Errors
	if !errors.As(err, &all) {
		return refuse(place{file: d.path}, "%v", err)
	}
	var list []string
	for _, e := range all {
		from := ""
		if e.Line > 0 && e.Line <= len(lines) {
			if _, comment, ok := strings.Cut(lines[e.Line-1], "# "); ok {
				from = comment + ": "
			}
		}
		list = append(list, d.path+": "+from+e.Message)
	}
	return errors.New(strings.Join(list, "\n"))
}

func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, s)
}

// commentColumn is where comments begin, where the line leaves room.
const commentColumn = 36

func writeLine(out *strings.Builder, line, from string) {
	out.WriteString(line)
	if from != "" {
		out.WriteString(strings.Repeat(" ", max(1, commentColumn-len(line))) + "# " + oneLine(from))
	}
	out.WriteByte('\n')
}

func writeSetting(out *strings.Builder, margin string, o setting) {
	t, ok := o.value.(*typed)
	switch {
	case !ok:
		writeLine(out, margin+o.key+": "+yamlScalar(o.value), o.from)
	case len(t.params) == 0 && t.name != "":
		writeLine(out, margin+o.key+": "+t.name, t.from)
	default:
		writeLine(out, margin+o.key+":", o.from)
		if t.name != "" {
			writeLine(out, margin+"  type: "+t.name, t.from)
		}
		for _, p := range t.params {
			writeSetting(out, margin+"  ", p)
		}
	}
}

func yamlScalar(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []float64:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = yamlScalar(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return v
	}
	panic(fmt.Sprintf("interchange: a %T in a draft", v))
}
