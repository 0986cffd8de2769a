package registry

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// Param describes one exported field of a strategy.
type Param struct {
	// Key is the field's name in configuration: its [snakeCase], unless a tag
	// param:"key" says otherwise. param:"-" hides a field.
	Key string
	// Index leads to the field, for [reflect.Value.FieldByIndex].
	Index []int
	// Type is the field's type.
	Type reflect.Type
	// Default is the field's value in what was given to [Params].
	Default any
	// Range is where the number, or each number of a list, must lie, from a
	// tag such as range:"[0,1]"; [unbounded] without one.
	Range Interval
	// OneOf are the only values allowed, from a tag such as oneof:"mean|sum";
	// nil without one.
	OneOf []string
	// Per says what a list has an entry for, from a tag such as per:"class":
	// each class of the data, or each "column" of a head's output, which may
	// end before the background's; "" without one. See [CheckClasses].
	Per string
	// Doc is one line of help, from the tag doc.
	Doc string
}

// Params describes the exported fields of v, a struct or a pointer to one, in
// order; the fields of an embedded struct count as v's own. It returns nil for
// anything else. It panics on a malformed tag, on two fields with the same key
// and on a field that configuration cannot hold (a function, a channel):
// mistakes of the program that a test over all registered strategies finds.
func Params(v any) []Param {
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			value = reflect.New(value.Type().Elem())
		}
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct || IsScalar(value.Type()) {
		return nil
	}
	params := slices.Clone(paramsOf(value.Type()))
	for i := range params {
		params[i].Default = value.FieldByIndex(params[i].Index).Interface()
	}
	return params
}

// described has the parameters of each type that was asked for: reading tags takes
// longer than what is asked for it.
var described sync.Map

// paramsOf returns the parameters of a struct without their defaults.
func paramsOf(of reflect.Type) []Param {
	if params, ok := described.Load(of); ok {
		return params.([]Param)
	}
	params := appendParams(nil, of, nil)
	seen := map[string]bool{}
	for _, p := range params {
		if seen[p.Key] {
			panic(fmt.Sprintf("registry: Params: two fields of %v have the key %s", of, p.Key))
		}
		seen[p.Key] = true
	}
	described.Store(of, params)
	return params
}

func appendParams(params []Param, of reflect.Type, path []int) []Param {
	for i := range of.NumField() {
		field := of.Field(i)
		index := append(path[:len(path):len(path)], i)
		key, tagged := field.Tag.Lookup("param")
		switch {
		case key == "-":
			continue
		case field.Anonymous && !tagged && field.Type.Kind() == reflect.Struct && !IsScalar(field.Type):
			params = appendParams(params, field.Type, index)
			continue
		case !field.IsExported():
			continue
		case !tagged:
			key = snakeCase(field.Name)
		}
		p, err := describe(field, key)
		if err != nil {
			panic(fmt.Sprintf("registry: Params: field %s of %v: %v", field.Name, of, err))
		}
		p.Index = index
		params = append(params, p)
	}
	return params
}

func describe(field reflect.StructField, key string) (Param, error) {
	p := Param{Key: key, Type: field.Type, Range: unbounded(), Doc: field.Tag.Get("doc")}
	if !lowerSnake.MatchString(key) {
		return p, fmt.Errorf("key %q is not lower_snake", key)
	}
	element := scalarOf(field.Type)
	switch element.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return p, fmt.Errorf("configuration cannot hold a %v; hide it with param:\"-\"", field.Type)
	}
	if per, ok := field.Tag.Lookup("per"); ok {
		if p.Per = per; per != perClass && per != perColumn {
			return p, fmt.Errorf("it is per %q: expected %q or %q", per, perClass, perColumn)
		}
		if field.Type.Kind() != reflect.Slice {
			return p, fmt.Errorf("a list has an entry per %s, a %v has none", per, field.Type)
		}
	}
	choices, limited := field.Tag.Lookup("oneof")
	interval, ranged := field.Tag.Lookup("range")
	if rest, ok := strings.CutPrefix(interval, "one of "); ok {
		choices, limited, ranged = rest, true, false
	}
	if limited {
		p.OneOf = strings.Split(choices, "|")
		if strings.TrimSpace(choices) == "" {
			return p, fmt.Errorf("the list of choices is empty")
		}
	}
	if !ranged {
		return p, nil
	}
	if !IsNumber(element) {
		return p, fmt.Errorf("a range needs a number, not a %v", field.Type)
	}
	var err error
	p.Range, err = parseInterval(interval)
	return p, err
}

// What a list may have entries for.
const (
	perClass  = "class"
	perColumn = "column"
)

// Problem says what is expected of a value that the parameter's range or
// choices do not allow ("expected at least 1"); "" for one they allow. The
// value is a number, string, bool or text, not a list of them.
func (p Param) Problem(value any) string {
	if p.OneOf != nil {
		if slices.Contains(p.OneOf, asText(value)) {
			return ""
		}
		return "expected one of " + strings.Join(p.OneOf, ", ")
	}
	if x, ok := asFloat(reflect.ValueOf(value)); ok && !p.Range.Contains(x) {
		return "expected " + p.Range.Words()
	}
	return ""
}

func asText(value any) string {
	if m, ok := value.(encoding.TextMarshaler); ok {
		if text, err := m.MarshalText(); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(value)
}

// scalarOf strips pointers, lists and maps: tags speak of the innermost value.
func scalarOf(t reflect.Type) reflect.Type {
	for !IsScalar(t) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			t = t.Elem()
		default:
			return t
		}
	}
	return t
}

var (
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	duration        = reflect.TypeFor[time.Duration]()
)

// IsText reports whether a value of type t is written as text: it implements
// [encoding.TextUnmarshaler], itself or by its pointer.
func IsText(t reflect.Type) bool {
	return t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(textUnmarshaler)
}

// IsNumber reports whether t is an integer or floating-point type that is
// written as a number: neither text nor a duration.
func IsNumber(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return t != duration && !IsText(t)
	}
	return false
}

// IsScalar reports whether t is written as one value: a number, string, bool,
// text or duration.
func IsScalar(t reflect.Type) bool {
	return IsNumber(t) || IsText(t) || t == duration || t.Kind() == reflect.String || t.Kind() == reflect.Bool
}
