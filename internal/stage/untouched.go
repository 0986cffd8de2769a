package stage

import (
	"fmt"
	"math"
	"reflect"

	"detsample/anchors"
	"detsample/sampling"
)

// untouched are the fields of the candidates of a batch as they were before a
// sampler saw them: a sum of each field of each image.
type untouched [][]uint64

// look notes the candidates of a batch.
func look(c []sampling.Candidates) untouched {
	sums := make(untouched, len(c))
	for i := range c {
		v := reflect.ValueOf(c[i])
		for f := range v.NumField() {
			sums[i] = append(sums[i], sum(offset, v.Field(f)))
		}
	}
	return sums
}

// changed names the first field that has changed since; "" if none has.
func (u untouched) changed(c []sampling.Candidates) string {
	for i, now := range look(c) {
		for f := range now {
			if now[f] != u[i][f] {
				return fmt.Sprintf("it wrote to %s of the candidates of image %d of the batch, which are to read: change a copy",
					reflect.TypeFor[sampling.Candidates]().Field(f).Name, i)
			}
		}
	}
	return ""
}

// Of the FNV-1a sum, word by word.
const (
	offset uint64 = 14695981039346656037
	prime  uint64 = 1099511628211
)

// sum adds a field's length and bits to h.
func sum(h uint64, field reflect.Value) uint64 {
	add := func(word uint64) { h = (h ^ word) * prime }
	switch v := field.Interface().(type) {
	case int:
		add(uint64(v))
	case []int32:
		add(uint64(len(v)))
		for _, x := range v {
			add(uint64(uint32(x)))
		}
	case []float32:
		add(uint64(len(v)))
		for _, x := range v {
			add(uint64(math.Float32bits(x)))
		}
	case []anchors.Box:
		add(uint64(len(v)))
		for _, box := range v {
			for _, x := range box {
				add(uint64(math.Float32bits(x)))
			}
		}
	case *anchors.Truth:
		if v == nil {
			break
		}
		truth := reflect.ValueOf(*v)
		for f := range truth.NumField() {
			h = sum(h, truth.Field(f))
		}
	default:
		panic(fmt.Sprintf("stage: no sum of a %T", v))
	}
	return h
}
