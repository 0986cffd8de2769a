package catalogue

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// Param is a parameter of an entry.
type Param struct {
	Key     string `json:"key"`
	Default string `json:"default"`
	Allowed string `json:"allowed,omitempty"` // an interval, or choices
	Doc     string `json:"doc,omitempty"`
}

// Setting returns the parameter with its default, as a file writes it.
func (p Param) Setting() string { return p.Key + ": " + p.Default }

// Params describes the settings of a struct, with the values that it has.
func Params(v any) []Param {
	var list []Param
	for _, p := range registry.Params(v) {
		allowed := p.Range.String()
		if p.OneOf != nil {
			allowed = strings.Join(p.OneOf, "|")
		}
		list = append(list, Param{Key: p.Key, Default: value(reflect.ValueOf(p.Default)), Allowed: allowed, Doc: p.Doc})
	}
	return list
}

// value writes a parameter's value about as a file does; null is one that is
// not given.
func value(v reflect.Value) string {
	if !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		return "null"
	}
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		if text, err := m.MarshalText(); err == nil {
			return string(text)
		}
	}
	if name, ok := registered(v.Interface()); ok {
		return name
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return value(v.Elem())
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', 6, 64)
	case reflect.String:
		if v.Len() == 0 {
			return `""`
		}
	case reflect.Slice, reflect.Array:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = value(v.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return fmt.Sprint(v.Interface())
}

// registered returns the name of a parameter that is itself a sampler, a loss
// or an assigner.
func registered(v any) (string, bool) {
	switch v := v.(type) {
	case sampling.Sampler:
		return registry.Of[sampling.Sampler]().NameOf(v)
	case losses.Cls:
		return registry.Of[losses.Cls]().NameOf(v)
	case losses.Box:
		return registry.Of[losses.Box]().NameOf(v)
	case losses.Norm:
		return registry.Of[losses.Norm]().NameOf(v)
	case anchors.Assigner:
		return registry.Of[anchors.Assigner]().NameOf(v)
	}
	return "", false
}
