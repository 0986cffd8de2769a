package interchange

import (
	"strings"

	"go.starlark.net/syntax"
)

// expr evaluates an expression, and counts a look at its value.
func (e *evaluator) expr(x syntax.Expr) (*node, error) {
	at := e.start(x)
	if err := e.enter(at); err != nil {
		return nil, err
	}
	defer func() { e.depth-- }()
	value, err := e.value(x)
	if err != nil {
		return nil, err
	}
	return value, e.budget.read(at, value)
}

func (e *evaluator) value(x syntax.Expr) (*node, error) {
	switch x := x.(type) {
	case *syntax.Literal:
		return e.literal(x)
	case *syntax.ParenExpr:
		return e.expr(x.X)
	case *syntax.Ident:
		return e.ident(x)
	case *syntax.ListExpr:
		return e.sequence(list, e.at(x.Lbrack), x.List)
	case *syntax.TupleExpr:
		at := e.at(x.Lparen)
		if at.line == 0 && len(x.List) > 0 {
			at = e.start(x.List[0])
		}
		return e.sequence(tuple, at, x.List)
	case *syntax.DictExpr:
		return e.dictionary(x)
	case *syntax.UnaryExpr:
		return e.unary(x)
	case *syntax.BinaryExpr:
		return e.operation(x)
	case *syntax.CondExpr:
		cond, err := e.expr(x.Cond)
		if err != nil {
			return nil, err
		}
		if cond.isTrue() {
			return e.expr(x.True)
		}
		return e.expr(x.False)
	case *syntax.CallExpr:
		return e.call(x)
	case *syntax.DotExpr:
		of, err := e.expr(x.X)
		if err != nil {
			return nil, err
		}
		return e.attribute(e.at(x.Name.NamePos), of, x.Name.Name)
	case *syntax.IndexExpr:
		return e.index(x)
	case *syntax.SliceExpr:
		return e.slice(x)
	case *syntax.Comprehension:
		return e.comprehension(x)
	case *syntax.LambdaExpr:
		return nil, refuse(e.at(x.Lambda), "a function (lambda): a configuration is read, nothing in it is run")
	}
	return nil, refuse(e.start(x), "an expression that is not read")
}

// both evaluates two expressions, in this order.
func (e *evaluator) both(x, y syntax.Expr) (a, b *node, err error) {
	if a, err = e.expr(x); err != nil {
		return nil, nil, err
	}
	b, err = e.expr(y)
	return a, b, err
}

// start returns a place in an expression without walking down into it, which a
// hostile one could make long.
func (e *evaluator) start(x syntax.Expr) place {
	var p syntax.Position
	switch x := x.(type) {
	case *syntax.Literal:
		p = x.TokenPos
	case *syntax.Ident:
		p = x.NamePos
	case *syntax.ParenExpr:
		p = x.Lparen
	case *syntax.ListExpr:
		p = x.Lbrack
	case *syntax.TupleExpr:
		p = x.Lparen
	case *syntax.DictExpr:
		p = x.Lbrace
	case *syntax.UnaryExpr:
		p = x.OpPos
	case *syntax.BinaryExpr:
		p = x.OpPos
	case *syntax.CondExpr:
		p = x.If
	case *syntax.CallExpr:
		p = x.Lparen
	case *syntax.DotExpr:
		p = x.Name.NamePos
	case *syntax.IndexExpr:
		p = x.Lbrack
	case *syntax.SliceExpr:
		p = x.Lbrack
	case *syntax.Comprehension:
		p = x.Lbrack
	case *syntax.LambdaExpr:
		p = x.Lambda
	}
	return e.at(p)
}

func (e *evaluator) ident(x *syntax.Ident) (*node, error) {
	at := e.at(x.NamePos)
	switch x.Name {
	case "None":
		return e.make(node{kind: null, at: at})
	case "True", "False":
		return e.make(node{kind: boolean, at: at, truth: x.Name == "True"})
	}
	if v := e.names.get(x.Name); v != nil {
		return v, nil
	}
	if builtins[x.Name] != nil {
		return e.make(node{kind: symbol, at: at, text: x.Name})
	}
	if strings.HasPrefix(x.Name, "__") {
		return nil, refuse(at, "%s: names that begin with two underscores are not read", x.Name)
	}
	return nil, refuse(at, "%s is not defined: of Python's functions only those that build values are known", x.Name)
}

func (e *evaluator) sequence(kind kind, at place, list []syntax.Expr) (*node, error) {
	items := make([]*node, 0, len(list))
	for _, x := range list {
		item, err := e.expr(x)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return e.make(node{kind: kind, at: at, items: items})
}

func (e *evaluator) dictionary(x *syntax.DictExpr) (*node, error) {
	d := newDict()
	for _, pair := range x.List {
		pair := pair.(*syntax.DictEntry)
		key, value, err := e.both(pair.Key, pair.Value)
		if err != nil {
			return nil, err
		}
		if err := e.addKey(d, e.start(pair.Key), key, value); err != nil {
			return nil, err
		}
	}
	return e.make(node{kind: mapping, at: e.at(x.Lbrace), dict: d})
}

func (e *evaluator) addKey(d *dict, at place, key, value *node) error {
	k, ok := keyOf(key)
	if !ok {
		return refuse(at, "%s cannot be a key", key.short())
	}
	if err := e.budget.take(at, 1); err != nil {
		return err
	}
	d.set(k, at, value)
	return nil
}

// attribute returns a method, a key of a mapping or a part of an imported name.
func (e *evaluator) attribute(at place, of *node, name string) (*node, error) {
	if strings.HasPrefix(name, "__") {
		return nil, refuse(at, "%s: names that begin with two underscores are not read", name)
	}
	switch of.kind {
	case symbol:
		return e.make(node{kind: symbol, at: at, text: of.text + "." + name})
	case mapping:
		if methods[of.kind][name] == nil {
			if v := of.dict.get(name); v != nil {
				return v, nil
			}
			return nil, refuse(at, "there is no %s in %s", name, of.short())
		}
	}
	if methods[of.kind][name] != nil {
		return e.make(node{kind: method, at: at, text: name, items: []*node{of}})
	}
	return nil, refuse(at, "%s has no %s that is read: it is %s", of.short(), name, of.kind)
}
