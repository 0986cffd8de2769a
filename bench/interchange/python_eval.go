package interchange

import (
	"math"
	"math/big"
	"strings"

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
		at := e.at(t.Lbrack)
		x, err := e.expr(t.X)
		if err != nil {
			return err
		}
		key, err := e.expr(t.Y)
		if err != nil {
			return err
		}
		return e.setItem(at, x, key, value)
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
		k, ok := keyOf(key)
		if !ok {
			return refuse(at, "%s cannot be a key", key.short())
		}
		if err := e.budget.take(at, 1); err != nil {
			return err
		}
		x.dict.set(k, at, value)
		return nil
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
	if key.kind != integer && key.kind != boolean {
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
		x, err := e.expr(t.X)
		if err != nil {
			return err
		}
		key, err := e.expr(t.Y)
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
