package jsonstream

import "bytes"

// Skip consumes a value of any kind without building it.
func (d *Reader) Skip() error {
	kind, err := d.Kind()
	if err != nil {
		return err
	}
	switch kind {
	case "string":
		return d.skipString()
	case "object", "array":
		return d.skipContainer()
	}
	s, err := d.word()
	if err != nil {
		return err
	}
	if _, ok := parseNumber(s); !ok && string(s) != kind {
		return d.syntax("%.40q is no JSON value", s)
	}
	d.pos += len(s)
	return nil
}

func (d *Reader) skipString() error {
	d.pos++
	for {
		for d.pos < d.end {
			rest := d.buf[d.pos:d.end]
			quote := bytes.IndexByte(rest, '"')
			if quote >= 0 {
				rest = rest[:quote]
			}
			escape := bytes.IndexByte(rest, '\\')
			switch {
			case escape >= 0:
				d.pos += escape + 1
				if d.pos == d.end && !d.fill() {
					return d.ended()
				}
				d.pos++
			case quote >= 0:
				d.pos += quote + 1
				return nil
			default:
				d.pos = d.end
			}
		}
		if !d.fill() {
			return d.ended()
		}
	}
}

// skipContainer checks that brackets pair, which keeps a damaged value from
// swallowing the rest of the file.
func (d *Reader) skipContainer() error {
	var open []byte
	for {
		for d.pos < d.end && !structural[d.buf[d.pos]] {
			d.pos++
		}
		if d.pos == d.end {
			if !d.fill() {
				return d.ended()
			}
			continue
		}
		switch c := d.buf[d.pos]; c {
		case '"':
			if err := d.skipString(); err != nil {
				return err
			}
			continue
		case '[', '{':
			if d.depth+len(open) >= maxDepth {
				return d.syntax("nested deeper than %d", maxDepth)
			}
			open = append(open, c+2) // ']' and '}' follow their openings by two
		default:
			if open[len(open)-1] != c {
				return d.syntax("%q where %q closes", c, open[len(open)-1])
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				d.pos++
				return nil
			}
		}
		d.pos++
	}
}

var structural = [256]bool{'"': true, '[': true, ']': true, '{': true, '}': true}

// record keeps what is skipped, up to a length.
type record struct {
	text []byte
	from int // position in the buffer of what is not taken yet
	most int
	long bool
}

func (r *record) take(part []byte) {
	if r.long = r.long || len(r.text)+len(part) > r.most; !r.long {
		r.text = append(r.text, part...)
	}
}

// Record consumes a value as [Reader.Skip] does and appends its text to into; false
// if it has more than most bytes.
func (d *Reader) Record(into []byte, most int) (text []byte, ok bool, err error) {
	if _, err := d.peek(); err != nil {
		return into, false, err
	}
	r := record{text: into, from: d.pos, most: len(into) + most}
	d.record = &r
	err = d.Skip()
	d.record = nil
	r.take(d.buf[r.from:d.pos])
	return r.text, !r.long, err
}
