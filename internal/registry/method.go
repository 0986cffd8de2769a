package registry

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// MethodOf says of which registered strategy a function is a method, or lies within
// one, by the name that a stack has for it: "main.NearMiss.Sample",
// "detsample/sampling.(*Source).At", "main.Cubed[...].Row.func1". Where strategies
// share a type, the first registered is named. ok is false if it is of none.
func MethodOf(function string) (kind, name string, ok bool) {
	receiver := receiverOf(function)
	if receiver == "" {
		return "", "", false
	}
	type strategy struct{ kind, name string }
	var found []strategy
	shared.Range(func(_, r any) bool {
		of := r.(interface {
			Kind() string
			named(typ string) (string, bool)
		})
		if name, here := of.named(receiver); here {
			found = append(found, strategy{of.Kind(), name})
		}
		return true
	})
	if len(found) == 0 {
		return "", "", false
	}
	first := slices.MinFunc(found, func(a, b strategy) int { return cmp.Compare(a.kind, b.kind) })
	return first.kind, first.name, true
}

// receiverOf returns the type of a method's receiver with its package's path, ""
// of a function. A point within the path's last element is written %2e.
func receiverOf(function string) string {
	path := strings.LastIndexByte(function, '/') + 1
	pkg, rest, _ := strings.Cut(function[path:], ".")
	if generic := strings.Index(rest, "[...]"); generic >= 0 {
		rest = rest[:generic] + rest[generic+len("[...]"):]
	}
	receiver, _, method := strings.Cut(rest, ".")
	if !method {
		return ""
	}
	return function[:path] + pkg + "." + strings.TrimSuffix(strings.TrimPrefix(receiver, "(*"), ")")
}

// named returns the name of the first strategy whose type, or what it points to,
// is called so.
func (r *Registry[T]) named(typ string) (string, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i, t := range r.types {
		if called(t) == typ {
			return r.entries[i].Name, true
		}
	}
	return "", false
}

// called returns what a stack calls a type that has methods.
func called(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	path := t.PkgPath()
	last := strings.LastIndexByte(path, '/') + 1
	return path[:last] + strings.ReplaceAll(path[last:], ".", "%2e") + "." + name
}
