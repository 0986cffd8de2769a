package jsonstream

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// text returns the bytes between the quotes of a string, unescaped and valid
// UTF-8. They are theirs until the next read.
func (d *Reader) text() ([]byte, error) {
	n := 1        // bytes from the opening quote on
	plain := true // ASCII without escapes
	for {
		for d.pos+n < d.end {
			switch c := d.buf[d.pos+n]; {
			case c == '"':
				s := d.buf[d.pos : d.pos+n+1]
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
				plain = plain && c < utf8.RuneSelf
				n++
			}
			if n > MaxString {
				return nil, d.syntax("a string of more than %d bytes", MaxString)
			}
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

// Float64 reads a number; NaN, Infinity and -Infinity are some, and so is one
// beyond float64's range, which is infinite.
func (d *Reader) Float64() (float64, error) {
	if err := d.want("number", "a number"); err != nil {
		return 0, err
	}
	s, err := d.word()
	if err != nil {
		return 0, err
	}
	v, ok := parseNumber(s)
	if !ok {
		return 0, d.syntax("%.40q is no JSON number", s)
	}
	d.pos += len(s)
	return v, nil
}

// Int64 reads a whole number, which may be written with a fraction of zero.
func (d *Reader) Int64() (int64, error) {
	if err := d.want("number", "a whole number"); err != nil {
		return 0, err
	}
	s, err := d.word()
	if err != nil {
		return 0, err
	}
	if i, err := strconv.ParseInt(string(s), 10, 64); err == nil && s[0] != '+' {
		d.pos += len(s)
		return i, nil
	}
	v, ok := parseNumber(s)
	if !ok {
		return 0, d.syntax("%.40q is no JSON number", s)
	}
	d.pos += len(s)
	if v != math.Trunc(v) || math.Abs(v) >= 1<<53 {
		return 0, &TypeError{"a whole number", strconv.FormatFloat(v, 'g', -1, 64)}
	}
	return int64(v), nil
}

// Flag reads true, false, null (false), 0 or 1.
func (d *Reader) Flag() (bool, error) {
	kind, err := d.Kind()
	if err != nil {
		return false, err
	}
	if kind == "number" {
		v, err := d.Float64()
		if err == nil && v != 0 && v != 1 {
			err = &TypeError{"0 or 1", strconv.FormatFloat(v, 'g', -1, 64)}
		}
		return v == 1, err
	}
	switch kind {
	case "true", "false", "null":
		return kind == "true", d.Skip()
	}
	return false, d.want("number", "0 or 1")
}

// word returns the letters, digits and signs that come next, unconsumed.
func (d *Reader) word() ([]byte, error) {
	const longest = 1000
	n := 0
	for {
		for d.pos+n < d.end && partOfWord[d.buf[d.pos+n]] {
			n++
		}
		if n > longest {
			return nil, d.syntax("a number of more than %d characters", longest)
		}
		if d.pos+n < d.end || !d.fill() {
			return d.buf[d.pos : d.pos+n], nil
		}
	}
}

var partOfWord = func() (t [256]bool) {
	for _, c := range "0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_" {
		t[c] = true
	}
	return t
}()

var exactPowers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// parseNumber is exact: a plain decimal below 2^53 divided by an exact power
// of ten rounds once (Clinger, 1990); all else is left to strconv.
func parseNumber(s []byte) (float64, bool) {
	switch string(s) {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	digits := s
	if len(digits) > 0 && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) == 0 || digits[0] < '0' || digits[0] > '9' || digits[0] == '0' && len(digits) > 1 && digits[1] >= '0' && digits[1] <= '9' {
		return 0, false
	}
	mantissa, fraction, point := uint64(0), 0, false
	for i, c := range digits {
		switch {
		case c >= '0' && c <= '9' && i < 18:
			mantissa = 10*mantissa + uint64(c-'0')
			if point {
				fraction++
			}
		case c == '.' && !point && i+1 < len(digits):
			point = true
		default:
			return slowNumber(s)
		}
	}
	if mantissa >= 1<<53 {
		return slowNumber(s)
	}
	v := float64(mantissa) / exactPowers[fraction]
	if len(digits) < len(s) {
		v = -v
	}
	return v, true
}

func slowNumber(s []byte) (float64, bool) {
	if !isNumber(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(s), 64)
	return v, err == nil || math.IsInf(v, 0)
}

// isNumber reports whether s follows JSON's grammar, which is narrower than
// strconv's.
func isNumber(s []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' || !digits() {
		return false
	}
	if len(s) > 0 && s[0] == '.' {
		if s = s[1:]; !digits() {
			return false
		}
	}
	if len(s) > 0 && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(s) == 0
}
