package registry

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ParamError says which parameter has a value that it may not have.
type ParamError struct {
	// Key is the parameter's key, with a path where it is nested:
	// "sampler.num", "levels[2].stride".
	Key string
	// Value is what the parameter holds; nil to leave it out of the message.
	Value any
	// Problem says what was expected: "expected at least 1".
	Problem string
	// With are the keys of other parameters that Problem follows from: what is wrong
	// with one of them comes first.
	With []string
}

// Error returns "key is value: problem".
func (e *ParamError) Error() string {
	if e.Value == nil {
		return e.Key + ": " + e.Problem
	}
	return e.Key + " is " + quoted(e.Value) + ": " + e.Problem
}

// First returns the first of errors that were joined, or err itself: what a Validate
// has of a Shape, as [Check] says one thing at a time.
func First(err error) error {
	if list := Each(err); len(list) > 0 {
		return list[0]
	}
	return nil
}

// Each returns the errors that were joined, err alone where none were, and none for nil.
func Each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// Within returns e as an error of what holds its parameters, at a path.
func (e *ParamError) Within(path string) *ParamError {
	outer := *e
	outer.Key, outer.With = below(path, e.Key), make([]string, len(e.With))
	for i, key := range e.With {
		outer.With[i] = below(path, key)
	}
	return &outer
}

func quoted(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	return asText(v)
}

// Check returns an error for the first parameter of v, a struct or a pointer
// to one, that is outside its range or its choices or is not finite, and then
// whatever v's own Validate() error returns. Nested structs, lists, maps and
// interface fields are checked likewise, each before what holds it. What a
// struct embeds must not be nil where methods are called through it. Unless
// Validate returned another kind, the error is a [*ParamError].
func Check(v any) error { return check(reflect.ValueOf(v), "") }

// Must returns v, and panics on behalf of the named function if [Check] returns
// an error: what a constructor does with arguments that no configuration may
// have.
func Must[T any](function string, v T) T {
	if err := Check(v); err != nil {
		panic(function + ": " + err.Error())
	}
	return v
}

func check(v reflect.Value, path string) error {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct {
			break
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil
	}
	if err := checkParams(v, path); err != nil {
		return err
	}
	return validate(v, path)
}

func checkParams(v reflect.Value, path string) error {
	target := reflect.Indirect(v)
	if err := checkEmbedded(target, path); err != nil {
		return err
	}
	for _, p := range Params(v.Interface()) {
		if err := checkParam(p, target.FieldByIndex(p.Index), below(path, p.Key)); err != nil {
			return err
		}
	}
	return nil
}

// below is the path to a key of what lies at path.
func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func checkParam(p Param, v reflect.Value, key string) error {
	if IsScalar(v.Type()) {
		if problem := p.Problem(v.Interface()); problem != "" {
			return &ParamError{Key: key, Value: v.Interface(), Problem: problem}
		}
		err := validate(v, key)
		if own, ok := errors.AsType[*ParamError](err); ok && own.Key == key {
			own.Value = v.Interface()
		}
		return err
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := checkParam(p, v.Index(i), fmt.Sprintf("%s[%d]", key, i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if err := checkParam(p, v.MapIndex(k), fmt.Sprintf("%s.%v", key, k)); err != nil {
				return err
			}
		}
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() != reflect.Struct {
			return checkParam(p, v.Elem(), key)
		}
		return check(v, key)
	default:
		return check(v, key)
	}
	return nil
}

func validate(v reflect.Value, path string) error {
	if v.Kind() != reflect.Pointer { // Validate may have a pointer receiver
		addressable := reflect.New(v.Type())
		addressable.Elem().Set(v)
		v = addressable
	}
	validator, ok := v.Interface().(interface{ Validate() error })
	if !ok {
		return nil
	}
	err := validator.Validate()
	if err == nil || path == "" {
		return err
	}
	if inner, ok := errors.AsType[*ParamError](err); ok {
		return inner.Within(path)
	}
	return &ParamError{Key: path, Problem: err.Error()}
}

func sortedKeys(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(m.MapKeys()), func(a, b reflect.Value) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
}

// asFloat returns v as the number that its shortest decimal form means, so that
// the float32 nearest 0.1 lies in [0,0.1].
func asFloat(v reflect.Value) (float64, bool) {
	if !v.IsValid() || !IsNumber(v.Type()) {
		return 0, false
	}
	switch {
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanUint():
		return float64(v.Uint()), true
	case v.Kind() == reflect.Float32:
		x, err := strconv.ParseFloat(strconv.FormatFloat(v.Float(), 'g', -1, 32), 64)
		return x, err == nil
	}
	return v.Float(), true
}
