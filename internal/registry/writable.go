package registry

import (
	"encoding"
	"fmt"
	"reflect"
)

// unwritable says which parameter of a strategy's type no file can set, or write
// so that it is read again; "" where all can. The kind is what the key type of
// such a strategy names.
func unwritable(of reflect.Type, kind string) string {
	for _, p := range paramsOfType(of) {
		if p.Key == strategyKey {
			return fmt.Sprintf("field %s of %v has the key %s, by which a file names the %s: rename it, or give it another key by a tag such as param:\"mode\"",
				fieldName(of, p.Index), indirect(of), strategyKey, kind)
		}
	}
	return unwritableParams(of, map[reflect.Type]bool{})
}

// strategyKey is the key of a strategy's name beside its parameters.
const strategyKey = "type"

// unwritableParams looks at the parameters of a struct, and at those of structs in
// them.
func unwritableParams(of reflect.Type, seen map[reflect.Type]bool) string {
	if seen[indirect(of)] {
		return ""
	}
	seen[indirect(of)] = true
	for _, p := range paramsOfType(of) {
		if problem := unwritableValue(p.Type, seen); problem != "" {
			return fmt.Sprintf("field %s of %v: %s", fieldName(of, p.Index), indirect(of), problem)
		}
	}
	return ""
}

func unwritableValue(of reflect.Type, seen map[reflect.Type]bool) string {
	switch {
	case IsText(of) && !reflect.PointerTo(of).Implements(textMarshaler):
		return fmt.Sprintf("a file cannot hold a %v, which is read from text and has no MarshalText to be written as such; hide it with param:\"-\"", of)
	case IsScalar(of):
		return ""
	}
	switch of.Kind() {
	case reflect.Map:
		if of.Key().Kind() != reflect.String {
			return fmt.Sprintf("a file cannot hold a %v, whose keys are not strings; hide it with param:\"-\"", of)
		}
		return unwritableValue(of.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return unwritableValue(of.Elem(), seen)
	case reflect.Struct:
		return unwritableParams(of, seen)
	}
	return ""
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

// paramsOfType describes the fields of a struct, or of one that is pointed to; nil
// of another type.
func paramsOfType(of reflect.Type) []Param {
	return Params(reflect.Zero(reflect.PointerTo(indirect(of))).Interface())
}

func indirect(of reflect.Type) reflect.Type {
	if of.Kind() == reflect.Pointer {
		return of.Elem()
	}
	return of
}

func fieldName(of reflect.Type, index []int) string { return indirect(of).FieldByIndex(index).Name }
