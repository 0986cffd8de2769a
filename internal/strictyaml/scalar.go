package strictyaml

import (
	"encoding"
	"reflect"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"detsample/internal/registry"
)

// scalar decodes a number, string, bool, text or duration and applies the
// range and choices of its parameter.
func (d *decoder) scalar(n ast.Node, dst reflect.Value, s slot) {
	text, quoted, ok := scalarText(n)
	if !ok {
		d.wrongType(n, dst.Type(), s)
		return
	}
	t := dst.Type()
	switch {
	case t == reflect.TypeFor[time.Duration]():
		d.duration(n, text, dst, s)
	case registry.IsText(t):
		d.text(n, text, dst, s)
	case t.Kind() == reflect.String:
		if !isString(n) {
			d.fail(placeOfNode(n), "%s: expected a string, got %s: put it in quotes", s.name, got(n))
			return
		}
		dst.SetString(text)
	case t.Kind() == reflect.Bool:
		if quoted || text != "true" && text != "false" {
			d.wrongType(n, t, s)
			return
		}
		dst.SetBool(text == "true")
	default:
		d.number(n, text, quoted, dst, s)
		return
	}
	if problem := s.param.Problem(dst.Interface()); problem != "" {
		d.fail(placeOfNode(n), "%s is %s: %s%s", s.name, shorten(strconv.Quote(text)), problem, registry.DidYouMean(text, s.param.OneOf))
	}
}

func (d *decoder) duration(n ast.Node, text string, dst reflect.Value, s slot) {
	value, err := time.ParseDuration(text)
	if err != nil {
		d.wrongType(n, dst.Type(), s)
		return
	}
	dst.SetInt(int64(value))
}

func (d *decoder) text(n ast.Node, text string, dst reflect.Value, s slot) {
	err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	switch {
	case err == nil:
	case s.param.OneOf != nil:
		d.fail(placeOfNode(n), "%s is %s: expected %s%s", s.name, shorten(strconv.Quote(text)), oneOf(s.param.OneOf), registry.DidYouMean(text, s.param.OneOf))
	default:
		d.fail(placeOfNode(n), "%s is %s: %v", s.name, shorten(strconv.Quote(text)), err)
	}
}

// scalarText returns the text of a scalar, and whether it stood in quotes or
// in a block.
func scalarText(n ast.Node) (text string, quoted, ok bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, n.Token.Type != token.StringType, true
	case *ast.LiteralNode:
		if n.Value == nil {
			return "", true, true
		}
		return n.Value.Value, true, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, false, true
	}
	return "", false, false
}

func isString(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return true
	}
	return false
}

func (d *decoder) wrongType(n ast.Node, t reflect.Type, s slot) {
	d.fail(placeOfNode(n), "%s: expected %s, got %s", s.name, d.expected(t, s.param), got(n))
}

// expected names what a value of type t is written as.
func (d *decoder) expected(t reflect.Type, p registry.Param) string {
	switch {
	case p.OneOf != nil && registry.IsScalar(t):
		return oneOf(p.OneOf)
	case t == reflect.TypeFor[time.Duration]():
		return "a duration such as 30s"
	case registry.IsText(t):
		return "a name"
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		return "a number"
	case registry.IsNumber(t):
		return "a whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.String:
		return "a string"
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		return "a list"
	case t.Kind() == reflect.Interface:
		return "a " + d.types.kind(t).noun
	case t.Kind() == reflect.Pointer:
		return d.expected(t.Elem(), p)
	}
	return "a mapping"
}

// got names what a node is.
func got(n ast.Node) string {
	text, quoted, scalar := scalarText(n)
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return text
	case *ast.NullNode:
		return "nothing"
	case *ast.IntegerNode, *ast.FloatNode:
		return "the number " + shorten(text)
	}
	if !scalar {
		return "something else"
	}
	if !quoted && realNumber.MatchString(text) {
		return "the number " + shorten(text)
	}
	return "the string " + strconv.Quote(shorten(text))
}

// shorten keeps a message to one readable line.
func shorten(s string) string {
	const limit = 60
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "..."
	}
	return s
}
