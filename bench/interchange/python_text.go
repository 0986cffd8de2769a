package interchange

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// rewritten is a Python file in the part of the grammar that Starlark shares,
// each statement on its line still, and the imports that this part lacks.
type rewritten struct {
	text    string
	imports []pythonImport
	powers  map[[2]int]bool // line and column of each // that stands for **
}

// pythonImport is one import statement.
type pythonImport struct {
	at     place
	module string   // with the dots before it, "" for a plain import
	names  []string // what is imported, "*" for all
	as     []string // what it is called here
	base   bool     // under with read_base(): a configuration that this one starts from
}

// The names by which rewritten text marks what Starlark's grammar lacks. No
// configuration can use them: names that begin with two underscores are refused.
const (
	formatCall = "__format__" // of an f-string
	deleteCall = "__delete__" // of a del statement
)

// lined is text being written that knows how many characters its last line has.
type lined struct {
	text   strings.Builder
	column int
}

func (l *lined) add(s string) {
	l.text.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		l.column, s = 0, s[i+1:]
	}
	l.column += utf8.RuneCountInString(s)
}

func (l *lined) put(c byte) {
	l.text.WriteByte(c)
	if l.column++; c == '\n' {
		l.column = 0
	}
}

// rewriter turns Python's text into Starlark's.
type rewriter struct {
	file   string
	limits Limits
	src    string
	pos    int
	line   int
	out    lined
	result rewritten

	depth    int  // of brackets
	operand  bool // whether the last token ends an operand
	prefixes int  // operators before an operand
	elses    int  // conditional expressions of this statement
	block    int  // indentation of with read_base():, -1 outside
	deleting bool // within a del statement
	fresh    bool // at the start of a statement
}

// rewrite returns a file's text from a place on for Starlark's parser, and refuses
// by place what no configuration needs.
func rewrite(at place, src string, limits Limits) (rewritten, error) {
	file := at.file
	r := &rewriter{file: file, limits: limits, src: strings.TrimPrefix(src, "\ufeff"), line: at.line, block: -1, fresh: true}
	for line, text := at.line, r.src; text != ""; {
		c, size := utf8.DecodeRuneInString(text)
		switch {
		case c == utf8.RuneError && size == 1:
			return rewritten{}, refuse(place{file, line, 1}, "byte %#02x is not UTF-8: this is not a configuration in Python", text[0])
		case c == '\n':
			line++
		case c < ' ' && !strings.ContainsRune("\t\r\f", c), c == 0x7f:
			return rewritten{}, refuse(place{file, line, 1}, "the control character %#02x: this is not a configuration in Python", c)
		}
		text = text[size:]
	}
	r.src = strings.ReplaceAll(strings.ReplaceAll(r.src, "\r\n", "\n"), "\r", "\n")
	var err error
	if r.src, err = substitute(file, r.src); err != nil {
		return rewritten{}, err
	}
	for r.pos < len(r.src) {
		if err := r.token(); err != nil {
			return rewritten{}, err
		}
	}
	r.endStatement()
	r.out.put('\n')
	r.result.text = r.out.text.String()
	return r.result, nil
}

func (r *rewriter) here() place { return place{r.file, r.line, 1} }

// token copies or rewrites what comes next.
func (r *rewriter) token() error {
	if r.fresh {
		return r.begin()
	}
	c := r.src[r.pos]
	switch {
	case c == '\n':
		r.pos++
		r.line++
		if r.depth == 0 {
			r.endStatement()
		}
		r.out.put('\n')
	case c == ' ', c == '\t', c == '\f':
		r.pos++
		r.out.put(' ')
	case c == '#':
		r.skipComment()
	case c == '\\':
		if !strings.HasPrefix(r.src[r.pos:], "\\\n") {
			return refuse(r.here(), "a backslash that does not end the line")
		}
		r.pos += 2
		r.line++
		r.out.add("\\\n")
	case c == ';' && r.depth == 0:
		r.pos++
		r.endStatement()
		r.out.put(';')
	case r.isString():
		return r.strings()
	case isDigit(c), c == '.' && r.pos+1 < len(r.src) && isDigit(r.src[r.pos+1]):
		r.number()
	case isLetter(c):
		return r.word()
	default:
		return r.operator(c)
	}
	return nil
}

// begin looks at the first word of a line.
func (r *rewriter) begin() error {
	start, indent := r.pos, 0
	for r.pos < len(r.src) && strings.IndexByte(" \t\f", r.src[r.pos]) >= 0 {
		r.pos++
		indent++
	}
	if r.pos == len(r.src) {
		return nil
	}
	switch r.src[r.pos] {
	case '\n':
		r.pos++
		r.line++
		r.out.put('\n')
		return nil
	case '#':
		r.skipComment()
		return nil
	}
	word := r.peekWord()
	if r.block >= 0 && indent <= r.block {
		r.block = -1
	}
	switch {
	case word == "from" || word == "import":
		return r.imports(r.block >= 0)
	case r.block >= 0:
		return refuse(r.here(), "with read_base() holds something other than from ... import ...")
	case word == "with":
		return r.with(indent)
	case refusedStatements[word] != "":
		return refuse(r.here(), "%s: a configuration is read, nothing in it is run", refusedStatements[word])
	}
	r.out.add(strings.ReplaceAll(r.src[start:r.pos], "\f", " "))
	if word == "del" {
		r.pos += len(word)
		r.out.add(deleteCall + "(")
		r.deleting = true
	}
	r.fresh, r.operand, r.prefixes, r.elses = false, false, 0, 0
	return nil
}

// refusedStatements are the statements that act, and that no configuration needs.
var refusedStatements = map[string]string{
	"def": "a function definition", "class": "a class definition", "while": "a while loop", "try": "a try statement",
	"async": "an async statement", "return": "a return statement", "raise": "a raise statement", "global": "a global statement",
	"nonlocal": "a nonlocal statement", "assert": "an assertion", "yield": "a yield statement", "exec": "an exec statement",
	"lambda": "a function (lambda)", "await": "an await expression",
}

func (r *rewriter) endStatement() {
	if r.deleting {
		r.out.put(')')
		r.deleting = false
	}
	r.fresh, r.operand, r.prefixes, r.elses = true, false, 0, 0
}

func (r *rewriter) peekWord() string {
	end := r.pos
	for end < len(r.src) && (isLetter(r.src[end]) || isDigit(r.src[end])) {
		end++
	}
	return r.src[r.pos:end]
}

func (r *rewriter) skipComment() {
	for r.pos < len(r.src) && r.src[r.pos] != '\n' {
		r.pos++
	}
}

// word copies a name or keyword.
func (r *rewriter) word() error {
	word := r.peekWord()
	switch word {
	case "lambda", "yield", "await", "def", "class", "while", "try", "return", "raise", "global", "nonlocal", "assert", "async":
		return refuse(r.here(), "%s: a configuration is read, nothing in it is run", refusedStatements[word])
	case "import", "with", "del":
		return refuse(r.here(), "%s within a line is not read: write it on a line of its own", word)
	case formatCall, deleteCall:
		return refuse(r.here(), "%s: names that begin with two underscores are not read", word)
	case "not":
		if err := r.prefix(); err != nil {
			return err
		}
	case "else":
		if r.elses++; r.elses > r.limits.Nesting*10 {
			return refuse(r.here(), "more than %d conditional expressions in one statement", r.limits.Nesting*10)
		}
		r.operand = false
	case "and", "or", "in", "if", "for", "elif":
		r.operand = false
	case "is":
		r.pos += len(word)
		rest := strings.TrimLeft(r.src[r.pos:], " \t")
		if after, ok := strings.CutPrefix(rest, "not"); ok && (after == "" || !isLetter(after[0]) && !isDigit(after[0])) {
			r.pos = len(r.src) - len(after)
			r.out.add("!=")
		} else {
			r.out.add("==")
		}
		r.operand = false
		return nil
	default:
		r.operand, r.prefixes = true, 0
	}
	r.pos += len(word)
	r.out.add(word)
	return nil
}

func (r *rewriter) prefix() error {
	r.operand = false
	if r.prefixes++; r.prefixes > r.limits.Nesting {
		return refuse(r.here(), "more than %d operators before a value", r.limits.Nesting)
	}
	return nil
}

// operator copies a character that is no word, number or string.
func (r *rewriter) operator(c byte) error {
	rest := r.src[r.pos:]
	switch {
	case c == '(' || c == '[' || c == '{':
		if r.depth++; r.depth > r.limits.Nesting {
			return refuse(r.here(), "brackets nested more than %d deep", r.limits.Nesting)
		}
		r.operand, r.prefixes = false, 0
		if strings.HasPrefix(rest, "{{") {
			if n := baseReference.FindStringSubmatchIndex(rest); n != nil && n[0] == 0 {
				r.depth--
				r.operand = true
				r.pos += n[1]
				r.out.add("(" + rest[n[2]:n[3]] + ")")
				return nil
			}
		}
	case c == ')' || c == ']' || c == '}':
		r.depth = max(r.depth-1, 0)
		r.operand, r.prefixes = true, 0
	case strings.HasPrefix(rest, "**") && r.operand:
		// Starlark has no power: another operator of its kind stands there, and
		// the evaluator, which knows where, puts the operands right.
		if r.result.powers == nil {
			r.result.powers = map[[2]int]bool{}
		}
		r.result.powers[[2]int{r.line, r.out.column + 1}] = true
		r.pos += 2
		r.out.add("//")
		r.operand = false
		return nil
	case strings.HasPrefix(rest, ":="):
		return refuse(r.here(), "an assignment within an expression (:=) is not read")
	case c == '@':
		return refuse(r.here(), "a decorator or matrix product (@): a configuration is read, nothing in it is run")
	case c == '-' || c == '+' || c == '~':
		if err := r.prefix(); err != nil {
			return err
		}
	case c == '=' || c == ',' || c == ':':
		r.operand, r.prefixes = false, 0
	case c != '.':
		r.operand = false
	}
	_, size := utf8.DecodeRuneInString(rest)
	if size > 1 {
		return refuse(r.here(), "the character %q outside of a string", rest[:size])
	}
	r.pos++
	r.out.put(c)
	return nil
}

// baseReference is a value of the base configurations, as older files write it.
var baseReference = regexp.MustCompile(`\{\{\s*(_base_(?:\.\w+)+)\s*\}\}`)

// number copies a number without the underscores that group its digits.
func (r *rewriter) number() {
	start := r.pos
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		exponent := (c == '-' || c == '+') && (r.src[r.pos-1] == 'e' || r.src[r.pos-1] == 'E') && !strings.HasPrefix(r.src[start:], "0x")
		if r.pos > start && exponent || isDigit(c) || isLetter(c) || c == '.' {
			r.pos++
			continue
		}
		break
	}
	r.out.add(strings.ReplaceAll(r.src[start:r.pos], "_", ""))
	r.operand, r.prefixes = true, 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
