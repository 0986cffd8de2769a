package interchange

import (
	"math"
	"math/big"
	"strings"

	"go.starlark.net/syntax"
)

func (e *evaluator) unary(x *syntax.UnaryExpr) (*node, error) {
	at := e.at(x.OpPos)
	if x.X == nil {
		return nil, refuse(at, "the operator %s without a value", x.Op)
	}
	v, err := e.expr(x.X)
	if err != nil {
		return nil, err
	}
	switch {
	case x.Op == syntax.NOT:
		return e.make(node{kind: boolean, at: at, truth: !v.isTrue()})
	case x.Op == syntax.PLUS && v.isNumber():
		return v, nil
	case x.Op == syntax.MINUS && v.kind == integer:
		return e.make(node{kind: integer, at: at, whole: -v.whole})
	case x.Op == syntax.MINUS && v.kind == real:
		return e.make(node{kind: real, at: at, number: -v.number})
	}
	return nil, refuse(at, "the operator %s on %s", x.Op, v.kind)
}

func (e *evaluator) operation(x *syntax.BinaryExpr) (*node, error) {
	at := e.at(x.OpPos)
	if e.isPower(x) {
		return e.power(at, x.X, func() (*node, error) { return e.expr(x.Y) })
	}
	a, err := e.expr(x.X)
	if err != nil {
		return nil, err
	}
	if x.Op == syntax.AND && !a.isTrue() || x.Op == syntax.OR && a.isTrue() {
		return a, nil
	}
	b, err := e.expr(x.Y)
	if err != nil {
		return nil, err
	}
	if x.Op == syntax.AND || x.Op == syntax.OR {
		return b, nil
	}
	return e.binary(at, x.Op, a, b)
}

func (e *evaluator) isPower(x *syntax.BinaryExpr) bool {
	return x.Op == syntax.SLASHSLASH && e.powers[[2]int{int(x.OpPos.Line), int(x.OpPos.Col)}]
}

// power evaluates base ** exponent, where the parser has given ** the rank of
// * and let it bind from the left: of a product, and of a sign, the base is what
// comes last, and what is itself a power has an exponent that is one.
func (e *evaluator) power(at place, base syntax.Expr, exponent func() (*node, error)) (*node, error) {
	if err := e.enter(at); err != nil {
		return nil, err
	}
	defer func() { e.depth-- }()
	switch b := base.(type) {
	case *syntax.BinaryExpr:
		switch {
		case e.isPower(b):
			return e.power(at, b.X, func() (*node, error) { return e.power(at, b.Y, exponent) })
		case b.Op == syntax.STAR || b.Op == syntax.SLASH || b.Op == syntax.SLASHSLASH || b.Op == syntax.PERCENT:
			left, err := e.expr(b.X)
			if err != nil {
				return nil, err
			}
			right, err := e.power(at, b.Y, exponent)
			if err != nil {
				return nil, err
			}
			return e.binary(e.at(b.OpPos), b.Op, left, right)
		}
	case *syntax.UnaryExpr:
		if b.Op == syntax.MINUS && b.X != nil {
			x, err := e.power(at, b.X, exponent)
			if err != nil {
				return nil, err
			}
			return e.binary(at, syntax.MINUS, &node{kind: integer, at: at}, x)
		}
	}
	x, err := e.expr(base)
	if err != nil {
		return nil, err
	}
	y, err := exponent()
	if err != nil {
		return nil, err
	}
	if !x.isNumber() || !y.isNumber() {
		return nil, refuse(at, "the operator ** between %s and %s", x.kind, y.kind)
	}
	if x.kind == integer && y.kind == integer && y.whole >= 0 {
		if y.whole > 63 && x.whole*x.whole > 1 || math.Abs(x.float()) > math.MaxUint32 && y.whole > 1 {
			return nil, refuse(at, "a whole number of more than 64 bits")
		}
		z := new(big.Int).Exp(big.NewInt(x.whole), big.NewInt(min(y.whole, 64+y.whole%2)), nil)
		if !z.IsInt64() {
			return nil, refuse(at, "a whole number of more than 64 bits")
		}
		return e.make(node{kind: integer, at: at, whole: z.Int64()})
	}
	return e.make(node{kind: real, at: at, number: math.Pow(x.float(), y.float())})
}

// binary applies an operator to two values.
func (e *evaluator) binary(at place, op syntax.Token, a, b *node) (*node, error) {
	switch op {
	case syntax.EQL, syntax.NEQ:
		same, err := e.equal(at, a, b)
		if err != nil {
			return nil, err
		}
		return e.make(node{kind: boolean, at: at, truth: same == (op == syntax.EQL)})
	case syntax.LT, syntax.LE, syntax.GT, syntax.GE:
		order, err := e.compare(at, a, b)
		if err != nil {
			return nil, err
		}
		truth := map[syntax.Token]bool{syntax.LT: order < 0, syntax.LE: order <= 0, syntax.GT: order > 0, syntax.GE: order >= 0}[op]
		return e.make(node{kind: boolean, at: at, truth: truth})
	case syntax.IN, syntax.NOT_IN:
		found, err := e.contains(at, a, b)
		if err != nil {
			return nil, err
		}
		return e.make(node{kind: boolean, at: at, truth: found == (op == syntax.IN)})
	}
	switch {
	case a.isNumber() && b.isNumber():
		return e.arithmetic(at, op, a, b)
	case op == syntax.PLUS && a.kind == text && b.kind == text:
		if err := e.budget.takeText(at, len(a.text)+len(b.text)); err != nil {
			return nil, err
		}
		return e.make(node{kind: text, at: at, text: a.text + b.text})
	case op == syntax.PLUS && a.kind == b.kind && (a.kind == list || a.kind == tuple):
		if err := e.budget.take(at, len(a.items)+len(b.items)); err != nil {
			return nil, err
		}
		return e.make(node{kind: a.kind, at: at, items: append(append([]*node(nil), a.items...), b.items...)})
	case op == syntax.PIPE && a.kind == mapping && b.kind == mapping:
		if err := e.budget.take(at, len(a.dict.entries)+len(b.dict.entries)); err != nil {
			return nil, err
		}
		joined := newDict()
		joined.add(a.dict)
		joined.add(b.dict)
		return e.make(node{kind: mapping, at: at, dict: joined})
	case op == syntax.STAR && b.kind == integer:
		return e.repeat(at, a, b.whole)
	case op == syntax.STAR && a.kind == integer:
		return e.repeat(at, b, a.whole)
	case op == syntax.PERCENT && a.kind == text:
		return e.percent(at, a.text, b)
	}
	return nil, refuse(at, "the operator %s between %s and %s", op, a.kind, b.kind)
}

// repeat returns a sequence n times over.
func (e *evaluator) repeat(at place, x *node, n int64) (*node, error) {
	n = max(n, 0)
	switch x.kind {
	case text:
		if int64(len(x.text))*min(n, math.MaxInt32) > int64(e.budget.limits.Characters) || n > math.MaxInt32 {
			return nil, e.budget.takeText(at, e.budget.limits.Characters+1)
		}
		return e.make(node{kind: text, at: at, text: strings.Repeat(x.text, int(n))})
	case list, tuple:
		if int64(len(x.items))*min(n, math.MaxInt32) > int64(e.budget.limits.Values) || n > math.MaxInt32 {
			return nil, e.budget.take(at, e.budget.limits.Values+1)
		}
		if err := e.budget.take(at, len(x.items)*int(n)); err != nil {
			return nil, err
		}
		items := make([]*node, 0, len(x.items)*int(n))
		for range n {
			if len(x.items) == 0 {
				break
			}
			items = append(items, x.items...)
		}
		return e.make(node{kind: x.kind, at: at, items: items})
	}
	return nil, refuse(at, "the operator * on %s", x.kind)
}

func (e *evaluator) arithmetic(at place, op syntax.Token, a, b *node) (*node, error) {
	if a.kind == integer && b.kind == integer && op != syntax.SLASH {
		return e.wholeArithmetic(at, op, a.whole, b.whole)
	}
	x, y := a.float(), b.float()
	if y == 0 && (op == syntax.SLASH || op == syntax.SLASHSLASH || op == syntax.PERCENT) {
		return nil, refuse(at, "a division by 0")
	}
	var f float64
	switch op {
	case syntax.PLUS:
		f = x + y
	case syntax.MINUS:
		f = x - y
	case syntax.STAR:
		f = x * y
	case syntax.SLASH:
		f = x / y
	case syntax.SLASHSLASH:
		f = math.Floor(x / y)
	case syntax.PERCENT:
		f = x - y*math.Floor(x/y)
	default:
		return nil, refuse(at, "the operator %s between numbers", op)
	}
	return e.make(node{kind: real, at: at, number: f})
}

func (e *evaluator) wholeArithmetic(at place, op syntax.Token, x, y int64) (*node, error) {
	large := refuse(at, "a whole number of more than 64 bits")
	if y == 0 && (op == syntax.SLASHSLASH || op == syntax.PERCENT) {
		return nil, refuse(at, "a division by 0")
	}
	var z int64
	switch op {
	case syntax.PLUS:
		if z = x + y; (z > x) != (y > 0) && y != 0 {
			return nil, large
		}
	case syntax.MINUS:
		if z = x - y; (z < x) != (y > 0) && y != 0 {
			return nil, large
		}
	case syntax.STAR:
		if z = x * y; x != 0 && (z/x != y || x == -1 && y == math.MinInt64) {
			return nil, large
		}
	case syntax.SLASHSLASH:
		if r := x - x/y*y; r != 0 && (r < 0) != (y < 0) {
			z = x/y - 1
		} else {
			z = x / y
		}
	case syntax.PERCENT:
		if z = x % y; z != 0 && (z < 0) != (y < 0) {
			z += y
		}
	case syntax.AMP:
		z = x & y
	case syntax.PIPE:
		z = x | y
	case syntax.CIRCUMFLEX:
		z = x ^ y
	default:
		return nil, refuse(at, "the operator %s between whole numbers", op)
	}
	return e.make(node{kind: integer, at: at, whole: z})
}
