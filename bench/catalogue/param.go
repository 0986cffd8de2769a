package catalogue

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// Param is a parameter of an entry, or one within it.
type Param struct {
	// Key is the parameter's, with a path where it is within another: "lim.low",
	// "levels[].stride", "by_name.NAME.stride".
	Key     string `json:"key"`
	Default string `json:"default"`
	Allowed string `json:"allowed,omitempty"` // an interval, or choices; what a list has an entry for
	Doc     string `json:"doc,omitempty"`

	before, after string // around key and default in a file, where it is within another
}

// Setting returns the parameter with its default, as a file writes it.
func (p Param) Setting() string {
	return p.before + p.Key[strings.LastIndex(p.Key, ".")+1:] + ": " + p.Default + p.after
}

// Brief is Setting, with a default of many parts left out where that is wider than
// so many characters: those parts are parameters of their own.
func (p Param) Brief(width int) string {
	text := p.Setting()
	if n := len(p.Default); n > 0 && utf8.RuneCountInString(text) > width && (p.Default[0] == '{' || p.Default[0] == '[') {
		p.Default = p.Default[:1] + "..." + p.Default[n-1:]
	}
	return p.Setting()
}

// Params describes the settings of a struct, with the values that it has.
func Params(v any) []Param {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return appendParams(nil, v, Param{}, []reflect.Type{t})
}

// appendParams appends the parameters of a struct that lies within what of says,
// each before those within it; around are the types that it lies in, and its own.
func appendParams(list []Param, v any, of Param, around []reflect.Type) []Param {
	for _, p := range registry.Params(v) {
		param := Param{Key: of.Key + p.Key, Default: value(reflect.ValueOf(p.Default)), Allowed: allowed(p), Doc: p.Doc, before: of.before, after: of.after}
		list = append(list, param)
		inner := Param{Key: param.Key, before: of.before + p.Key + ": ", after: of.after}
		list = appendWithin(list, p.Type, reflect.ValueOf(p.Default), inner, around)
	}
	return list
}

// appendWithin appends the parameters of structs that a parameter of a type holds:
// with the defaults of its own value, or those that an element starts from.
func appendWithin(list []Param, t reflect.Type, v reflect.Value, of Param, around []reflect.Type) []Param {
	if registry.IsScalar(t) || slices.Contains(around, t) {
		return list
	}
	switch t.Kind() {
	case reflect.Pointer:
		if v.IsValid() && !v.IsNil() {
			return appendWithin(list, t.Elem(), v.Elem(), of, around)
		}
		return appendWithin(list, t.Elem(), reflect.Value{}, of, around)
	case reflect.Slice, reflect.Array:
		of.Key, of.before, of.after = of.Key+"[]", of.before+"[", "]"+of.after
		return appendWithin(list, t.Elem(), reflect.Value{}, of, around)
	case reflect.Map:
		of.Key, of.before, of.after = of.Key+".NAME", of.before+"{NAME: ", "}"+of.after
		return appendWithin(list, t.Elem(), reflect.Value{}, of, around)
	case reflect.Struct:
		if !v.IsValid() {
			v = reflect.New(t)
			if starts, ok := v.Interface().(interface{ SetDefaults() }); ok {
				starts.SetDefaults()
			}
			v = v.Elem()
		}
		of.Key, of.before, of.after = of.Key+".", of.before+"{", "}"+of.after
		return appendParams(list, v.Interface(), of, append(around[:len(around):len(around)], t))
	}
	return list
}

// allowed says which values a parameter may have, and what a list has one for.
func allowed(p registry.Param) string {
	text := p.Range.String()
	if p.OneOf != nil {
		text = strings.Join(p.OneOf, "|")
	}
	if p.Per != "" {
		text = strings.TrimSpace(text + " per " + p.Per)
	}
	return text
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
	case reflect.Struct:
		var items []string
		for _, p := range registry.Params(v.Interface()) {
			items = append(items, p.Key+": "+value(reflect.ValueOf(p.Default)))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case reflect.Map:
		var items []string
		for _, k := range v.MapKeys() {
			items = append(items, k.String()+": "+value(v.MapIndex(k)))
		}
		slices.Sort(items)
		return "{" + strings.Join(items, ", ") + "}"
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
