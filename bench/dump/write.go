package dump

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// Array is a tensor in memory, in C order: Float or Int holds its elements, or
// Text the string of an attribute, which has no shape.
type Array struct {
	Name  string
	Shape []int
	Float []float32
	Int   []int64
	Text  string
}

// Array reads the whole tensor: text, or integers if that is what is stored,
// or else floats.
func (t *Tensor) Array() (Array, error) {
	a := Array{Name: t.Name, Shape: t.Shape}
	if t.element.kind == text {
		var err error
		a.Text, err = t.Text()
		return a, err
	}
	if err := t.probe(); err != nil {
		return a, err
	}
	if t.element.integral() {
		a.Int = make([]int64, t.Len())
		return a, t.Int64(a.Int, 0)
	}
	a.Float = make([]float32, t.Len())
	return a, t.Float32(a.Float, 0)
}

// Write writes arrays to a .npz, which is not compressed so that it can be read
// in place, or to a .safetensors, by the path's end, or else as a folder of
// .npy. It panics if an array has not as many elements as its shape says.
func Write(path string, arrays ...Array) error {
	for _, a := range arrays {
		if n := product(a.Shape); a.Text == "" && n != len(a.Float)+len(a.Int) || a.Float != nil && a.Int != nil {
			panic(fmt.Sprintf("dump: Write: %s has shape %v, %d floats and %d integers", a.Name, a.Shape, len(a.Float), len(a.Int)))
		}
	}
	switch filepath.Ext(path) {
	case ".npz":
		return create(path, func(w io.Writer) error { return writeNPZ(w, arrays) })
	case ".safetensors":
		return create(path, func(w io.Writer) error { return writeSafetensors(w, arrays) })
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	for _, a := range arrays {
		if err := create(filepath.Join(path, a.Name+".npy"), func(w io.Writer) error { return writeNPY(w, a) }); err != nil {
			return err
		}
	}
	return nil
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	b := bufio.NewWriterSize(f, 1<<16)
	if err := errors.Join(write(b), b.Flush(), f.Close()); err != nil {
		return fmt.Errorf("dump: write %s: %w", path, err)
	}
	return nil
}

func writeNPZ(w io.Writer, arrays []Array) error {
	z := zip.NewWriter(w)
	for _, a := range arrays {
		entry, err := z.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := writeNPY(entry, a); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeNPY writes an array in version 1.0 of the format, its numbers at a
// multiple of 64 bytes.
func writeNPY(w io.Writer, a Array) error {
	descr := "<f4"
	switch {
	case a.Text != "":
		descr = fmt.Sprintf("<U%d", len([]rune(a.Text)))
	case a.Int != nil:
		descr = "<i8"
	}
	var shape strings.Builder
	for _, d := range a.Shape {
		fmt.Fprintf(&shape, "%d, ", d)
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape.String())
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	prefix := binary.LittleEndian.AppendUint16([]byte(npyMagic+"\x01\x00"), uint16(len(header)))
	if _, err := w.Write(append(prefix, header...)); err != nil {
		return err
	}
	return writeElements(w, a)
}

// writeElements writes an array's elements, little endian.
func writeElements(w io.Writer, a Array) error {
	var raw []byte
	flush := func(most int) error {
		if len(raw) <= most {
			return nil
		}
		_, err := w.Write(raw)
		raw = raw[:0]
		return err
	}
	for _, r := range a.Text {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(r))
	}
	for _, v := range a.Float {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		if err := flush(1 << 16); err != nil {
			return err
		}
	}
	for _, v := range a.Int {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
		if err := flush(1 << 16); err != nil {
			return err
		}
	}
	return flush(0)
}

// writeSafetensors writes texts as metadata and all else as tensors, in the
// order given.
func writeSafetensors(w io.Writer, arrays []Array) error {
	header, metadata := map[string]any{}, map[string]string{}
	at := int64(0)
	for _, a := range arrays {
		if a.Text != "" {
			metadata[a.Name] = a.Text
			continue
		}
		e := safetensor{DType: "F32", Shape: append([]int{}, a.Shape...)}
		end := at + 4*int64(len(a.Float))
		if a.Int != nil {
			e.DType, end = "I64", at+8*int64(len(a.Int))
		}
		e.Offsets, at = []int64{at, end}, end
		header[a.Name] = e
	}
	if len(metadata) > 0 {
		header["__metadata__"] = metadata
	}
	raw, err := json.Marshal(header)
	if err != nil {
		return err
	}
	for len(raw)%8 != 0 {
		raw = append(raw, ' ')
	}
	if _, err := w.Write(append(binary.LittleEndian.AppendUint64(nil, uint64(len(raw))), raw...)); err != nil {
		return err
	}
	for _, a := range arrays {
		if a.Text != "" {
			continue
		}
		if err := writeElements(w, a); err != nil {
			return err
		}
	}
	return nil
}
