package dump

import (
	"fmt"
	"strconv"
	"strings"
)

// parseHeader reads the header's dictionary, as in
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
func parseHeader(header string) (*Tensor, error) {
	p := &literal{rest: header}
	t := &Tensor{}
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.quoted()
		p.expect(":")
		if seen[key] {
			return nil, fmt.Errorf("%q is given twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			if p.peek() == "[" {
				return nil, fmt.Errorf("a structured type: write one plain array for each tensor")
			}
			if d := p.quoted(); p.err == nil {
				var err error
				if t.element, err = parseDescr(d); err != nil {
					return nil, err
				}
				t.Type = t.element.name
			}
		case "fortran_order":
			t.fortran = p.boolean()
		case "shape":
			t.Shape = p.shape()
		default:
			p.fail("an unknown key %.20q", key)
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	switch {
	case p.err != nil:
		return nil, p.err
	case strings.TrimSpace(p.rest) != "":
		return nil, fmt.Errorf("%.20q follows the dictionary", p.rest)
	case len(seen) != 3:
		return nil, fmt.Errorf("descr, fortran_order and shape are needed, %d of them are given", len(seen))
	}
	return t, nil
}

// descrs are the types by kind and size.
var descrs = map[string]element{
	"f2": {name: "float16", kind: 'f', size: 2}, "f4": {name: "float32", kind: 'f', size: 4}, "f8": {name: "float64", kind: 'f', size: 8},
	"i1": {name: "int8", kind: 'i', size: 1}, "i2": {name: "int16", kind: 'i', size: 2}, "i4": {name: "int32", kind: 'i', size: 4}, "i8": {name: "int64", kind: 'i', size: 8},
	"u1": {name: "uint8", kind: 'u', size: 1}, "u2": {name: "uint16", kind: 'u', size: 2}, "u4": {name: "uint32", kind: 'u', size: 4}, "u8": {name: "uint64", kind: 'u', size: 8},
	"b1": {name: "bool", kind: 'u', size: 1},
}

// maxText is the longest string that is read, in bytes.
const maxText = 1 << 12

// parseDescr reads a type such as '<f4'.
func parseDescr(d string) (element, error) {
	if len(d) < 3 || !strings.ContainsRune("<>|=", rune(d[0])) {
		return element{}, fmt.Errorf("type %.20q, a byte order, a kind and a size are expected as in '<f4'", d)
	}
	e, ok := descrs[d[1:]]
	if !ok && (d[1] == 'U' || d[1] == 'S') {
		if n, err := strconv.Atoi(d[2:]); err == nil && n > 0 && n <= maxText/4 {
			e, ok = element{name: "bytes", kind: text, size: n}, true
			if d[1] == 'U' {
				e.name, e.size = "text", 4*n
			}
		}
	}
	if !ok || d[0] == '=' || d[0] == '|' && e.size > 1 && e.name != "bytes" {
		return element{}, fmt.Errorf("type %.20q is not read: convert it to float32 or int64", d)
	}
	e.big = d[0] == '>'
	return e, nil
}

// literal reads the Python that a header is written in.
type literal struct {
	rest string
	err  error
}

func (p *literal) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *literal) skip() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

func (p *literal) peek() string {
	p.skip()
	return p.rest[:min(1, len(p.rest))]
}

func (p *literal) accept(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *literal) expect(token string) {
	if !p.accept(token) {
		p.fail("%q is expected before %.20q", token, p.rest)
	}
}

func (p *literal) quoted() string {
	for _, quote := range []string{"'", `"`} {
		if !p.accept(quote) {
			continue
		}
		s, rest, ok := strings.Cut(p.rest, quote)
		if !ok {
			break
		}
		p.rest = rest
		return s
	}
	p.fail("a string is expected before %.20q", p.rest)
	return ""
}

func (p *literal) boolean() bool {
	if p.accept("True") {
		return true
	}
	p.expect("False")
	return false
}

func (p *literal) shape() []int {
	shape := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		p.skip()
		end := strings.IndexFunc(p.rest, func(r rune) bool { return r < '0' || r > '9' })
		n, err := strconv.Atoi(p.rest[:max(0, end)])
		if err != nil || len(shape) == maxDims {
			p.fail("a shape of at most %d whole numbers is expected before %.20q", maxDims, p.rest)
			break
		}
		shape, p.rest = append(shape, n), p.rest[end:]
		p.accept("L") // Python 2
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return shape
}
