package interchange

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// role is what a component of a library is.
type role string

const (
	assigner role = "assigner"
	sampler  role = "sampler"
	clsLoss  role = "cls"
	boxLoss  role = "box"
)

// component is a class of another library and what it is here. The tables of
// components are what both directions read, and the table of the documentation.
type component struct {
	role   role
	theirs string // the class
	ours   string // as registered
	when   []fixed
	fields []field
	always []setting // parameters of ours that theirs has no field for
	note   string    // what is not the same
}

// fixed is a field of theirs that must have a value for the component to be
// the one meant.
type fixed struct {
	key     string
	value   string // as Python writes it
	missing bool   // whether it has this value where it is not given
}

// params are the parameters of one of our components, by key.
type params map[string]any

// field is a field of theirs. One without in is not about sampling, or must
// have its neutral value to mean nothing.
type field struct {
	theirs  string
	ours    []string // the parameters that it says
	missing string   // the library's default as Python writes it; "" if it must be given
	in      func(n *node) ([]setting, error)
	out     func(p params) (python, why string)
	effect  string // of a field that has nothing here, unless it is at its default
	note    string // of a field that needs nothing, whatever its value
}

// valued is a number that is the same in both.
func valued(theirs, ours, missing string) field {
	return field{theirs: theirs, ours: []string{ours}, missing: missing,
		in: func(n *node) ([]setting, error) {
			switch {
			case n.kind == integer:
				return []setting{{key: ours, value: n.whole}}, nil
			case n.kind == real:
				return []setting{{key: ours, value: n.number}}, nil
			}
			return nil, errNumber
		},
		out: func(p params) (string, string) { return python(p[ours]), "" },
	}
}

// flagged is a truth that is the same in both.
func flagged(theirs, ours, missing string) field {
	return field{theirs: theirs, ours: []string{ours}, missing: missing,
		in: func(n *node) ([]setting, error) {
			if n.kind != boolean {
				return nil, fmt.Errorf("expected True or False")
			}
			return []setting{{key: ours, value: n.truth}}, nil
		},
		out: func(p params) (string, string) { return python(p[ours]), "" },
	}
}

// renamed is a truth or word of theirs for each word of ours.
func renamed(theirs, ours, missing string, words map[string]string) field {
	return field{theirs: theirs, ours: []string{ours}, missing: missing,
		in: func(n *node) ([]setting, error) {
			for python, word := range words {
				if n.short() == python {
					return []setting{{key: ours, value: word}}, nil
				}
			}
			return nil, fmt.Errorf("expected %s", strings.Join(sorted(words), " or "))
		},
		out: func(p params) (string, string) {
			for python, word := range words {
				if p[ours] == word {
					return python, ""
				}
			}
			return "", fmt.Sprintf("%s: %v has no equivalent", ours, p[ours])
		},
	}
}

// listed is a list of numbers, None for an empty one.
func listed(theirs, ours string) field {
	return field{theirs: theirs, ours: []string{ours}, missing: "None",
		in: func(n *node) ([]setting, error) {
			if n.kind == null {
				return nil, nil
			}
			values, ok := floats(n)
			if !ok {
				return nil, fmt.Errorf("expected a list of numbers")
			}
			return []setting{{key: ours, value: values}}, nil
		},
		out: func(p params) (string, string) {
			if values, ok := p[ours].([]float64); ok && len(values) > 0 {
				return python(values), ""
			}
			return "None", ""
		},
	}
}

// neutral is a field that must be at its default to mean nothing.
func neutral(theirs, missing, effect string) field {
	return field{theirs: theirs, missing: missing, effect: effect}
}

// aside is a field that needs nothing here, whatever it says.
func aside(theirs, missing, note string) field {
	return field{theirs: theirs, missing: missing, note: note}
}

var errNumber = fmt.Errorf("expected a number")

// python writes a value as Python does.
func python(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', 1, 64)
		}
		return pythonFloat(v)
	case []float64:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = python(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return "'" + v + "'"
	}
	return fmt.Sprint(v)
}

// library is what its components are, and what is said of those that it lacks.
type library struct {
	name       string
	components []component
	unknown    map[string]string // classes that are refused, and why
}

// component makes the component that a dict describes. weightKey and the like,
// which the stage reads, are asked of the block before or after.
func (l *library) component(what role, to string, b *block) (*typed, *component, error) {
	name, err := b.typeName()
	if err != nil {
		return nil, nil, err
	}
	var found *component
	for i := range l.components {
		c := &l.components[i]
		if c.role == what && c.theirs == name && c.meant(b) {
			found = c
			break
		}
	}
	if found == nil {
		return nil, nil, refuse(b.place("type"), "%s is a %s that detsample does not have%s", name, roleNames[what], because(l.unknown[name]))
	}
	b.record("type", Mapped, to+": "+found.ours, found.note)
	made := &typed{name: found.ours, from: b.from("type") + " " + name}
	for _, w := range found.when {
		b.record(w.key, Mapped, to+": "+found.ours, "")
	}
	for _, f := range found.fields {
		if err := f.read(made, to, b); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range found.always {
		s.from = l.name + "'s " + name
		made.params = append(made.params, s)
	}
	return made, found, nil
}

var roleNames = map[role]string{assigner: "assigner", sampler: "sampler", clsLoss: "classification loss", boxLoss: "box loss"}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// meant reports whether the dict is one of this component.
func (c *component) meant(b *block) bool {
	for _, w := range c.when {
		n := b.dict.get(w.key)
		if n == nil && !w.missing || n != nil && n.short() != w.value {
			return false
		}
	}
	return true
}

// read carries one field over.
func (f *field) read(made *typed, to string, b *block) error {
	n := b.dict.get(f.theirs)
	if f.in == nil {
		switch {
		case n == nil:
		case f.note != "":
			b.record(f.theirs, Mapped, "", f.note)
		case same(n, f.missing):
			b.record(f.theirs, Mapped, "", "as here")
		default:
			b.record(f.theirs, Unmapped, "", f.effect)
		}
		return nil
	}
	from := b.from(f.theirs)
	if n == nil {
		if f.missing == "" {
			return refuse(b.at, "%s has no %s, which %s needs", b.path, f.theirs, made.from[strings.LastIndexByte(made.from, ' ')+1:])
		}
		var err error
		if n, err = pythonLiteral(f.missing); err != nil {
			panic("interchange: the default " + f.missing + " of " + f.theirs + " is not read: " + err.Error())
		}
	}
	settings, err := f.in(n)
	if err != nil {
		if e, ok := err.(*unmapped); ok {
			b.record(f.theirs, Unmapped, "", e.effect)
			made.params = append(made.params, named(settings, from)...)
			return nil
		}
		return refuse(b.place(f.theirs), "%s.%s is %s: %v", b.path, f.theirs, n.short(), err)
	}
	made.params = append(made.params, named(settings, from)...)
	goal := to
	if len(settings) > 0 {
		goal = to + "." + settings[0].key
	}
	b.record(f.theirs, Mapped, goal, "")
	return nil
}

// unmapped is the error of a value that means something detsample lacks, beside
// which the rest can be carried over.
type unmapped struct{ effect string }

func (u *unmapped) Error() string { return u.effect }

func named(settings []setting, from string) []setting {
	for i := range settings {
		settings[i].from = from
	}
	return settings
}

// same reports whether a value is what Python's literal says.
func same(n *node, literal string) bool {
	want, err := pythonLiteral(literal)
	if err != nil {
		return false
	}
	if n.isNumber() && want.isNumber() {
		return n.float() == want.float()
	}
	return n.short() == want.short()
}

func sorted(m map[string]string) []string {
	return slices.Sorted(maps.Keys(m))
}
