package interchange

import (
	"strconv"
	"strings"
	"unicode"
)

// isString reports whether a string literal starts here, prefix included.
func (r *rewriter) isString() bool {
	prefix, _ := stringStart(r.src[r.pos:])
	return prefix >= 0
}

// stringStart returns the length of a string's prefix, -1 where no string
// starts, and its quotes.
func stringStart(s string) (prefix int, quote string) {
	for prefix < len(s) && prefix < 2 && strings.IndexByte("rRbBuUfF", s[prefix]) >= 0 {
		prefix++
	}
	rest := s[prefix:]
	for _, q := range []string{`"""`, `'''`, `"`, `'`} {
		if strings.HasPrefix(rest, q) {
			return prefix, q
		}
	}
	return -1, ""
}

// strings copies a string literal, and those that directly follow it, which
// Python joins.
func (r *rewriter) strings() error {
	var parts []string
	start := r.line
	for {
		part, err := r.literal()
		if err != nil {
			return err
		}
		parts = append(parts, part)
		before, line := r.pos, r.line
		r.gap()
		if r.pos >= len(r.src) || !r.isString() {
			r.pos, r.line = before, line
			break
		}
	}
	text := parts[0]
	if len(parts) > 1 {
		text = "(" + strings.Join(parts, " + ") + ")"
	}
	r.out.add(text)
	r.out.add(strings.Repeat("\\\n", r.line-start)) // so that what follows keeps its line
	r.operand, r.prefixes = true, 0
	return nil
}

// gap skips what may stand between two strings that are joined.
func (r *rewriter) gap() {
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c == ' ' || c == '\t':
			r.pos++
		case c == '#' && r.depth > 0:
			r.skipComment()
		case c == '\n' && r.depth > 0:
			r.pos++
			r.line++
		case strings.HasPrefix(r.src[r.pos:], "\\\n"):
			r.pos += 2
			r.line++
		default:
			return
		}
	}
}

// literal reads one string literal and returns it as Starlark writes it.
func (r *rewriter) literal() (string, error) {
	at := r.here()
	prefix, quote := stringStart(r.src[r.pos:])
	kinds := strings.ToLower(r.src[r.pos : r.pos+prefix])
	r.pos += prefix + len(quote)
	if strings.Contains(kinds, "b") {
		return "", refuse(at, "a string of bytes: no configuration has one")
	}
	start := r.pos
	for !strings.HasPrefix(r.src[r.pos:], quote) {
		switch {
		case r.pos >= len(r.src), r.src[r.pos] == '\n' && len(quote) == 1:
			return "", refuse(at, "a string that does not end")
		case r.src[r.pos] == '\\' && r.pos+1 < len(r.src):
			r.pos++
		}
		if r.src[r.pos] == '\n' {
			r.line++
		}
		r.pos++
	}
	content := r.src[start:r.pos]
	r.pos += len(quote)
	if !strings.Contains(kinds, "r") {
		content = unescape(content)
	}
	text := quoted(content)
	if strings.Contains(kinds, "f") {
		text = formatCall + "(" + text + ")"
	}
	return text, nil
}

// unescape replaces the escapes of a Python string; those that Python does not
// know stay as they are.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case '\n':
		case '\\', '\'', '"':
			out.WriteByte(c)
		case 'n':
			out.WriteByte('\n')
		case 't':
			out.WriteByte('\t')
		case 'r':
			out.WriteByte('\r')
		case 'x', 'u', 'U':
			digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			if i+digits < len(s) {
				if code, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32); err == nil && code <= unicode.MaxRune {
					out.WriteRune(rune(code))
					i += digits
					continue
				}
			}
			out.WriteByte('\\')
			out.WriteByte(c)
		default:
			out.WriteByte('\\')
			out.WriteByte(c)
		}
	}
	return out.String()
}

// quoted writes a string as a literal of Starlark on one line.
func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteRune(c)
		case c == '\n':
			out.WriteString(`\n`)
		case c < ' ' || c == 0x7f:
			out.WriteString(`\x`)
			out.WriteString(strconv.FormatInt(int64(c)+0x100, 16)[1:])
		default:
			out.WriteRune(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}
