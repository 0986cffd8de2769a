package dump

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

const npyMagic = "\x93NUMPY"

// maxHeader is the longest header of a .npy that is read; numpy's own limit is
// 10000 characters.
const maxHeader = 1 << 16

// readNPY reads the header of a .npy of the given size and returns its tensor,
// whose numbers stay in data. The name and the file are for messages.
//
// Format: numpy.lib.format, versions 1.0 to 3.0.
func readNPY(file, name string, data io.ReaderAt, size int64) (*Tensor, error) {
	fail := func(at int64, remedy, format string, args ...any) error {
		return &Problem{File: file, Tensor: name, Byte: at, Detail: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	prefix := make([]byte, 12)
	n, err := data.ReadAt(prefix[:min(12, size)], 0)
	if err != nil && err != io.EOF {
		return nil, fail(0, rewrite, "cannot be read: %v", err)
	}
	if n < 10 || string(prefix[:6]) != npyMagic {
		return nil, fail(0, "write it with numpy.save", "starts with %q: not a .npy", prefix[:min(n, 6)])
	}
	start, length := int64(10), int64(binary.LittleEndian.Uint16(prefix[8:]))
	switch version := prefix[6]; {
	case version == 2 || version == 3:
		if n < 12 {
			return nil, fail(8, rewrite, "the file ends within the header's length")
		}
		start, length = 12, int64(binary.LittleEndian.Uint32(prefix[8:]))
	case version != 1:
		return nil, fail(6, "write it with numpy.save", "version %d.%d of the format, 1.0 to 3.0 are read", version, prefix[7])
	}
	if length > maxHeader || start+length > size {
		return nil, fail(8, rewrite, "a header of %d bytes is announced, %d follow and at most %d are read", length, size-start, maxHeader)
	}
	header := make([]byte, length)
	if err := readFull(data, header, start); err != nil {
		return nil, fail(start, rewrite, "cannot be read: %v", err)
	}
	t, err := parseHeader(string(header))
	if err != nil {
		return nil, fail(start, "write it with numpy.save", "header: %v", err)
	}
	start += length
	count, err := elements(t.Shape, t.element.size, size-start)
	if err != nil {
		return nil, fail(start, rewrite, "%v", err)
	}
	if bytes := count * int64(t.element.size); bytes != size-start {
		return nil, fail(start, rewrite, "%s of shape %v takes %d bytes, %d follow", t.Type, t.Shape, bytes, size-start)
	}
	t.Name, t.file, t.start = name, file, start
	t.data = io.NewSectionReader(data, start, size-start)
	if !t.fortran {
		return t, nil
	}
	t.data = &whole{data: t.data, size: size - start}
	return t, nil
}

// whole is data that is read into memory at once when any of it is asked for: in
// Fortran order an image's numbers lie apart, and would be read one by one.
type whole struct {
	data io.ReaderAt
	size int64
	once sync.Once
	held []byte
	err  error
}

// ReadAt implements [io.ReaderAt].
func (w *whole) ReadAt(dst []byte, at int64) (int, error) {
	w.once.Do(func() {
		w.held = make([]byte, w.size)
		w.err = readFull(w.data, w.held, 0)
	})
	if w.err != nil {
		return 0, w.err
	}
	return bytes.NewReader(w.held).ReadAt(dst, at)
}
