package command

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// kind is a list of entries that a strategy's file may name under one key.
type kind struct {
	Kind    string  `json:"kind"` // the key in a strategy's file
	Plural  string  `json:"-"`
	About   string  `json:"about"`
	Entries []entry `json:"entries"`
}

// entry is a registered sampler, loss, assigner or normaliser, a preset or a
// peer's strategy.
type entry struct {
	Name    string  `json:"name"`
	Meaning string  `json:"meaning"`
	Source  string  `json:"source,omitempty"`
	Params  []param `json:"params,omitempty"`
}

// param is a parameter of an entry.
type param struct {
	Key     string `json:"key"`
	Default string `json:"default"`
	Allowed string `json:"allowed,omitempty"` // an interval, or choices
	Doc     string `json:"doc,omitempty"`
}

func (p param) setting() string { return p.Key + ": " + p.Default }

// catalogue is everything that is registered.
type catalogue []kind

// newCatalogue reads the registries, so that it has what a program of one's own
// registers too.
func newCatalogue() (catalogue, error) {
	presets, err := presetEntries()
	if err != nil {
		return nil, err
	}
	peers, err := peerEntries()
	return catalogue{
		{"assigner", "assigners", "who is positive", entries(registry.Of[anchors.Assigner]())},
		{"sampler", "samplers", "which candidates count", entries(registry.Of[sampling.Sampler]())},
		{"cls", "classification losses", "how strongly candidates count, key cls", entries(registry.Of[losses.Cls]())},
		{"box", "box losses", "of the sampled positives, key box", entries(registry.Of[losses.Box]())},
		{"norm", "normalisers", "what losses are divided by, keys norm and box_norm", entries(registry.Of[losses.Norm]())},
		{"preset", "presets", "comparisons for " + called + " compare --preset", presets},
		{"peer", "peers", "strategies of other frameworks, for " + called + " preset", peers},
	}, err
}

// only returns one kind, by its key or by what it is called.
func (c catalogue) only(name string) (catalogue, error) {
	keys := make([]string, len(c))
	for i, k := range c {
		if name == k.Kind || name == k.Kind+"s" || name == k.Plural {
			return catalogue{k}, nil
		}
		keys[i] = k.Kind
	}
	return nil, unknown("kind", name, keys)
}

func entries[T any](r *registry.Registry[T]) []entry {
	var list []entry
	for _, e := range r.All() {
		list = append(list, entry{Name: e.Name, Meaning: e.Meaning, Source: e.Source, Params: params(e.New())})
	}
	return list
}

func presetEntries() ([]entry, error) {
	var list []entry
	for _, name := range config.Presets() {
		comparison, err := config.Preset(name)
		if err != nil {
			return nil, fmt.Errorf("preset %s: %w", name, err)
		}
		list = append(list, entry{Name: name, Meaning: comparison.Title + "; " + describe(comparison)})
	}
	return list, nil
}

// peerEntries reads what a peer's file says first: whose strategy it is.
func peerEntries() ([]entry, error) {
	var list []entry
	for _, name := range strategy.Peers() {
		text, err := strategy.PeerYAML(name)
		if err != nil {
			return nil, err
		}
		head, _, _ := strings.Cut(string(text), "# Numbers:")
		about := strings.Join(strings.Fields(strings.ReplaceAll(head, "#", "")), " ")
		list = append(list, entry{Name: name, Meaning: strings.TrimSuffix(about, ".")})
	}
	return list, nil
}

func params(v any) []param {
	var list []param
	for _, p := range registry.Params(v) {
		allowed := p.Range.String()
		if p.OneOf != nil {
			allowed = strings.Join(p.OneOf, "|")
		}
		list = append(list, param{Key: p.Key, Default: value(reflect.ValueOf(p.Default)), Allowed: allowed, Doc: p.Doc})
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
