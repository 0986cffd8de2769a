package strictyaml

import (
	"errors"
	"reflect"
	"slices"

	"detsample/internal/registry"
)

// check reports what registry.Check finds in v, a strategy that was decoded from a
// node at the given place and path: at the key in question if that is present.
func (d *decoder) check(v reflect.Value, at place, path, owner string) {
	d.refuse(registry.Check(v.Interface()), at, path, "", owner)
}

// checkStruct is check of a struct, which was decoded from a mapping.
func (d *decoder) checkStruct(v reflect.Value, at place, s slot) {
	d.refuse(registry.Check(v.Addr().Interface()), at, s.path, s.within(), "")
}

// checkShape reports what a struct says of its shape. Where its own keys are not
// all right, what is not there may be what was meant by one of them, and what is
// there is told of alone.
func (d *decoder) checkShape(v reflect.Value, at place, s slot, ownKeys bool) {
	shaped, ok := v.Addr().Interface().(interface{ Shape() error })
	if !ok {
		return
	}
	hidden := func(err error) bool {
		param, named := errors.AsType[*registry.ParamError](err)
		if !named {
			return !ownKeys
		}
		wrong := func(key string) bool { return !d.sound(join(s.path, key)) }
		return wrong(param.Key) || slices.ContainsFunc(param.With, wrong)
	}
	for _, err := range slices.DeleteFunc(slices.Clone(registry.Each(shaped.Shape())), hidden) { // before any of them is said, which hides none of the others
		d.refuse(err, at, s.path, s.within(), "")
	}
}

// refuse reports an error of what lies at path, which messages call by within.
func (d *decoder) refuse(err error, at place, path, within, owner string) {
	if err == nil {
		return
	}
	if param, ok := errors.AsType[*registry.ParamError](err); ok {
		whole := join(path, param.Key)
		d.failed[whole] = true
		for _, key := range append([]string{param.Key}, param.With...) { // the first that is given
			if given, is := d.places[join(path, key)]; is {
				at, whole = given, path
				break
			}
		}
		named := *param
		named.Key = join(within, param.Key)
		d.fail(d.nearestPlace(whole, path, at), "%v", &named)
		return
	}
	if owner == "" {
		owner = within
	}
	if owner != "" {
		owner += ": "
	}
	d.fail(at, "%s%v", owner, err)
}
