package jsonstream

import (
	"math"
	"strconv"
)

// Float64 reads a number; NaN, Infinity and -Infinity are some, and so is one
// beyond float64's range, which is infinite.
func (d *Reader) Float64() (float64, error) {
	if _, err := d.peek(); err != nil {
		return 0, err
	}
	if p, ok := scanDecimal(d.buf[d.pos:d.end]); ok {
		d.pos += p.length
		return p.float64(), nil
	}
	if err := d.want("number", "a number"); err != nil {
		return 0, err
	}
	return d.anyNumber()
}

// Int64 reads a whole number, which may be written with a fraction of zero.
func (d *Reader) Int64() (int64, error) {
	if _, err := d.peek(); err != nil {
		return 0, err
	}
	if p, ok := scanDecimal(d.buf[d.pos:d.end]); ok && p.fraction == 0 && p.mantissa <= math.MaxInt64 {
		d.pos += p.length
		if p.negative {
			return -int64(p.mantissa), nil
		}
		return int64(p.mantissa), nil
	}
	if err := d.want("number", "a whole number"); err != nil {
		return 0, err
	}
	s, err := d.word()
	if err != nil {
		return 0, err
	}
	if i, err := strconv.ParseInt(string(s), 10, 64); err == nil && isNumber(s) {
		d.pos += len(s)
		return i, nil
	}
	v, err := d.anyNumber()
	if err == nil && (v != math.Trunc(v) || math.Abs(v) >= 1<<53) {
		err = &TypeError{"a whole number", strconv.FormatFloat(v, 'g', -1, 64)}
	}
	if err != nil {
		return 0, err
	}
	return int64(v), nil
}

// anyNumber reads a number of any form and length.
func (d *Reader) anyNumber() (float64, error) {
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

// parseNumber parses any number that the format or Python's json module has.
func parseNumber(s []byte) (float64, bool) {
	switch string(s) {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
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
