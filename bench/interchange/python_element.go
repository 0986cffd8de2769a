package interchange

import (
	"strings"

	"go.starlark.net/syntax"
)

func (e *evaluator) index(x *syntax.IndexExpr) (*node, error) {
	at := e.at(x.Lbrack)
	of, key, err := e.both(x.X, x.Y)
	if err != nil {
		return nil, err
	}
	switch of.kind {
	case mapping:
		if v := of.dict.find(key); v != nil {
			return v, nil
		}
		return nil, refuse(at, "there is no %s in %s", key.short(), of.short())
	case list, tuple:
		i, err := position(at, key, len(of.items))
		if err != nil {
			return nil, err
		}
		return of.items[i], nil
	case text:
		letters := []rune(of.text)
		if err := e.budget.takeText(at, len(of.text)); err != nil {
			return nil, err
		}
		i, err := position(at, key, len(letters))
		if err != nil {
			return nil, err
		}
		return e.make(node{kind: text, at: at, text: string(letters[i])})
	}
	return nil, refuse(at, "%s has no elements: it is %s", of.short(), of.kind)
}

func (e *evaluator) slice(x *syntax.SliceExpr) (*node, error) {
	at := e.at(x.Lbrack)
	of, err := e.expr(x.X)
	if err != nil {
		return nil, err
	}
	bound := func(x syntax.Expr, missing int64) (int64, error) {
		if x == nil {
			return missing, nil
		}
		n, err := e.expr(x)
		if err != nil {
			return 0, err
		}
		if n.kind == null {
			return missing, nil
		}
		if n.kind != integer {
			return 0, refuse(at, "the bound %s of a slice is not a whole number", n.short())
		}
		return n.whole, nil
	}
	items := of.items
	switch of.kind {
	case list, tuple:
	case text:
		if err := e.budget.takeText(at, len(of.text)); err != nil {
			return nil, err
		}
		if err := e.budget.take(at, len(of.text)); err != nil {
			return nil, err
		}
		items = nil
		for _, c := range of.text {
			items = append(items, &node{kind: text, at: at, text: string(c)})
		}
	default:
		return nil, refuse(at, "%s has no slices: it is %s", of.short(), of.kind)
	}
	step, err := bound(x.Step, 1)
	if err != nil {
		return nil, err
	}
	n := int64(len(items))
	first, last := int64(0), n
	if step < 0 {
		first, last = n-1, -n-1
	}
	lo, err := bound(x.Lo, first)
	if err != nil {
		return nil, err
	}
	hi, err := bound(x.Hi, last)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		return nil, refuse(at, "a slice whose step is 0")
	}
	if lo < 0 {
		lo = max(lo+n, min(step, 0))
	}
	if hi < 0 {
		hi = max(hi+n, min(step, 0))
	}
	if hi < -1 || step < 0 && x.Hi == nil {
		hi = -1
	}
	lo, hi = min(lo, n), min(hi, n)
	if step < 0 {
		lo = min(lo, n-1)
	}
	var picked []*node
	for i := lo; i >= 0 && i < n && (step > 0 && i < hi || step < 0 && i > hi); {
		picked = append(picked, items[i])
		next := i + step
		if step > 0 == (next < i) { // beyond 64 bits
			break
		}
		i = next
	}
	if err := e.budget.take(at, len(picked)); err != nil {
		return nil, err
	}
	if of.kind == text {
		var joined strings.Builder
		for _, p := range picked {
			joined.WriteString(p.text)
		}
		return e.make(node{kind: text, at: at, text: joined.String()})
	}
	return e.make(node{kind: of.kind, at: at, items: picked})
}

// comprehension evaluates a list or dict comprehension. Its names end with it.
func (e *evaluator) comprehension(x *syntax.Comprehension) (*node, error) {
	at := e.at(x.Lbrack)
	outer := e.names
	if err := e.budget.take(at, len(outer.entries)); err != nil {
		return nil, err
	}
	e.names = outer.clone()
	defer func() { e.names = outer }()

	result := node{kind: list, at: at}
	if x.Curly {
		result = node{kind: mapping, at: at, dict: newDict()}
	}
	add := func() error {
		if pair, ok := x.Body.(*syntax.DictEntry); ok {
			key, value, err := e.both(pair.Key, pair.Value)
			if err != nil {
				return err
			}
			return e.addKey(result.dict, at, key, value)
		}
		if x.Curly {
			return refuse(at, "a set: no configuration of components has one")
		}
		item, err := e.expr(x.Body)
		if err == nil {
			err = e.budget.take(at, 1)
		}
		result.items = append(result.items, item)
		return err
	}
	var clauses func(i int) error
	clauses = func(i int) error {
		if i == len(x.Clauses) {
			return add()
		}
		switch c := x.Clauses[i].(type) {
		case *syntax.ForClause:
			return e.each(e.at(c.For), c.X, func(item *node) (bool, error) {
				if err := e.bindTo(c.Vars, item); err != nil {
					return false, err
				}
				return true, clauses(i + 1)
			})
		case *syntax.IfClause:
			cond, err := e.expr(c.Cond)
			if err != nil || !cond.isTrue() {
				return err
			}
			return clauses(i + 1)
		}
		return refuse(at, "a comprehension that is not read")
	}
	if len(x.Clauses) > maxClauses {
		return nil, refuse(at, "a comprehension of more than %d clauses", maxClauses)
	}
	if err := clauses(0); err != nil {
		return nil, err
	}
	return e.make(result)
}

const maxClauses = 10
