package interchange

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"go.starlark.net/syntax"
)

func callDict(e *evaluator, _ *node, a arguments) (*node, error) {
	d := newDict()
	if len(a.plain) > 1 {
		return nil, refuse(a.at, "dict with %d arguments is not read", len(a.plain))
	}
	for _, from := range a.plain {
		if from.kind == mapping {
			if err := e.budget.take(a.at, len(from.dict.entries)); err != nil {
				return nil, err
			}
			d.add(from.dict)
			continue
		}
		pairs, err := e.elements(a.at, from)
		if err != nil {
			return nil, err
		}
		for _, pair := range pairs {
			if len(pair.items) != 2 {
				return nil, refuse(a.at, "dict of %s: expected pairs", pair.short())
			}
			if err := e.addKey(d, a.at, pair.items[0], pair.items[1]); err != nil {
				return nil, err
			}
		}
	}
	d.add(a.named)
	return e.make(node{kind: mapping, at: a.at, dict: d})
}

func (e *evaluator) collected(name string, kind kind, a arguments) (*node, error) {
	args, err := a.only(name, 0, 1)
	if err != nil {
		return nil, err
	}
	result := node{kind: kind, at: a.at}
	for _, x := range args {
		if result.items, err = e.elements(a.at, x); err != nil {
			return nil, err
		}
	}
	return e.make(result)
}

func callList(e *evaluator, _ *node, a arguments) (*node, error) { return e.collected("list", list, a) }
func callTuple(e *evaluator, _ *node, a arguments) (*node, error) {
	return e.collected("tuple", tuple, a)
}

func callInt(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("int", 1, 1)
	if err != nil {
		return nil, err
	}
	x := args[0].counted()
	switch {
	case x.kind == integer:
		return e.make(node{kind: integer, at: a.at, whole: x.whole})
	case x.kind == real && math.Abs(x.number) < 1<<62:
		return e.make(node{kind: integer, at: a.at, whole: int64(x.number)})
	case x.kind == text:
		if n, err := strconv.ParseInt(strings.TrimSpace(x.text), 10, 64); err == nil {
			return e.make(node{kind: integer, at: a.at, whole: n})
		}
	}
	return nil, refuse(a.at, "int of %s", x.short())
}

func callFloat(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("float", 1, 1)
	if err != nil {
		return nil, err
	}
	x := args[0]
	if x.isNumber() {
		return e.make(node{kind: real, at: a.at, number: x.float()})
	}
	if x.kind == text {
		if f, err := strconv.ParseFloat(strings.TrimSpace(x.text), 64); err == nil {
			return e.make(node{kind: real, at: a.at, number: f})
		}
	}
	return nil, refuse(a.at, "float of %s", x.short())
}

func callStr(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("str", 1, 1)
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: text, at: a.at, text: asText(args[0])})
}

// asText is Python's str, of at most as much as messages show.
func asText(n *node) string {
	if n.kind == text {
		return n.text
	}
	return n.short()
}

func callBool(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("bool", 1, 1)
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: boolean, at: a.at, truth: args[0].isTrue()})
}

func callLen(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("len", 1, 1)
	if err != nil {
		return nil, err
	}
	switch x := args[0]; x.kind {
	case text:
		return e.make(node{kind: integer, at: a.at, whole: int64(len([]rune(x.text)))})
	case list, tuple:
		return e.make(node{kind: integer, at: a.at, whole: int64(len(x.items))})
	case mapping:
		return e.make(node{kind: integer, at: a.at, whole: int64(len(x.dict.entries))})
	}
	return nil, refuse(a.at, "len of %s", args[0].short())
}

func callRange(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("range", 1, 3)
	if err != nil {
		return nil, err
	}
	bounds := [3]int64{0, 0, 1}
	for i, x := range args {
		if x.kind != integer {
			return nil, refuse(a.at, "range of %s", x.short())
		}
		bounds[i] = x.whole
	}
	if len(args) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	result := node{kind: list, at: a.at}
	if bounds[2] == 0 {
		return nil, refuse(a.at, "range with a step of 0")
	}
	for i := bounds[0]; bounds[2] > 0 && i < bounds[1] || bounds[2] < 0 && i > bounds[1]; i += bounds[2] {
		item, err := e.make(node{kind: integer, at: a.at, whole: i})
		if err != nil {
			return nil, err
		}
		result.items = append(result.items, item)
	}
	return e.make(result)
}

func callEnumerate(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("enumerate", 1, 2)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	first := int64(0)
	if len(args) == 2 {
		from := args[1].counted()
		if from.kind != integer {
			return nil, refuse(a.at, "enumerate from %s", from.short())
		}
		first = from.whole
	}
	result := node{kind: list, at: a.at}
	for i, item := range items {
		number, err := e.make(node{kind: integer, at: a.at, whole: first + int64(i)})
		if err != nil {
			return nil, err
		}
		pair, err := e.make(node{kind: tuple, at: a.at, items: []*node{number, item}})
		if err != nil {
			return nil, err
		}
		result.items = append(result.items, pair)
	}
	return e.make(result)
}

func callZip(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("zip", 1, 10)
	if err != nil {
		return nil, err
	}
	var columns [][]*node
	n := math.MaxInt
	for _, x := range args {
		items, err := e.elements(a.at, x)
		if err != nil {
			return nil, err
		}
		columns, n = append(columns, items), min(n, len(items))
	}
	result := node{kind: list, at: a.at}
	for i := range n {
		row := node{kind: tuple, at: a.at}
		for _, c := range columns {
			row.items = append(row.items, c[i])
		}
		made, err := e.make(row)
		if err != nil {
			return nil, err
		}
		result.items = append(result.items, made)
	}
	return e.make(result)
}

// several returns the values that min, max and sorted look at.
func (e *evaluator) several(name string, a arguments) ([]*node, error) {
	args, err := a.only(name, 1, math.MaxInt)
	if err != nil || len(args) > 1 {
		return args, err
	}
	return e.elements(a.at, args[0])
}

func (e *evaluator) extreme(name string, sign int, a arguments) (*node, error) {
	items, err := e.several(name, a)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, refuse(a.at, "%s of nothing", name)
	}
	best := items[0]
	for _, x := range items[1:] {
		order, err := e.compare(a.at, x, best)
		if err != nil {
			return nil, err
		}
		if order*sign > 0 {
			best = x
		}
	}
	return best, nil
}

func callMin(e *evaluator, _ *node, a arguments) (*node, error) { return e.extreme("min", -1, a) }
func callMax(e *evaluator, _ *node, a arguments) (*node, error) { return e.extreme("max", 1, a) }

func callSum(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("sum", 1, 2)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	total := &node{kind: integer, at: a.at}
	if len(args) == 2 {
		total = args[1]
	}
	for _, x := range items {
		if err := e.budget.step(a.at); err != nil {
			return nil, err
		}
		if total, err = e.binary(a.at, syntax.PLUS, total, x); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func callSorted(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("sorted", 1, 1)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	sort.SliceStable(items, func(i, j int) bool {
		order, problem := e.compare(a.at, items[i], items[j])
		if problem != nil {
			err = problem
		}
		return order < 0
	})
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: list, at: a.at, items: items})
}

func callReversed(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("reversed", 1, 1)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	slices.Reverse(items)
	return e.make(node{kind: list, at: a.at, items: items})
}

func callAbs(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("abs", 1, 1)
	if err != nil {
		return nil, err
	}
	switch x := args[0]; {
	case x.kind == integer && x.whole != math.MinInt64:
		return e.make(node{kind: integer, at: a.at, whole: max(x.whole, -x.whole)})
	case x.kind == real:
		return e.make(node{kind: real, at: a.at, number: math.Abs(x.number)})
	}
	return nil, refuse(a.at, "abs of %s", args[0].short())
}

func callRound(e *evaluator, _ *node, a arguments) (*node, error) {
	args, err := a.only("round", 1, 1)
	if err != nil {
		return nil, err
	}
	x := args[0]
	if !x.isNumber() || math.Abs(x.float()) >= 1<<53 {
		return nil, refuse(a.at, "round of %s", x.short())
	}
	return e.make(node{kind: integer, at: a.at, whole: int64(math.RoundToEven(x.float()))})
}
