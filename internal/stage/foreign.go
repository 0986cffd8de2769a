package stage

import (
	"reflect"
	"slices"
	"strings"
)

// ours are the packages whose parts are tested with this module.
var ours = func() []string {
	module := strings.TrimSuffix(reflect.TypeFor[Batch]().PkgPath(), "internal/stage")
	return []string{module + "anchors", module + "sampling", module + "losses"}
}()

// Foreign reports whether a part of a strategy, or one that it wraps, is of
// another package than this module's own. What such a part gives is looked at in
// every step: a violation may wait for a rare image.
func Foreign(part any) bool { return foreign(reflect.ValueOf(part)) }

func foreign(v reflect.Value) bool {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return false
	}
	if !slices.Contains(ours, v.Type().PkgPath()) {
		return true
	}
	if v.Kind() != reflect.Struct {
		return false
	}
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Interface && foreign(f) {
			return true
		}
	}
	return false
}
