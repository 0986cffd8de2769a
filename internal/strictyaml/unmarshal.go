package strictyaml

import (
	"fmt"
	"reflect"
	"strings"

	"detsample/internal/registry"
)

// Unmarshal decodes data, the content of the named file, into dst, a pointer
// to a struct with its defaults already set. Only the keys that are present
// are overwritten: a nested mapping changes the fields it names, a list or a
// map replaces the old one whole (an empty one becomes nil), null makes a
// pointer nil. An element of a list or map, or a pointer that was nil, starts
// from zero or from what its SetDefaults() method sets. dst shares nothing
// that was decoded with a registry's defaults, and is unchanged on an error.
//
// Every strategy and every mapping of a struct must pass [registry.Check], and is
// asked as soon as nothing within it is wrong, whatever else in the file is. What a
// struct can say without looking at what may be wrong, its method Shape() error
// does: where its own keys are all right, or, whatever else is wrong, where those are
// that its errors, joined, name by a [registry.ParamError], With included. The error
// is of type [Errors].
//
// Unmarshal panics if dst is not a pointer to a struct, or if it meets a field
// of an interface type that types lacks.
//
// Data of more than 1 MiB, of more than 20,000 keys, values and marks, or nested
// more than 64 deep are an error, so that it takes half a second at most.
func Unmarshal(file string, data []byte, dst any, types *Types) error {
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("strictyaml: Unmarshal: dst is a %T, not a pointer to a struct", dst))
	}
	d := &decoder{report: report{file: file}, types: types, places: map[string]place{}, failed: map[string]bool{}, guessed: map[string]bool{}}
	fresh := reflect.New(target.Type().Elem())
	fresh.Elem().Set(target.Elem())
	d.root(data, fresh)
	if d.count == 0 {
		target.Elem().Set(fresh.Elem())
	}
	return d.err()
}

// decoder decodes one file. Its maps are by path as registry.Check spells it: places
// remembers where each key was given, failed what something is wrong with, and guessed
// the mappings that have an unknown key, which may be meant for one that is absent.
type decoder struct {
	report
	types   *Types
	places  map[string]place
	failed  map[string]bool
	guessed map[string]bool
}

func (d *decoder) root(data []byte, dst reflect.Value) {
	node, ok := d.parse(data)
	if !ok {
		return
	}
	if node == nil {
		d.fail(place{}, "the file is empty: expected %s", d.expectedKeys(registry.Params(dst.Interface())))
		return
	}
	d.structure(node, dst.Elem(), slot{}, "")
}

// nearestPlace returns where the key at path was given, or else the nearest key
// around it, up to the root.
func (d *decoder) nearestPlace(path, root string, rootAt place) place {
	for len(path) > len(root) {
		if at, ok := d.places[path]; ok {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return rootAt
}

// sound reports whether nothing is known to be wrong with the value at a path.
func (d *decoder) sound(path string) bool {
	if _, given := d.places[path]; given {
		return !d.failed[path]
	}
	holder := path[:max(strings.LastIndexByte(path, '.'), 0)]
	return !d.failed[path] && !d.guessed[holder]
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
