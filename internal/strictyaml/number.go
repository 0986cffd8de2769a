package strictyaml

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"detsample/internal/registry"
)

var (
	wholeNumber = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*|0x[0-9a-fA-F]+)$`)
	realNumber  = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

func (d *decoder) number(n ast.Node, text string, quoted bool, dst reflect.Value, s slot) {
	form := wholeNumber
	if dst.CanFloat() {
		form = realNumber
	}
	if quoted || !form.MatchString(text) {
		d.wrongType(n, dst.Type(), s)
		return
	}
	if problem := setNumber(dst, text, s.param); problem != "" {
		d.fail(placeOfNode(n), "%s is %s: %s", s.name, shorten(text), problem)
	}
}

// setNumber sets dst to the number in text, or says what was expected. The
// parameter's range comes first: it tells more than the type's.
func setNumber(dst reflect.Value, text string, p registry.Param) (problem string) {
	if x := approximate(text); p.OneOf == nil && !math.IsInf(x, 0) {
		if problem := p.Problem(x); problem != "" {
			return problem
		}
	}
	if problem := storeNumber(dst, text); problem != "" {
		return problem
	}
	return p.Problem(dst.Interface()) // again: float32 may have rounded out of an open end
}

// approximate returns the number in text, infinite if float64 cannot hold it.
func approximate(text string) float64 {
	if strings.Contains(text, "0x") {
		text += "p0"
	}
	x, _ := strconv.ParseFloat(text, 64)
	return x
}

func storeNumber(dst reflect.Value, text string) (problem string) {
	bits := dst.Type().Bits()
	switch {
	case dst.CanFloat():
		x, err := strconv.ParseFloat(text, bits)
		if err != nil {
			return "expected a number that " + dst.Kind().String() + " can hold"
		}
		dst.SetFloat(x)
	case dst.CanInt():
		x, err := strconv.ParseInt(text, 0, bits)
		if err != nil {
			return fmt.Sprintf("expected between %d and %d", math.MinInt64>>(64-bits), math.MaxInt64>>(64-bits))
		}
		dst.SetInt(x)
	default:
		x, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, bits)
		if err != nil {
			return fmt.Sprintf("expected between 0 and %d", uint64(math.MaxUint64)>>(64-bits))
		}
		dst.SetUint(x)
	}
	return ""
}
