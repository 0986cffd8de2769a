package strictyaml

import (
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml/ast"

	"detsample/internal/prose"
	"detsample/internal/registry"
)

// Types says which interface types are strategies, and where their names are
// registered. The zero value knows none.
type Types struct{ kinds map[reflect.Type]kind }

// kind is a registry with its type erased.
type kind struct {
	noun   string
	names  func() []string
	fresh  func(name string) (reflect.Value, bool)
	nameOf func(v reflect.Value) (string, bool)
}

// AddInterface makes fields of the interface type T hold strategies of reg.
func AddInterface[T any](types *Types, reg *registry.Registry[T]) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Interface {
		panic(fmt.Sprintf("strictyaml: AddInterface: %v is not an interface", t))
	}
	if types.kinds == nil {
		types.kinds = map[reflect.Type]kind{}
	}
	types.kinds[t] = kind{
		noun:  reg.Kind(),
		names: reg.Names,
		fresh: func(name string) (reflect.Value, bool) {
			entry, ok := reg.Lookup(name)
			if !ok {
				return reflect.Value{}, false
			}
			return reflect.ValueOf(entry.New()), true
		},
		nameOf: func(v reflect.Value) (string, bool) { return reg.NameOf(v.Interface().(T)) },
	}
}

func (types *Types) kind(t reflect.Type) kind {
	if types != nil {
		if k, ok := types.kinds[t]; ok {
			return k
		}
	}
	panic(fmt.Sprintf("strictyaml: the interface %v is not among the types", t))
}

// strategy decodes a bare name, or a mapping with "type: name" and parameters.
func (d *decoder) strategy(n ast.Node, dst reflect.Value, s slot) {
	k := d.types.kind(dst.Type())
	if isString(n) {
		d.named(n, nil, n, dst, s)
		return
	}
	entries, ok := d.entries(n)
	if !ok {
		d.fail(placeOfNode(n), "%s: expected %s, its name or a mapping with type and parameters, got %s", s.name, prose.A(k.noun), got(n))
		return
	}
	for i, e := range entries {
		if e.key == "type" {
			rest := append(entries[:i:i], entries[i+1:]...)
			d.named(e.value, rest, n, dst, s)
			return
		}
	}
	d.fail(placeOfNode(n), "%s: type is missing: expected %s, %s", s.name, prose.A(k.noun), oneOf(k.names()))
}

// named decodes the strategy that the node name names, given by the node whole.
func (d *decoder) named(name ast.Node, params []entry, whole ast.Node, dst reflect.Value, s slot) {
	k := d.types.kind(dst.Type())
	if !d.supported(name) {
		return
	}
	text, _, _ := scalarText(name)
	if !isString(name) {
		d.fail(placeOfNode(name), "type: expected %s, %s, got %s", prose.A(k.noun), oneOf(k.names()), got(name))
		return
	}
	fresh, ok := k.fresh(text)
	if !ok {
		d.fail(placeOfNode(name), "unknown %s %q: expected %s%s", k.noun, shorten(text), oneOf(k.names()), registry.DidYouMean(text, k.names()))
		return
	}
	before, owner := d.count, k.noun+" "+text
	value, target := addressable(fresh)
	inner := s
	inner.strategy = s.path
	d.parameters(params, target, inner, owner)
	if d.count == before {
		d.check(value(), placeOfNode(whole), s.path, owner)
	}
	dst.Set(value())
}

func (d *decoder) parameters(params []entry, target reflect.Value, s slot, owner string) {
	if target.Kind() == reflect.Struct {
		d.fields(params, target, s, owner)
		return
	}
	for _, e := range params {
		d.unknownKey(e, nil, owner)
	}
}

// addressable returns the settable value behind a fresh strategy, and a
// function that returns the strategy once that is set.
func addressable(fresh reflect.Value) (strategy func() reflect.Value, target reflect.Value) {
	if fresh.Kind() == reflect.Pointer {
		return func() reflect.Value { return fresh }, fresh.Elem()
	}
	target = reflect.New(fresh.Type()).Elem()
	target.Set(fresh)
	return func() reflect.Value { return target }, target
}
