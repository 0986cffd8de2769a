package dump

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Tensor is one named tensor of an [Archive]. Its numbers stay where they are
// until they are asked for.
type Tensor struct {
	Name  string
	Shape []int
	Type  string // of its numbers: float16, bfloat16, float32, float64, int8 to int64, uint8 to uint64, bool, or text

	file    string
	data    io.ReaderAt // the numbers, from offset 0
	start   int64       // of the numbers in the file, for messages
	element element
	fortran bool
}

// Len returns the number of elements.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// maxDims is the most dimensions that numpy knows.
const maxDims = 64

// elements returns the number of elements of a shape, of at most limit bytes
// in all.
func elements(shape []int, size int, limit int64) (n int64, err error) {
	if len(shape) > maxDims {
		return 0, fmt.Errorf("%d dimensions, at most %d are possible", len(shape), maxDims)
	}
	n = 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative dimension", shape)
		}
		if d == 0 {
			return 0, nil
		}
	}
	for _, d := range shape {
		if n > limit/int64(size)/int64(d) {
			return 0, fmt.Errorf("shape %v of %d bytes an element is more than the %d bytes that are there", shape, size, limit)
		}
		n *= int64(d)
	}
	return n, nil
}

// Float32 writes the elements from index lo on, in C order whatever the order
// in the file, to dst, which it fills.
func (t *Tensor) Float32(dst []float32, lo int) error {
	return t.read(lo, len(dst), func(raw []byte, at, n int) error {
		t.element.floats(dst[at:at+n], raw)
		return nil
	})
}

// Int64 writes the elements from index lo on to dst, which it fills. Floats
// must be whole numbers.
func (t *Tensor) Int64(dst []int64, lo int) error {
	return t.read(lo, len(dst), func(raw []byte, at, n int) error {
		for i := range n {
			v, ok := t.element.integer(raw[i*t.element.size:])
			if !ok {
				return t.problem(fmt.Sprintf("element %v is %v, a whole number is expected", t.position(lo+at+i), t.element.float(raw[i*t.element.size:])),
					"write it as int64")
			}
			dst[at+i] = v
		}
		return nil
	})
}

// readAtOnce is how many elements are read and decoded at a time.
const readAtOnce = 1 << 12

// read visits n elements from index lo on, in C order, in pieces: their stored
// bytes, the index of the first of them after lo, and how many there are.
func (t *Tensor) read(lo, n int, visit func(raw []byte, at, n int) error) error {
	if t.element.kind == text {
		return t.problem("it holds text, numbers are expected", "write it as float32 or int64")
	}
	if lo < 0 || n < 0 || lo+n > t.Len() {
		panic(fmt.Sprintf("dump: Tensor: elements %d to %d of %d", lo, lo+n, t.Len()))
	}
	size := t.element.size
	raw := make([]byte, min(n, readAtOnce)*size)
	for at := 0; at < n; at += readAtOnce {
		piece := min(readAtOnce, n-at)
		raw = raw[:piece*size]
		if err := t.fetch(raw, lo+at); err != nil {
			return t.unreadable(err)
		}
		if err := visit(raw, at, piece); err != nil {
			return err
		}
	}
	return nil
}

// probe reads the last number, without which there is no use in making room for
// all.
func (t *Tensor) probe() error {
	if n := t.Len(); n > 0 {
		return t.read(n-1, 1, func([]byte, int, int) error { return nil })
	}
	return nil
}

// fetch reads the stored bytes of the elements from index c on.
func (t *Tensor) fetch(raw []byte, c int) error {
	size := t.element.size
	if !t.fortran {
		return readFull(t.data, raw, int64(c)*int64(size))
	}
	for i := 0; i < len(raw); i += size {
		if err := readFull(t.data, raw[i:i+size], int64(t.stored(c+i/size))*int64(size)); err != nil {
			return err
		}
	}
	return nil
}

// readFull reads as ReadAt does, for which a full read at the end of the data
// is no error.
func readFull(r io.ReaderAt, dst []byte, at int64) error {
	if n, err := r.ReadAt(dst, at); n < len(dst) {
		return err
	}
	return nil
}

func (t *Tensor) unreadable(err error) error {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return placed(err, t.file, t.Name)
	}
	return t.problem(fmt.Sprintf("cannot be read: %v", err), rewrite)
}

// stored returns where the element of a C-order index lies in Fortran order.
func (t *Tensor) stored(c int) int {
	at, stride := 0, t.Len()
	for d := len(t.Shape) - 1; d >= 0; d-- {
		stride /= t.Shape[d]
		at += c % t.Shape[d] * stride
		c /= t.Shape[d]
	}
	return at
}

// position returns the index of an element in each dimension.
func (t *Tensor) position(c int) []int {
	at := make([]int, len(t.Shape))
	for d := len(t.Shape) - 1; d >= 0; d-- {
		at[d] = c % t.Shape[d]
		c /= t.Shape[d]
	}
	return at
}

// Text returns the string of a text tensor without dimensions, an attribute.
func (t *Tensor) Text() (string, error) {
	if t.element.kind != text || len(t.Shape) > 1 || t.Len() != 1 {
		return "", t.problem(fmt.Sprintf("a %s of shape %v, one string is expected", t.Type, t.Shape), `write it as np.array("...")`)
	}
	raw := make([]byte, t.element.size)
	if err := readFull(t.data, raw, 0); err != nil {
		return "", t.unreadable(err)
	}
	return characters(raw, t.element), nil
}

// characters decodes numpy's strings: bytes (U with name "bytes") or UCS-4,
// filled up with zeros.
func characters(raw []byte, e element) string {
	var s []rune
	if e.name == "bytes" {
		for _, b := range raw {
			s = append(s, rune(b))
		}
	} else {
		word := element{kind: 'u', size: 4, big: e.big}
		for i := 0; i+4 <= len(raw); i += 4 {
			s = append(s, rune(min(word.bits(raw[i:]), math.MaxInt32)))
		}
	}
	for len(s) > 0 && s[len(s)-1] == 0 {
		s = s[:len(s)-1]
	}
	return string(s)
}

func (t *Tensor) problem(detail, remedy string) error {
	return &Problem{File: t.file, Tensor: t.Name, Byte: t.start, Detail: detail, Remedy: remedy}
}
