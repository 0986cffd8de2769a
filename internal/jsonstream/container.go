package jsonstream

import "cmp"

// Object calls member with each key of an object. It must consume the value;
// the key is valid until it does.
func (d *Reader) Object(member func(key []byte) error) error {
	if err := d.want("object", "an object"); err != nil {
		return err
	}
	return d.container('}', func() error {
		if c, err := d.peek(); err != nil || c != '"' {
			if err == nil {
				err = d.syntax("%q where the name of a member starts", c)
			}
			return err
		}
		key, err := d.text()
		if err != nil {
			return err
		}
		// The key lies in the buffer, which looking for the colon may move.
		if d.pos >= d.end || d.buf[d.pos] != ':' {
			key = append([]byte(nil), key...)
			c, err := d.peek()
			if err != nil {
				return err
			}
			if c != ':' {
				return d.syntax("%q after the name %.40q: want a colon", c, key)
			}
		}
		d.step()
		return member(key)
	})
}

// Array calls element for each element of an array. It must consume it. An
// error of element ends the reading, but for a [TypeError], which is returned
// after the last element; and so it is in [Reader.Object].
func (d *Reader) Array(element func() error) error {
	if err := d.want("array", "an array"); err != nil {
		return err
	}
	return d.container(']', element)
}

// container reads elements parted by commas up to the closing bracket. The
// first [TypeError] of an element is returned once all have been read.
func (d *Reader) container(closing byte, element func() error) error {
	if d.depth++; d.depth > maxDepth {
		return d.syntax("nested deeper than %d", maxDepth)
	}
	d.pos++
	var wrong error
	c, err := d.peek()
	if err != nil {
		return err
	}
	if c != closing {
		for {
			if err := element(); err != nil {
				if !IsType(err) {
					return err
				}
				wrong = cmp.Or(wrong, err)
			}
			if c, err = d.peek(); err != nil {
				return err
			}
			if c == closing {
				break
			}
			if c != ',' {
				return d.syntax("%q where a comma or %q comes", c, closing)
			}
			d.step()
		}
	}
	d.pos++
	d.depth--
	return wrong
}
