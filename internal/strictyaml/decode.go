package strictyaml

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"detsample/internal/registry"
)

// slot is where a value goes: what messages call it, its path from the root, that of
// the strategy around it, and the parameter that says what is allowed there.
type slot struct {
	name, path, strategy string
	param                registry.Param
}

// within is its path from the strategy around it.
func (s slot) within() string { return strings.TrimPrefix(s.path[len(s.strategy):], ".") }

func (s slot) element(format string, key any) slot {
	s.name += fmt.Sprintf(format, key)
	s.path += fmt.Sprintf(format, key)
	return s
}

func (d *decoder) value(n ast.Node, dst reflect.Value, s slot) {
	if !d.supported(n) {
		return
	}
	if null, ok := n.(*ast.NullNode); ok {
		d.null(null, dst, s)
		return
	}
	if registry.IsScalar(dst.Type()) {
		d.scalar(n, dst, s)
		return
	}
	switch dst.Kind() {
	case reflect.Pointer:
		d.pointer(n, dst, s)
	case reflect.Struct:
		d.structure(n, dst, s, s.name)
	case reflect.Slice, reflect.Array:
		d.list(n, dst, s)
	case reflect.Map:
		d.mapping(n, dst, s)
	case reflect.Interface:
		d.strategy(n, dst, s)
	default:
		panic(fmt.Sprintf("strictyaml: Unmarshal: %s has the unsupported type %v", s.path, dst.Type()))
	}
}

func (d *decoder) null(n *ast.NullNode, dst reflect.Value, s slot) {
	at := placeOf(n.Token)
	if n.Token.Type == token.ImplicitNullType {
		at = d.places[s.path]
	} else if dst.Kind() == reflect.Pointer {
		dst.SetZero()
		return
	}
	d.fail(at, "%s has no value: expected %s", s.name, d.expected(dst.Type(), s.param))
}

// supported reports the parts of YAML that would make a configuration say
// something elsewhere than where it is read.
func (d *decoder) supported(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AnchorNode:
		d.fail(placeOfNode(n), "anchors are not supported: remove the &name and write the value where it is used")
	case *ast.AliasNode:
		d.fail(placeOfNode(n), "aliases are not supported: write the value out")
	case *ast.TagNode:
		d.fail(placeOfNode(n), "tags are not supported: remove %s", n.Start.Value)
	default:
		return true
	}
	return false
}

func (d *decoder) pointer(n ast.Node, dst reflect.Value, s slot) {
	fresh := newValue(dst.Type().Elem())
	if !dst.IsNil() {
		fresh.Set(dst.Elem())
	}
	d.value(n, fresh, s)
	dst.Set(fresh.Addr())
}

// newValue returns an addressable zero value with its SetDefaults applied.
func newValue(t reflect.Type) reflect.Value {
	fresh := reflect.New(t)
	if v, ok := fresh.Interface().(interface{ SetDefaults() }); ok {
		v.SetDefaults()
	}
	return fresh.Elem()
}

func (d *decoder) list(n ast.Node, dst reflect.Value, s slot) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		d.wrongType(n, dst.Type(), s)
		return
	}
	if dst.Kind() == reflect.Array && len(sequence.Values) != dst.Len() {
		d.fail(placeOfNode(n), "%s has %d values: expected %d", s.name, len(sequence.Values), dst.Len())
		return
	}
	list := reflect.New(dst.Type()).Elem()
	if dst.Kind() == reflect.Slice && len(sequence.Values) > 0 {
		list.Set(reflect.MakeSlice(dst.Type(), len(sequence.Values), len(sequence.Values)))
	}
	for i, item := range sequence.Values {
		element := s.element("[%d]", i)
		d.places[element.path] = placeOfNode(item)
		list.Index(i).Set(newValue(dst.Type().Elem()))
		before := d.count
		d.value(item, list.Index(i), element)
		d.failed[element.path] = d.count > before
	}
	dst.Set(list)
}

func (d *decoder) mapping(n ast.Node, dst reflect.Value, s slot) {
	if dst.Type().Key().Kind() != reflect.String {
		panic(fmt.Sprintf("strictyaml: Unmarshal: the keys of %s are not strings", s.path))
	}
	entries, ok := d.entries(n)
	if !ok {
		d.wrongType(n, dst.Type(), s)
		return
	}
	dst.SetZero()
	if len(entries) > 0 {
		dst.Set(reflect.MakeMapWithSize(dst.Type(), len(entries)))
	}
	for _, e := range entries {
		if !e.text {
			d.fail(e.at, "%s has the key %s, which is not a string: put it in quotes", s.name, e.key)
			continue
		}
		element := s.element(".%s", e.key)
		d.places[element.path] = e.at
		fresh := newValue(dst.Type().Elem())
		d.value(e.value, fresh, element)
		dst.SetMapIndex(reflect.ValueOf(e.key).Convert(dst.Type().Key()), fresh)
	}
}

// structure decodes a mapping into the fields of dst. The owner is what an
// unknown key is said to be in; "" for the whole file.
func (d *decoder) structure(n ast.Node, dst reflect.Value, s slot, owner string) {
	before := d.count
	entries, ok := d.entries(n)
	unique := d.count == before
	if !ok {
		params := registry.Params(dst.Addr().Interface())
		if s.name == "" {
			d.fail(placeOfNode(n), "expected %s, got %s", d.expectedKeys(params), got(n))
			return
		}
		d.fail(placeOfNode(n), "%s: expected a mapping with %s, got %s", s.name, d.expectedKeys(params), got(n))
		return
	}
	at, given := d.places[s.path]
	if !given {
		at = placeOfNode(n)
	}
	ownKeys := d.fields(entries, dst, s, owner) && unique
	if d.checkShape(dst, at, s, ownKeys); d.count == before {
		d.checkStruct(dst, at, s)
	}
}

// fields decodes parameters, and reports whether they are all keys of dst with a
// value of their kind.
func (d *decoder) fields(entries []entry, dst reflect.Value, s slot, owner string) (ownKeys bool) {
	ownKeys = true
	byKey := map[string]registry.Param{}
	params := registry.Params(dst.Addr().Interface())
	for _, p := range params {
		byKey[p.Key] = p
	}
	for _, e := range entries {
		p, ok := byKey[e.key]
		if !ok {
			d.unknownKey(e, params, owner)
			ownKeys, d.guessed[s.path] = false, true
			continue
		}
		path, before := join(s.path, e.key), d.count
		d.places[path] = e.at
		field := dst.FieldByIndex(p.Index)
		d.value(e.value, field, slot{name: e.key, path: path, strategy: s.strategy, param: p})
		d.failed[path] = d.count > before
		ownKeys = ownKeys && (d.count == before || !registry.IsScalar(p.Type) && (field.Kind() == reflect.Struct || !field.IsZero()))
	}
	return ownKeys
}

func (d *decoder) unknownKey(e entry, params []registry.Param, owner string) {
	if owner != "" {
		owner = " in " + owner
	}
	d.fail(e.at, "unknown key %q%s: expected %s%s", shorten(e.key), owner, d.expectedKeys(params), registry.DidYouMean(e.key, keysOf(params)))
}

func (d *decoder) expectedKeys(params []registry.Param) string {
	if len(params) == 0 {
		return "no keys"
	}
	return oneOf(keysOf(params))
}

func keysOf(params []registry.Param) []string {
	keys := make([]string, len(params))
	for i, p := range params {
		keys[i] = p.Key
	}
	return keys
}

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "one of " + strings.Join(names, ", ")
}
