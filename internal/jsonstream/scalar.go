package jsonstream

import (
	"encoding/json"
	"unicode/utf8"
)

// text returns the bytes between the quotes of a string, unescaped and valid
// UTF-8. They are theirs until the next read.
func (d *Reader) text() ([]byte, error) {
	n := 1        // bytes from the opening quote on
	plain := true // ASCII without escapes
	for {
		s := d.buf[d.pos:d.end]
		for n < len(s) && n <= maxString {
			switch c := s[n]; {
			case plainText[c]:
				n++
			case c == '"':
				s = s[:n+1]
				if !plain {
					var text string
					if err := json.Unmarshal(s, &text); err != nil {
						return nil, d.syntax("a string with a wrong escape: %.40q", s)
					}
					d.pos += n + 1
					return []byte(text), nil
				}
				d.pos += n + 1
				return s[1:n], nil
			case c < ' ':
				return nil, d.syntax("a string with the control character %q, which JSON escapes", c)
			case c == '\\':
				plain = false
				n += 2
			default:
				plain = false
				n++
			}
		}
		if n > maxString {
			return nil, d.syntax("a string of more than %d bytes", maxString)
		}
		if !d.fill() {
			return nil, d.ended()
		}
	}
}

// String reads a string.
func (d *Reader) String() (string, error) {
	if err := d.want("string", "a string"); err != nil {
		return "", err
	}
	s, err := d.text()
	return string(s), err
}

// plainText has what stands for itself in a string: ASCII from the blank on but
// for the quote and the escape.
var plainText = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()
