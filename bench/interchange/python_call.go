package interchange

import (
	"go.starlark.net/syntax"
)

// arguments are those of one call.
type arguments struct {
	at    place
	plain []*node
	named *dict
}

// function computes a value from arguments.
type function func(e *evaluator, self *node, a arguments) (*node, error)

// builtins are Python's functions that build values from values. There are no
// others.
var builtins map[string]function

// methods are those of values of a kind.
var methods map[kind]map[string]function

func init() { // not literals: they call what looks names up in them
	builtins = map[string]function{
		"dict": callDict, "list": callList, "tuple": callTuple, "int": callInt, "float": callFloat, "str": callStr, "bool": callBool,
		"len": callLen, "range": callRange, "enumerate": callEnumerate, "zip": callZip, "min": callMin, "max": callMax, "sum": callSum,
		"sorted": callSorted, "reversed": callReversed, "abs": callAbs, "round": callRound,
	}
	methods = map[kind]map[string]function{
		mapping: {
			"update": dictUpdate, "pop": dictPop, "get": dictGet, "setdefault": dictSetDefault, "copy": shallowCopy, "keys": dictKeys,
			"values": dictValues, "items": dictItems, "merge": dictMerge,
		},
		list:  {"append": listAppend, "extend": listExtend, "insert": listInsert, "pop": listPop, "copy": shallowCopy},
		tuple: {},
		text: {
			"format": textFormat, "join": textJoin, "replace": textReplace, "split": textSplit, "strip": textStrip, "lower": textLower,
			"upper": textUpper, "startswith": textStarts, "endswith": textEnds,
		},
	}
}

// call evaluates a call of a function or method.
func (e *evaluator) call(x *syntax.CallExpr) (*node, error) {
	at := e.at(x.Lparen)
	if name, ok := x.Fn.(*syntax.Ident); ok && name.Name == formatCall && len(x.Args) == 1 {
		return e.formatted(at, x.Args[0])
	}
	fn, err := e.expr(x.Fn)
	if err != nil {
		return nil, err
	}
	a, err := e.arguments(at, x.Args)
	if err != nil {
		return nil, err
	}
	switch fn.kind {
	case method:
		return methods[fn.items[0].kind][fn.text](e, fn.items[0], a)
	case symbol:
		switch fn.text {
		case "copy.deepcopy":
			if len(a.plain) == 1 {
				return e.deepCopy(at, a.plain[0])
			}
		case "copy.copy":
			if len(a.plain) == 1 {
				return shallowCopy(e, a.plain[0], arguments{at: at, named: newDict()})
			}
		}
		if f := builtins[fn.text]; f != nil {
			return f(e, nil, a)
		}
		return nil, refuse(at, "a call of %s: a configuration is read, nothing in it is run; of functions only those that build values are known", fn.text)
	}
	return nil, refuse(at, "a call of %s, which is %s", fn.short(), fn.kind)
}

func (e *evaluator) arguments(at place, list []syntax.Expr) (arguments, error) {
	a := arguments{at: at, named: newDict()}
	for _, x := range list {
		switch x := x.(type) {
		case *syntax.BinaryExpr:
			if name, ok := x.X.(*syntax.Ident); ok && x.Op == syntax.EQ {
				value, err := e.expr(x.Y)
				if err != nil {
					return a, err
				}
				where := e.at(name.NamePos)
				if a.named.get(name.Name) != nil {
					return a, refuse(where, "%s is given twice", name.Name)
				}
				if err := e.budget.take(where, 1); err != nil {
					return a, err
				}
				a.named.set(name.Name, where, value)
				continue
			}
		case *syntax.UnaryExpr:
			if x.Op != syntax.STAR && x.Op != syntax.STARSTAR {
				break
			}
			value, err := e.expr(x.X)
			if err != nil {
				return a, err
			}
			where := e.at(x.OpPos)
			if x.Op == syntax.STAR {
				items, err := e.elements(where, value)
				if err != nil {
					return a, err
				}
				a.plain = append(a.plain, items...)
				continue
			}
			if value.kind != mapping {
				return a, refuse(where, "** before %s: expected a dict", value.kind)
			}
			if err := e.budget.take(where, len(value.dict.entries)); err != nil {
				return a, err
			}
			for _, entry := range value.dict.entries {
				if a.named.get(entry.key) != nil {
					return a, refuse(where, "%s is given twice", nodeOfKey(entry.key, where).text)
				}
				a.named.set(entry.key, entry.at, entry.value)
			}
			continue
		}
		value, err := e.expr(x)
		if err != nil {
			return a, err
		}
		a.plain = append(a.plain, value)
	}
	return a, nil
}

// only returns the arguments if there are from least to most of them, none by
// name.
func (a arguments) only(name string, least, most int) ([]*node, error) {
	if len(a.named.entries) > 0 {
		return nil, refuse(a.at, "%s with the argument %s by name is not read", name, nodeOfKey(a.named.entries[0].key, a.at).text)
	}
	if len(a.plain) < least || len(a.plain) > most {
		return nil, refuse(a.at, "%s with %d arguments is not read", name, len(a.plain))
	}
	return a.plain, nil
}
