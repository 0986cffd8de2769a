package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxSize and maxTokens are far above any configuration a person writes.
	// The parser takes time quadratic in the tokens of a mapping: half a
	// second for this many.
	maxSize   = 1 << 20
	maxTokens = 20_000
	// maxNesting bounds the parser's recursion: a stack overflow cannot be
	// recovered from.
	maxNesting = 64
)

// parse returns the root of the file's only document, nil if it is empty. It
// reports what is wrong with the text as a whole.
func (r *report) parse(data []byte) (root ast.Node, ok bool) {
	if len(data) > maxSize {
		r.fail(place{}, "the file has %d bytes: expected at most %d, is this a configuration?", len(data), maxSize)
		return nil, false
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at, problem := notText(data); problem != "" {
		r.fail(at, "this is not YAML text: %s", problem)
		return nil, false
	}
	file, err := parseText(string(data))
	if err != nil {
		r.syntax(err, data)
		return nil, false
	}
	return r.only(file)
}

// parseText turns the parser's panics, which malformed text can cause, into
// errors.
func parseText(text string) (file *ast.File, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the parser cannot read it (%v)", cause)
		}
	}()
	tokens := lexer.Tokenize(text)
	if len(tokens) > maxTokens {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("more than %d keys, values and marks, is this a configuration?", maxTokens), Token: tokens[maxTokens]}
	}
	if deep := tooDeep(tokens); deep != nil {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("nested more than %d deep", maxNesting), Token: deep}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tooDeep returns the token at which brackets, or the markers within one line,
// nest more than maxNesting deep. Indentation needs no limit of its own: it
// costs characters, of which maxSize allows too few.
func tooDeep(tokens token.Tokens) *token.Token {
	brackets, markers, line := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			markers, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			markers++
		}
		if brackets > maxNesting || markers > maxNesting {
			return tk
		}
	}
	return nil
}

func (r *report) syntax(err error, data []byte) {
	at, message := place{1, 1}, ""
	if syntax, ok := errors.AsType[yaml.Error](err); ok {
		at, message = placeOf(syntax.GetToken()), syntax.GetMessage()
	} else { // not of a syntax error: it renders the source, in quadratic time
		message = err.Error()
	}
	if line := tabIndented(data); line > 0 && line <= at.line {
		r.fail(place{line, 1}, "a tab indents this line: expected spaces")
		return
	}
	r.fail(at, "this is not valid YAML: %s", message)
}

// tabIndented returns the first line with a tab in its indentation, 0 if none.
func tabIndented(data []byte) int {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			return number
		}
	}
	return 0
}

// notText finds the first character that no text file has.
func notText(data []byte) (at place, problem string) {
	at = place{1, 1}
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		switch {
		case c == utf8.RuneError && size == 1:
			return at, fmt.Sprintf("byte %#02x is not UTF-8", data[0])
		case c == '\n':
			at = place{at.line + 1, 0}
		case c < ' ' && !strings.ContainsRune("\t\r", c), c == 0x7f:
			return at, fmt.Sprintf("it has the control character %#02x", c)
		}
		at.column++
		data = data[size:]
	}
	return at, ""
}

func (r *report) only(file *ast.File) (root ast.Node, ok bool) {
	for i, doc := range file.Docs {
		if directive, is := doc.Body.(*ast.DirectiveNode); is {
			r.fail(placeOf(directive.GetToken()), "directives are not supported: remove this line")
			return nil, false
		}
		if i > 0 {
			r.fail(placeOf(doc.Start), "a second document starts here: expected one")
			return nil, false
		}
		root = doc.Body
	}
	if _, null := root.(*ast.NullNode); null {
		root = nil
	}
	return root, true
}

// placeOf returns where a token stands, the start of the file if that is
// unknown.
func placeOf(tk *token.Token) place {
	if tk == nil || tk.Position == nil {
		return place{1, 1}
	}
	return place{tk.Position.Line, tk.Position.Column}
}

// placeOfNode returns where a node starts: a mapping at its first key.
func placeOfNode(n ast.Node) place {
	switch n := n.(type) {
	case nil:
		return place{1, 1}
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return placeOfNode(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOfNode(n.Key)
	case *ast.LiteralNode:
		return placeOf(n.Start)
	}
	return placeOf(n.GetToken())
}
