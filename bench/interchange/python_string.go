package interchange

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/syntax"
)

// formatted fills in an f-string: names, and what the evaluator reads, in
// braces.
func (e *evaluator) formatted(at place, template syntax.Expr) (*node, error) {
	t, err := e.expr(template)
	if err != nil {
		return nil, err
	}
	return e.fill(at, t.text, func(field string) (*node, error) {
		x, powers, err := parseExpression(at, field, e.budget.limits)
		if err != nil {
			return nil, refuse(at, "{%s} in a string is not read", field)
		}
		inner := *e
		inner.powers = powers
		return inner.expr(x)
	})
}

// fill replaces what is in braces; doubled braces stand for themselves.
func (e *evaluator) fill(at place, template string, value func(field string) (*node, error)) (*node, error) {
	var out strings.Builder
	for i := 0; i < len(template); i++ {
		switch c := template[i]; {
		case (c == '{' || c == '}') && strings.HasPrefix(template[i+1:], string(c)):
			i++
			out.WriteByte(c)
		case c == '{':
			end := strings.IndexByte(template[i:], '}')
			if end < 0 {
				return nil, refuse(at, "a brace in a string that does not close")
			}
			field, layout, _ := strings.Cut(template[i+1:i+end], ":")
			i += end
			v, err := value(field)
			if err != nil {
				return nil, err
			}
			shown, err := laidOut(at, v, layout)
			if err != nil {
				return nil, err
			}
			if err := e.budget.takeText(at, len(shown)); err != nil {
				return nil, err
			}
			out.WriteString(shown)
		default:
			out.WriteByte(c)
		}
	}
	return e.make(node{kind: text, at: at, text: out.String()})
}

// laidOut formats a value as a format specification says: of those only the
// digits of numbers are known.
func laidOut(at place, v *node, layout string) (string, error) {
	switch {
	case layout == "":
		return asText(v), nil
	case layout == "d" && v.kind == integer:
		return strconv.FormatInt(v.whole, 10), nil
	case len(layout) == 3 && layout[0] == '.' && isDigit(layout[1]) && strings.Contains("feg", layout[2:]) && v.isNumber():
		return strconv.FormatFloat(v.float(), layout[2], int(layout[1]-'0'), 64), nil
	}
	return "", refuse(at, "the format %q of %s is not read", layout, v.short())
}

// textFormat is str.format.
func textFormat(e *evaluator, self *node, a arguments) (*node, error) {
	next := 0
	return e.fill(a.at, self.text, func(field string) (*node, error) {
		if field == "" {
			field = strconv.Itoa(next)
			next++
		}
		if i, err := strconv.Atoi(field); err == nil {
			if i < 0 || i >= len(a.plain) {
				return nil, refuse(a.at, "format has no argument %d", i)
			}
			return a.plain[i], nil
		}
		if v := a.named.get(field); v != nil {
			return v, nil
		}
		return nil, refuse(a.at, "format has no argument %s", field)
	})
}

// percent is the % of strings.
func (e *evaluator) percent(at place, template string, x *node) (*node, error) {
	values := []*node{x}
	if x.kind == tuple {
		values = x.items
	}
	var out strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '%' {
			out.WriteByte(template[i])
			continue
		}
		i++
		if i == len(template) {
			return nil, refuse(at, "a %% that ends a string")
		}
		if template[i] == '%' {
			out.WriteByte('%')
			continue
		}
		if len(values) == 0 {
			return nil, refuse(at, "fewer values than %% in %s", pythonString(template))
		}
		v := values[0]
		values = values[1:]
		before := out.Len()
		switch {
		case template[i] == 's':
			out.WriteString(asText(v))
		case template[i] == 'd' && v.kind == integer:
			out.WriteString(strconv.FormatInt(v.whole, 10))
		case strings.IndexByte("fg", template[i]) >= 0 && v.isNumber():
			fmt.Fprintf(&out, "%"+template[i:i+1], v.float())
		default:
			return nil, refuse(at, "the format %%%s of %s is not read", template[i:i+1], v.short())
		}
		if err := e.budget.takeText(at, out.Len()-before); err != nil {
			return nil, err
		}
	}
	return e.make(node{kind: text, at: at, text: out.String()})
}

func textJoin(e *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("join", 1, 1)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	size := 0
	var parts []string
	for _, x := range items {
		if x.kind != text {
			return nil, refuse(a.at, "join of %s", x.kind)
		}
		size += len(x.text) + len(self.text)
		if size > e.budget.limits.Characters {
			return nil, e.budget.takeText(a.at, size)
		}
		parts = append(parts, x.text)
	}
	return e.make(node{kind: text, at: a.at, text: strings.Join(parts, self.text)})
}

// words returns a method's arguments, which must be strings.
func words(name string, a arguments, least, most int) ([]string, error) {
	args, err := a.only(name, least, most)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, x := range args {
		if x.kind != text {
			return nil, refuse(a.at, "%s of %s", name, x.kind)
		}
		list = append(list, x.text)
	}
	return list, nil
}

func textReplace(e *evaluator, self *node, a arguments) (*node, error) {
	w, err := words("replace", a, 2, 2)
	if err != nil {
		return nil, err
	}
	if err := e.budget.takeText(a.at, strings.Count(self.text, w[0])*len(w[1])); err != nil {
		return nil, err
	}
	return e.make(node{kind: text, at: a.at, text: strings.ReplaceAll(self.text, w[0], w[1])})
}

func textSplit(e *evaluator, self *node, a arguments) (*node, error) {
	w, err := words("split", a, 0, 1)
	if err != nil {
		return nil, err
	}
	if err := e.budget.take(a.at, len(self.text)); err != nil {
		return nil, err
	}
	parts := strings.Fields(self.text)
	if len(w) == 1 {
		if w[0] == "" {
			return nil, refuse(a.at, "split by an empty string")
		}
		parts = strings.Split(self.text, w[0])
	}
	result := node{kind: list, at: a.at}
	for _, p := range parts {
		result.items = append(result.items, &node{kind: text, at: a.at, text: p})
	}
	return e.make(result)
}

func textStrip(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := words("strip", a, 0, 0); err != nil {
		return nil, err
	}
	return e.make(node{kind: text, at: a.at, text: strings.TrimSpace(self.text)})
}

func textLower(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := words("lower", a, 0, 0); err != nil {
		return nil, err
	}
	return e.make(node{kind: text, at: a.at, text: strings.ToLower(self.text)})
}

func textUpper(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := words("upper", a, 0, 0); err != nil {
		return nil, err
	}
	return e.make(node{kind: text, at: a.at, text: strings.ToUpper(self.text)})
}

func textStarts(e *evaluator, self *node, a arguments) (*node, error) {
	w, err := words("startswith", a, 1, 1)
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: boolean, at: a.at, truth: strings.HasPrefix(self.text, w[0])})
}

func textEnds(e *evaluator, self *node, a arguments) (*node, error) {
	w, err := words("endswith", a, 1, 1)
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: boolean, at: a.at, truth: strings.HasSuffix(self.text, w[0])})
}
