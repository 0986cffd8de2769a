package interchange

import (
	"strings"

	"go.starlark.net/syntax"
)

// pythonLiteral reads a value that is written in Python: a number, string,
// list, tuple or dict of those.
func pythonLiteral(s string) (*node, error) { return literalAt(place{}, s) }

func literalAt(at place, s string) (*node, error) {
	if strings.ContainsAny(s, "\n\r") {
		return nil, refuse(at, "%s is not a value", pythonString(s))
	}
	x, powers, err := parseExpression(at, s, defaultLimits)
	if err != nil {
		return nil, err
	}
	e := &evaluator{file: at.file, budget: &budget{limits: defaultLimits}, names: newDict(), powers: powers}
	n, err := e.expr(x)
	if err != nil {
		return nil, err
	}
	n.at = at
	return n, nil
}

// parseExpression parses an expression that is written at a place, with where //
// stands for **.
func parseExpression(at place, s string, limits Limits) (syntax.Expr, map[[2]int]bool, error) {
	at.line = max(at.line, 1)
	written, err := rewrite(at, strings.TrimSpace(s), limits)
	if err != nil {
		return nil, nil, err
	}
	var options syntax.FileOptions
	x, err := options.ParseExpr(at.file, syntax.FilePortion{Content: []byte(strings.TrimSpace(written.text)), FirstLine: int32(at.line), FirstCol: 1}, 0)
	if err != nil || len(written.imports) > 0 {
		return nil, nil, refuse(at, "%s is not a value", pythonString(s))
	}
	return x, written.powers, nil
}
