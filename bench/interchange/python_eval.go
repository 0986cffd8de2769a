package interchange

import (
	"math"
	"math/big"

	"go.starlark.net/syntax"
)

// evaluator evaluates the statements of one file.
type evaluator struct {
	file    string
	budget  *budget
	names   *dict
	depth   int
	skip    syntax.Stmt // the assignment of _base_, which was read already
	imports []pythonImport
	powers  map[[2]int]bool // where // stands for **
	bind    func(*evaluator, pythonImport) error
}

// maxDepth bounds the recursion of the evaluator, of a long sum for instance.
const maxDepth = 1000

func (e *evaluator) at(p syntax.Position) place { return place{e.file, int(p.Line), int(p.Col)} }

// parsePython parses the rewritten text of a file.
func parsePython(file, text string) (*syntax.File, error) {
	options := syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true}
	parsed, err := options.Parse(file, text, 0)
	if err == nil {
		return parsed, nil
	}
	if e, ok := err.(syntax.Error); ok {
		return nil, refuse(place{file, int(e.Pos.Line), int(e.Pos.Col)}, "this is not read: %s", e.Msg)
	}
	return nil, refuse(place{file: file}, "this is not read: %v", err)
}

// run evaluates the statements of the file's top level, with each import bound
// at its line.
func (e *evaluator) run(statements []syntax.Stmt) error {
	for _, s := range statements {
		start, _ := s.Span()
		if err := e.bindBefore(int(start.Line)); err != nil {
			return err
		}
		if s == e.skip {
			continue
		}
		if _, err := e.statement(s); err != nil {
			return err
		}
	}
	return e.bindBefore(math.MaxInt)
}

func (e *evaluator) bindBefore(line int) error {
	for len(e.imports) > 0 && e.imports[0].at.line < line {
		if err := e.bind(e, e.imports[0]); err != nil {
			return err
		}
		e.imports = e.imports[1:]
	}
	return nil
}

// enter counts a step and a level of recursion.
func (e *evaluator) enter(at place) error {
	if e.depth++; e.depth > maxDepth {
		return refuse(at, "nested more than %d deep", maxDepth)
	}
	return e.budget.step(at)
}

// block evaluates statements until one leaves the loop around them: it returns
// the keyword that did, BREAK or CONTINUE.
func (e *evaluator) block(statements []syntax.Stmt) (syntax.Token, error) {
	for _, s := range statements {
		if left, err := e.statement(s); err != nil || left != 0 {
			return left, err
		}
	}
	return 0, nil
}

func (e *evaluator) statement(s syntax.Stmt) (left syntax.Token, err error) {
	switch s := s.(type) {
	case *syntax.AssignStmt:
		at := e.at(s.OpPos)
		if err := e.enter(at); err != nil {
			return 0, err
		}
		defer func() { e.depth-- }()
		return 0, e.assign(s)
	case *syntax.ExprStmt:
		if call, ok := s.X.(*syntax.CallExpr); ok {
			if name, ok := call.Fn.(*syntax.Ident); ok && name.Name == deleteCall {
				return 0, e.del(call)
			}
		}
		_, err := e.expr(s.X)
		return 0, err
	case *syntax.IfStmt:
		at := e.at(s.If)
		if err := e.enter(at); err != nil {
			return 0, err
		}
		defer func() { e.depth-- }()
		cond, err := e.expr(s.Cond)
		if err != nil {
			return 0, err
		}
		if cond.isTrue() {
			return e.block(s.True)
		}
		return e.block(s.False)
	case *syntax.ForStmt:
		at := e.at(s.For)
		if err := e.enter(at); err != nil {
			return 0, err
		}
		defer func() { e.depth-- }()
		return 0, e.each(at, s.X, func(item *node) (bool, error) {
			if err := e.bindTo(s.Vars, item); err != nil {
				return false, err
			}
			left, err := e.block(s.Body)
			return left != syntax.BREAK, err
		})
	case *syntax.BranchStmt:
		if s.Token == syntax.PASS {
			return 0, nil
		}
		return s.Token, e.budget.step(e.at(s.TokenPos))
	case *syntax.DefStmt:
		return 0, refuse(e.at(s.Def), "a function definition: a configuration is read, nothing in it is run")
	case *syntax.WhileStmt:
		return 0, refuse(e.at(s.While), "a while loop: a configuration is read, nothing in it is run")
	case *syntax.LoadStmt:
		return 0, refuse(e.at(s.Load), "a load statement is Starlark's, not Python's")
	case *syntax.ReturnStmt:
		return 0, refuse(e.at(s.Return), "a return statement outside of a function")
	}
	start, _ := s.Span()
	return 0, refuse(e.at(start), "a statement that is not read")
}

// each evaluates what a loop goes over, and calls do with each element until it
// returns false.
func (e *evaluator) each(at place, over syntax.Expr, do func(*node) (bool, error)) error {
	x, err := e.expr(over)
	if err != nil {
		return err
	}
	items, err := e.elements(at, x)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := e.budget.step(at); err != nil {
			return err
		}
		if more, err := do(item); err != nil || !more {
			return err
		}
	}
	return nil
}

// elements returns what iterating over a value gives, a copy.
func (e *evaluator) elements(at place, x *node) ([]*node, error) {
	switch x.kind {
	case list, tuple:
		if err := e.budget.take(at, len(x.items)); err != nil {
			return nil, err
		}
		return append([]*node(nil), x.items...), nil
	case mapping:
		if err := e.budget.take(at, len(x.dict.entries)); err != nil {
			return nil, err
		}
		keys := make([]*node, len(x.dict.entries))
		for i, entry := range x.dict.entries {
			keys[i] = nodeOfKey(entry.key, entry.at)
		}
		return keys, nil
	}
	return nil, refuse(at, "%s is %s: expected a list, tuple or dict to go over", x.short(), x.kind)
}

// make returns a new value, counted.
func (e *evaluator) make(n node) (*node, error) {
	if err := e.budget.take(n.at, 1); err != nil {
		return nil, err
	}
	if err := e.budget.takeText(n.at, len(n.text)); err != nil {
		return nil, err
	}
	return &n, nil
}

// literal returns the value of a number or string.
func (e *evaluator) literal(l *syntax.Literal) (*node, error) {
	at := e.at(l.TokenPos)
	switch v := l.Value.(type) {
	case string:
		return e.make(node{kind: text, at: at, text: v})
	case int64:
		return e.make(node{kind: integer, at: at, whole: v})
	case float64:
		return e.make(node{kind: real, at: at, number: v})
	case *big.Int:
		return nil, refuse(at, "a whole number of more than 64 bits")
	}
	return nil, refuse(at, "a value that is not read")
}
