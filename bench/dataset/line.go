package dataset

import (
	"bytes"
	"io"
)

// lineError is an error at a line of the file that is read.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

// lineCounter finds the line of an offset in what it reads. It remembers only
// the line ends since the last settled offset.
type lineCounter struct {
	r       io.Reader
	read    int64
	settled int     // line ends before the remembered ones
	ends    []int64 // offsets
}

func (c *lineCounter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for i := 0; i < n; i++ {
		j := bytes.IndexByte(b[i:n], '\n')
		if j < 0 {
			break
		}
		i += j
		c.ends = append(c.ends, c.read+int64(i))
	}
	c.read += int64(n)
	return n, err
}

// line returns the 1-based line of an offset not before the settled one.
func (c *lineCounter) line(offset int64) int {
	return 1 + c.settled + c.before(offset)
}

func (c *lineCounter) before(offset int64) int {
	n := 0
	for n < len(c.ends) && c.ends[n] < offset {
		n++
	}
	return n
}

// settle forgets the line ends before offset.
func (c *lineCounter) settle(offset int64) {
	n := c.before(offset)
	c.settled += n
	c.ends = c.ends[n:]
}
