package dump

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxSafetensorsHeader is the format's own limit.
const maxSafetensorsHeader = 100_000_000

var dtypes = map[string]element{
	"F16": descrs["f2"], "BF16": {name: "bfloat16", kind: 'b', size: 2}, "F32": descrs["f4"], "F64": descrs["f8"],
	"I8": descrs["i1"], "I16": descrs["i2"], "I32": descrs["i4"], "I64": descrs["i8"],
	"U8": descrs["u1"], "U16": descrs["u2"], "U32": descrs["u4"], "U64": descrs["u8"], "BOOL": descrs["b1"],
}

// safetensor is one tensor's entry in the header.
type safetensor struct {
	DType   string  `json:"dtype"`
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// readSafetensors adds the tensors of a safetensors file. As the format asks,
// they may neither overlap nor leave a gap.
//
// Format: huggingface/safetensors.
func (a *Archive) readSafetensors(path string, data io.ReaderAt, size int64) error {
	fail := func(name string, at int64, remedy, format string, args ...any) error {
		return &Problem{File: path, Tensor: name, Byte: at, Detail: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	var prefix [8]byte
	if n, _ := data.ReadAt(prefix[:min(8, size)], 0); n < 8 {
		return fail("", 0, rewrite, "the file has %d bytes, fewer than the 8 of the header's length", size)
	}
	length := binary.LittleEndian.Uint64(prefix[:])
	if length > maxSafetensorsHeader || length > uint64(size-8) {
		return fail("", 0, rewrite, "a header of %d bytes is announced, %d follow", length, size-8)
	}
	raw := make([]byte, length)
	if err := readFull(data, raw, 8); err != nil {
		return fail("", 8, rewrite, "cannot be read: %v", err)
	}
	names, entries, at, err := parseEntries(raw, a)
	if err != nil {
		return fail("", 8+at, rewrite, "header: %v", err)
	}
	start, rest := 8+int64(length), size-8-int64(length)
	for i, e := range entries {
		if len(e.Offsets) != 2 || e.Offsets[0] < 0 || e.Offsets[1] < e.Offsets[0] || e.Offsets[1] > rest {
			return fail(names[i], 8, rewrite, "data_offsets %v, a begin and an end within %d bytes are expected", e.Offsets, rest)
		}
		if err := a.add(path, names[i], start+e.Offsets[0], func(name string) (*Tensor, error) {
			return e.tensor(path, name, data, start)
		}); err != nil {
			return err
		}
	}
	return gapless(entries, names, rest, func(name string, at int64, format string, args ...any) error {
		return fail(name, start+at, rewrite, format, args...)
	})
}

// tensor returns the tensor of an entry whose offsets count from start.
func (e *safetensor) tensor(path, name string, data io.ReaderAt, start int64) (*Tensor, error) {
	element, known := dtypes[e.DType]
	if !known {
		return nil, &Problem{File: path, Tensor: name, Byte: 8, Detail: fmt.Sprintf("type %.20q is not read", e.DType), Remedy: "convert it to F32 or I64"}
	}
	begin, span := start+e.Offsets[0], e.Offsets[1]-e.Offsets[0]
	count, err := elements(e.Shape, element.size, span)
	if err == nil && count*int64(element.size) != span {
		err = fmt.Errorf("%s of shape %v takes %d bytes", element.name, e.Shape, count*int64(element.size))
	}
	if err != nil {
		return nil, &Problem{File: path, Tensor: name, Byte: begin, Detail: fmt.Sprintf("%v; its offsets span %d", err, span), Remedy: rewrite}
	}
	shape := e.Shape
	if shape == nil {
		shape = []int{}
	}
	return &Tensor{Name: name, Shape: shape, Type: element.name, file: path, start: begin, data: io.NewSectionReader(data, begin, span), element: element}, nil
}

// parseEntries reads the header's object, in which no name may occur twice,
// and the archive's metadata.
func parseEntries(raw []byte, a *Archive) (names []string, entries []safetensor, at int64, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil {
		return nil, nil, 0, fmt.Errorf("an object is expected: %w", err)
	} else if token != json.Delim('{') {
		return nil, nil, 0, errors.New("an object is expected")
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, nil, d.InputOffset(), err
		}
		name := token.(string)
		if seen[name] {
			return nil, nil, d.InputOffset(), fmt.Errorf("%.60q is there twice", name)
		}
		seen[name] = true
		if name == "__metadata__" {
			if err := d.Decode(&a.metadata); err != nil {
				return nil, nil, d.InputOffset(), err
			}
			continue
		}
		var e safetensor
		if err := d.Decode(&e); err != nil {
			return nil, nil, d.InputOffset(), fmt.Errorf("%.60q: %w", name, err)
		}
		names, entries = append(names, name), append(entries, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, d.InputOffset(), err
	}
	if rest := bytes.TrimSpace(raw[d.InputOffset():]); len(rest) > 0 {
		return nil, nil, d.InputOffset(), fmt.Errorf("%.20q follows the object", rest)
	}
	return names, entries, 0, nil
}

// gapless reports tensors that overlap or leave bytes between them.
func gapless(entries []safetensor, names []string, size int64, fail func(name string, at int64, format string, args ...any) error) error {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(entries[i].Offsets[0], entries[j].Offsets[0]), cmp.Compare(entries[i].Offsets[1], entries[j].Offsets[1]))
	})
	end, last := int64(0), ""
	for _, i := range order {
		switch begin := entries[i].Offsets[0]; {
		case begin < end:
			return fail(names[i], begin, "overlaps tensor %.60q, which ends at %d", last, end)
		case begin > end:
			return fail(names[i], begin, "%d bytes before it belong to no tensor", begin-end)
		}
		end, last = entries[i].Offsets[1], names[i]
	}
	if end != size {
		return fail("", end, "%d bytes at the end belong to no tensor", size-end)
	}
	return nil
}
