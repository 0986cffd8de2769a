package strictyaml

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"detsample/internal/registry"
)

// Marshal writes v, a struct or a pointer to one, as the YAML that [Unmarshal]
// reads back to the same value: every parameter in the order of the fields,
// defaults too, so that a report can show the configuration that made it. A
// nil interface is left out, as is a nil pointer whose field has the tag
// omit:"nil", and a nil list or map reads as an empty one.
//
// It returns an error for what the file cannot say: a strategy that is not
// registered, a number that is not finite, a string that is not UTF-8.
func Marshal(v any, types *Types) ([]byte, error) {
	m := marshaller{types: types}
	tree, err := m.value(reflect.ValueOf(v))
	if err != nil {
		return nil, fmt.Errorf("strictyaml: Marshal: %w", err)
	}
	if len(tree.keys) == 0 {
		return []byte("{}\n"), nil
	}
	var out strings.Builder
	tree.write(&out, 0)
	return []byte(strings.TrimPrefix(out.String(), "\n")), nil
}

// tree is a value ready to be written: a scalar, a list or a mapping.
type tree struct {
	scalar string
	keys   []string
	items  []tree // of the keys, or of a list
}

// write writes the tree after "key:": a scalar on the same line, all else on
// lines of its own. The first line of a list's element follows its "- ".
func (t tree) write(out *strings.Builder, indent int) {
	if t.items == nil {
		out.WriteString(" " + t.scalar + "\n")
		return
	}
	out.WriteByte('\n')
	margin := strings.Repeat("  ", indent)
	for i, item := range t.items {
		if t.keys != nil {
			out.WriteString(margin + t.keys[i] + ":")
			item.write(out, indent+1)
			continue
		}
		var element strings.Builder
		item.write(&element, indent+1)
		out.WriteString(margin + "- " + strings.TrimLeft(element.String(), " \n"))
	}
}

type marshaller struct{ types *Types }

func (m marshaller) value(v reflect.Value) (tree, error) {
	if registry.IsScalar(v.Type()) {
		text, err := scalarYAML(v)
		return tree{scalar: text}, err
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return tree{scalar: "null"}, nil
		}
		return m.value(v.Elem())
	case reflect.Struct:
		return m.fields(tree{}, v)
	case reflect.Slice, reflect.Array:
		return m.list(v)
	case reflect.Map:
		return m.mapping(v)
	case reflect.Interface:
		return m.strategy(v)
	}
	return tree{}, fmt.Errorf("a %v has no YAML form", v.Type())
}

// fields appends the parameters of the struct v to the mapping t.
func (m marshaller) fields(t tree, v reflect.Value) (tree, error) {
	for _, p := range registry.Params(v.Interface()) {
		field := v.FieldByIndex(p.Index)
		if field.Kind() == reflect.Interface && field.IsNil() {
			continue
		}
		if v.Type().FieldByIndex(p.Index).Tag.Get("omit") == "nil" && field.IsNil() {
			continue
		}
		item, err := m.value(field)
		if err != nil {
			return t, fmt.Errorf("%s: %w", p.Key, err)
		}
		t.keys, t.items = append(t.keys, p.Key), append(t.items, item)
	}
	if t.items == nil {
		t.scalar = "{}"
	}
	return t, nil
}

func (m marshaller) list(v reflect.Value) (tree, error) {
	t := tree{scalar: "[]"}
	flow := registry.IsScalar(v.Type().Elem())
	var texts []string
	for i := range v.Len() {
		item, err := m.value(v.Index(i))
		if err != nil {
			return t, fmt.Errorf("[%d]: %w", i, err)
		}
		t.items, texts = append(t.items, item), append(texts, item.scalar)
	}
	if flow {
		return tree{scalar: "[" + strings.Join(texts, ", ") + "]"}, nil
	}
	return t, nil
}

func (m marshaller) mapping(v reflect.Value) (tree, error) {
	t := tree{scalar: "{}"}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		key, err := stringYAML(k.String())
		if err != nil {
			return t, err
		}
		item, err := m.value(v.MapIndex(k))
		if err != nil {
			return t, fmt.Errorf("%s: %w", key, err)
		}
		t.keys, t.items = append(t.keys, key), append(t.items, item)
	}
	return t, nil
}

func (m marshaller) strategy(v reflect.Value) (tree, error) {
	k := m.types.kind(v.Type())
	if v.IsNil() {
		return tree{}, fmt.Errorf("there is no %s", k.noun)
	}
	name, ok := k.nameOf(v)
	if !ok {
		return tree{}, fmt.Errorf("%v is not a registered %s", v.Elem().Type(), k.noun)
	}
	concrete := reflect.Indirect(v.Elem())
	t := tree{keys: []string{"type"}, items: []tree{{scalar: name}}}
	if concrete.Kind() != reflect.Struct {
		return t, nil
	}
	return m.fields(t, concrete)
}

func scalarYAML(v reflect.Value) (string, error) {
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		return time.Duration(v.Int()).String(), nil
	case registry.IsText(v.Type()):
		return textYAML(v)
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	case v.CanFloat():
		if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
			return "", fmt.Errorf("%v is not a finite number", v.Float())
		}
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), nil
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	}
	return stringYAML(v.String())
}

func textYAML(v reflect.Value) (string, error) {
	addressable := reflect.New(v.Type())
	addressable.Elem().Set(v)
	marshaler, ok := addressable.Interface().(encoding.TextMarshaler)
	if !ok {
		return "", fmt.Errorf("%v cannot be written as text", v.Type())
	}
	text, err := marshaler.MarshalText()
	if err != nil {
		return "", err
	}
	if plainNumber.Match(text) {
		return string(text), nil // a text is read from a number as well
	}
	return stringYAML(string(text))
}

var (
	plainNumber = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	plainString = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)
	// reserved words are not strings to some YAML reader.
	reserved = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

func stringYAML(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("%q is not UTF-8", s)
	}
	if plainString.MatchString(s) && !reserved.MatchString(s) {
		return s, nil
	}
	return strconv.Quote(s), nil
}
