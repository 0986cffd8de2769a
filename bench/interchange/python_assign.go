package interchange

import (
	"strings"

	"go.starlark.net/syntax"
)

func (e *evaluator) assign(s *syntax.AssignStmt) error {
	value, err := e.expr(s.RHS)
	if err != nil {
		return err
	}
	at := e.at(s.OpPos)
	if s.Op == syntax.EQ {
		return e.bindTo(s.LHS, value)
	}
	old, err := e.expr(s.LHS)
	if err != nil {
		return err
	}
	operation, ok := augmented[s.Op]
	if !ok {
		return refuse(at, "the operator %s is not read", s.Op)
	}
	if operation == syntax.PLUS && old.kind == list && (value.kind == list || value.kind == tuple) {
		if err := e.budget.take(at, len(value.items)); err != nil {
			return err
		}
		old.items = append(old.items, value.items...)
		return nil
	}
	result, err := e.binary(at, operation, old, value)
	if err != nil {
		return err
	}
	return e.bindTo(s.LHS, result)
}

var augmented = map[syntax.Token]syntax.Token{
	syntax.PLUS_EQ: syntax.PLUS, syntax.MINUS_EQ: syntax.MINUS, syntax.STAR_EQ: syntax.STAR, syntax.SLASH_EQ: syntax.SLASH,
	syntax.SLASHSLASH_EQ: syntax.SLASHSLASH, syntax.PERCENT_EQ: syntax.PERCENT, syntax.PIPE_EQ: syntax.PIPE,
}

// bindTo assigns a value to a name, an element, an attribute or several of them.
func (e *evaluator) bindTo(target syntax.Expr, value *node) error {
	switch t := target.(type) {
	case *syntax.ParenExpr:
		return e.bindTo(t.X, value)
	case *syntax.Ident:
		at := e.at(t.NamePos)
		if strings.HasPrefix(t.Name, "__") {
			return refuse(at, "%s: names that begin with two underscores are not read", t.Name)
		}
		e.names.set(t.Name, at, value)
		return nil
	case *syntax.IndexExpr:
		x, key, err := e.both(t.X, t.Y)
		if err != nil {
			return err
		}
		return e.setItem(e.at(t.Lbrack), x, key, value)
	case *syntax.DotExpr:
		at := e.at(t.Name.NamePos)
		x, err := e.expr(t.X)
		if err != nil {
			return err
		}
		if x.kind != mapping {
			return refuse(at, "%s has no attributes to set: it is %s", x.short(), x.kind)
		}
		x.dict.set(t.Name.Name, at, value)
		return nil
	case *syntax.TupleExpr:
		return e.unpack(e.at(t.Lparen), t.List, value)
	case *syntax.ListExpr:
		return e.unpack(e.at(t.Lbrack), t.List, value)
	}
	return refuse(value.at, "an assignment to something that is not read")
}

func (e *evaluator) unpack(at place, targets []syntax.Expr, value *node) error {
	if at.line == 0 {
		at = value.at
	}
	items, err := e.elements(at, value)
	if err != nil {
		return err
	}
	if len(items) != len(targets) {
		return refuse(at, "%d values for %d names", len(items), len(targets))
	}
	for i, t := range targets {
		if err := e.bindTo(t, items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluator) setItem(at place, x, key, value *node) error {
	switch x.kind {
	case mapping:
		return e.addKey(x.dict, at, key, value)
	case list:
		i, err := position(at, key, len(x.items))
		if err != nil {
			return err
		}
		x.items[i] = value
		return nil
	}
	return refuse(at, "%s has no elements to set: it is %s", x.short(), x.kind)
}

// position returns the index that a key means in a list of n elements.
func position(at place, key *node, n int) (int, error) {
	key = key.counted()
	if key.kind != integer {
		return 0, refuse(at, "the index %s is not a whole number", key.short())
	}
	i := key.whole
	if i < 0 {
		i += int64(n)
	}
	if i < 0 || i >= int64(n) {
		return 0, refuse(at, "index %d of a list of %d", key.whole, n)
	}
	return int(i), nil
}

// del removes what a del statement names.
func (e *evaluator) del(call *syntax.CallExpr) error {
	for _, target := range call.Args {
		if err := e.delete(target); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluator) delete(target syntax.Expr) error {
	switch t := target.(type) {
	case *syntax.ParenExpr:
		return e.delete(t.X)
	case *syntax.Ident:
		if e.names.remove(t.Name) == nil {
			return refuse(e.at(t.NamePos), "%s is not defined", t.Name)
		}
		return nil
	case *syntax.DotExpr:
		x, err := e.expr(t.X)
		if err != nil {
			return err
		}
		if x.kind != mapping || x.dict.remove(t.Name.Name) == nil {
			return refuse(e.at(t.Name.NamePos), "there is no %s to delete", t.Name.Name)
		}
		return nil
	case *syntax.IndexExpr:
		at := e.at(t.Lbrack)
		x, key, err := e.both(t.X, t.Y)
		if err != nil {
			return err
		}
		switch x.kind {
		case mapping:
			if k, ok := keyOf(key); !ok || x.dict.remove(k) == nil {
				return refuse(at, "there is no %s to delete", key.short())
			}
			return nil
		case list:
			i, err := position(at, key, len(x.items))
			if err != nil {
				return err
			}
			x.items = append(x.items[:i:i], x.items[i+1:]...)
			return nil
		}
	}
	start, _ := target.Span()
	return refuse(e.at(start), "a del statement that is not read")
}
