package nn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"slices"
)

// magic opens a weights file; the digit is the version of the format.
const magic = "detsnn1\n"

// maxName is the longest name of a parameter in a weights file, in bytes.
const maxName = 1<<16 - 1

// Save writes the values of params, to be read by [Load]. All integers are
// little-endian:
//
//	"detsnn1\n"
//	uint32 number of parameters
//	for each: uint16 length of the name, the name,
//	          uint8 number of dimensions, uint32 each dimension,
//	          float32 each value, row-major
//	uint32 CRC-32 (IEEE) of everything before
func Save(w io.Writer, params []*Param) error {
	e := &encoder{w: w, sum: crc32.NewIEEE()}
	e.bytes([]byte(magic))
	e.uint32(len(params))
	for _, p := range params {
		if len(p.Name) > maxName || len(p.Shape) > math.MaxUint8 {
			return fmt.Errorf("nn: save: parameter %.20q... has a name of %d bytes and %d dimensions, the format holds %d and %d",
				p.Name, len(p.Name), len(p.Shape), maxName, math.MaxUint8)
		}
		e.bytes(binary.LittleEndian.AppendUint16(nil, uint16(len(p.Name))))
		e.bytes([]byte(p.Name))
		e.bytes([]byte{uint8(len(p.Shape))})
		for _, d := range p.Shape {
			e.uint32(d)
		}
		e.floats(p.Value)
	}
	e.uint32(int(e.sum.Sum32()))
	if e.err != nil {
		return fmt.Errorf("nn: save: %w", e.err)
	}
	return nil
}

// Load reads what [Save] wrote into the values of params, which must have the
// same names and shapes in the same order. On an error no value has changed.
// It reads no further than the end of the weights, and takes as much memory as
// params, whatever r claims to hold.
func Load(r io.Reader, params []*Param) error {
	d := &decoder{r: r, sum: crc32.NewIEEE()}
	values, err := d.params(params)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("the file ends after %d bytes, before the weights do: it was cut short, save or copy it again", d.read)
		}
		return fmt.Errorf("nn: load: %w", err)
	}
	for i, p := range params {
		copy(p.Value, values[i])
	}
	return nil
}

// params reads a whole file and returns the values of each parameter.
func (d *decoder) params(want []*Param) ([][]float32, error) {
	if got := d.bytes(len(magic)); d.err == nil && string(got) != magic {
		return nil, fmt.Errorf("the file starts with %q, want %q: not a weights file, or one of another version", got, magic)
	}
	if n := d.uint32(); d.err == nil && int(n) != len(want) {
		return nil, fmt.Errorf("the file has %d parameters, the network %d: build the network with the configuration it was saved with", n, len(want))
	}
	values := make([][]float32, len(want))
	for i, p := range want {
		if err := d.header(i, p); err != nil {
			return nil, err
		}
		values[i] = d.floats(len(p.Value))
	}
	sum := d.sum.Sum32()
	if stored := d.uint32(); d.err == nil && stored != sum {
		return nil, fmt.Errorf("checksum %08x, want %08x: the file is damaged, save or copy it again", sum, stored)
	}
	return values, d.err
}

// header reads the name and the shape of parameter i and compares them with p.
func (d *decoder) header(i int, p *Param) error {
	name := string(d.bytes(int(d.uint16())))
	if d.err == nil && name != p.Name {
		return fmt.Errorf("parameter %d is %q in the file and %q in the network: build the network with the configuration it was saved with", i, name, p.Name)
	}
	shape := make([]int, d.uint8())
	for j := range shape {
		shape[j] = int(d.uint32())
	}
	if d.err == nil && !slices.Equal(shape, p.Shape) {
		return fmt.Errorf("parameter %q has shape %v in the file and %v in the network: build the network with the sizes it was saved with", name, shape, p.Shape)
	}
	return d.err
}

// encoder writes and sums bytes until the first error.
type encoder struct {
	w   io.Writer
	sum hash.Hash32
	err error
}

func (e *encoder) bytes(b []byte) {
	if e.err == nil {
		e.sum.Write(b)
		_, e.err = e.w.Write(b)
	}
}

func (e *encoder) uint32(v int) { e.bytes(binary.LittleEndian.AppendUint32(nil, uint32(v))) }

func (e *encoder) floats(values []float32) {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	e.bytes(raw)
}

// decoder reads and sums bytes until the first error, after which it yields
// zeros.
type decoder struct {
	r    io.Reader
	sum  hash.Hash32
	read int64
	err  error
}

// bytes returns the next n bytes, or n zeros after an error. Nothing asks for
// more than a name or a parameter that the network has.
func (d *decoder) bytes(n int) []byte {
	buf := make([]byte, n)
	if d.err != nil {
		return buf
	}
	var got int
	got, d.err = io.ReadFull(d.r, buf)
	d.read += int64(got)
	d.sum.Write(buf)
	return buf
}

func (d *decoder) uint8() uint8   { return d.bytes(1)[0] }
func (d *decoder) uint16() uint16 { return binary.LittleEndian.Uint16(d.bytes(2)) }
func (d *decoder) uint32() uint32 { return binary.LittleEndian.Uint32(d.bytes(4)) }

func (d *decoder) floats(n int) []float32 {
	raw := d.bytes(4 * n)
	values := make([]float32, n)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return values
}
