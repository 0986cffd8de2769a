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
	written, err := rewrite(at.file, s, defaultLimits)
	if err != nil {
		return nil, err
	}
	options := syntax.FileOptions{}
	x, err := options.ParseExpr(at.file, strings.TrimSpace(written.text), 0)
	if err != nil || len(written.imports) > 0 {
		return nil, refuse(at, "%s is not a value", pythonString(s))
	}
	e := &evaluator{file: at.file, budget: &budget{limits: defaultLimits}, names: newDict(), powers: written.powers}
	n, err := e.expr(x)
	if err != nil {
		return nil, err
	}
	n.at = at
	return n, nil
}
