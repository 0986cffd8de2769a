package registry

import (
	"fmt"
	"reflect"
)

// checkEmbedded returns an error for the first thing that a struct embeds and
// that is nil although methods are called through it: of an interface all, of
// a pointer those of the value behind it. Whoever calls one would be told of an
// invalid memory address and not where.
func checkEmbedded(v reflect.Value, path string) error {
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.Anonymous {
			continue
		}
		called, key := 0, below(path, snakeCase(field.Name))
		switch field.Type.Kind() {
		case reflect.Struct:
			if err := checkEmbedded(v.Field(i), key); err != nil {
				return err
			}
		case reflect.Interface:
			called = field.Type.NumMethod()
		case reflect.Pointer:
			called = field.Type.Elem().NumMethod()
		}
		if called > 0 && v.Field(i).IsNil() {
			return &ParamError{Key: key, Problem: fmt.Sprintf(
				"the %v that %v embeds is nil, and its methods are called: set it, or write the methods", field.Type, v.Type())}
		}
	}
	return nil
}
