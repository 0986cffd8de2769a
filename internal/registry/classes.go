package registry

import (
	"fmt"
	"reflect"
)

// CheckClasses returns an error for the first list of v that has entries for
// classes (see [Param.Per]) and does not fit so many of them. An empty list
// fits, and is not asked for. It looks where [Check] looks.
func CheckClasses(v any, classes int) error {
	return checkClasses(reflect.ValueOf(v), "", classes)
}

func checkClasses(v reflect.Value, path string, classes int) error {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := checkClasses(v.Index(i), fmt.Sprintf("%s[%d]", path, i), classes); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if err := checkClasses(v.MapIndex(k), fmt.Sprintf("%s.%v", path, k), classes); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for _, p := range Params(v.Interface()) {
			key, field := below(path, p.Key), v.FieldByIndex(p.Index)
			if p.Per == "" {
				if err := checkClasses(field, key, classes); err != nil {
					return err
				}
			} else if problem := p.misfit(field.Len(), classes); problem != "" {
				return &ParamError{Key: key, Problem: problem}
			}
		}
	}
	return nil
}

// misfit says why a list of n entries does not fit so many classes; "" if it
// does.
func (p Param) misfit(n, classes int) string {
	column := p.Per == perColumn
	if n == 0 || n == classes || column && n == classes+1 {
		return ""
	}
	expected := fmt.Sprintf("%d, one for each class", classes)
	if column {
		expected += fmt.Sprintf(", or %d with the background's last", classes+1)
	}
	return fmt.Sprintf("it has %d, and the classes are %d: expected %s, or none", n, classes, expected)
}
