package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
)

// mutant is one small wrong change of a source file.
type mutant struct {
	file       string
	line       int
	start, end int    // bytes of the file that are replaced
	with       string // by this
	was        string
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %q becomes %q", m.file, m.line, m.was, m.with)
}

// apply returns the file's text with the change.
func (m mutant) apply(text []byte) []byte {
	out := append([]byte{}, text[:m.start]...)
	return append(append(out, m.with...), text[m.end:]...)
}

// swaps are the operators that take each other's place.
var swaps = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	token.SHL: token.SHR, token.SHR: token.SHL, token.AND: token.OR, token.OR: token.AND, token.REM: token.MUL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	token.OR_ASSIGN: token.AND_ASSIGN, token.AND_ASSIGN: token.OR_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
}

// mutants returns every change of a file: an operator swapped, a condition
// negated, a number off by one, a factor left out, a statement removed.
func mutants(path string) ([]mutant, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []mutant
	replace := func(from, to token.Pos, with string) {
		at := files.Position(from)
		end := files.Position(to).Offset
		found = append(found, mutant{path, at.Line, at.Offset, end, with, string(text[at.Offset:end])})
	}
	operator := func(at token.Pos, op token.Token) {
		if other, ok := swaps[op]; ok {
			replace(at, at+token.Pos(len(op.String())), other.String())
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok != token.IMPORT && n.Tok != token.TYPE
		case *ast.CallExpr:
			return !raises(n) // what a panic or an error says is not behaviour
		case *ast.BinaryExpr:
			operator(n.OpPos, n.Op)
			if n.Op == token.MUL || n.Op == token.QUO { // the factor is left out
				replace(n.OpPos, n.Y.End(), "")
			}
		case *ast.IncDecStmt:
			operator(n.TokPos, n.Tok)
		case *ast.AssignStmt:
			operator(n.TokPos, n.Tok)
			if n.Tok != token.DEFINE {
				replace(n.Pos(), n.End(), "")
			}
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok && !raises(call) {
				replace(n.Pos(), n.End(), "")
			}
		case *ast.IfStmt:
			replace(n.Cond.Pos(), n.Cond.Pos(), "!(")
			last := &found[len(found)-1]
			end := files.Position(n.Cond.End()).Offset
			*last = mutant{path, last.line, last.start, end, "!(" + string(text[last.start:end]) + ")", string(text[last.start:end])}
		case *ast.BranchStmt:
			if n.Label == nil && (n.Tok == token.BREAK || n.Tok == token.CONTINUE) {
				replace(n.Pos(), n.End(), "")
			}
		case *ast.UnaryExpr:
			if n.Op == token.SUB || n.Op == token.NOT {
				replace(n.OpPos, n.X.Pos(), "")
			}
		case *ast.BasicLit:
			if v, err := strconv.Atoi(n.Value); n.Kind == token.INT && err == nil {
				replace(n.Pos(), n.End(), strconv.Itoa(v+1))
			}
		}
		return true
	})
	return found, nil
}

// raises reports whether a call only says what is wrong.
func raises(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "panic"
	case *ast.SelectorExpr:
		of, ok := f.X.(*ast.Ident)
		return ok && (of.Name == "fmt" || of.Name == "errors")
	}
	return false
}
