package dump

import (
	"archive/zip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"sync"
)

// maxInflation is the largest factor by which deflate can compress.
const maxInflation = 1032

// limitOf is how many bytes the compressed entries of a file may inflate to
// unless told otherwise.
func limitOf(size int64) int64 { return min(DefaultLimit, 256<<20+16*min(size, DefaultLimit)) }

// readNPZ adds every .npy of a zip. Those that are stored stay in the file, the
// others are inflated when their numbers are read.
func (a *Archive) readNPZ(path string, data io.ReaderAt, size int64) error {
	z, err := zip.NewReader(data, size)
	if err != nil {
		return &Problem{File: path, Byte: -1, Detail: err.Error(), Remedy: rewrite}
	}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if err := a.add(path, name, -1, func(name string) (*Tensor, error) {
			entry, length, err := a.openEntry(f, data, size)
			if err != nil {
				return nil, placed(err, path, name)
			}
			return readNPY(path, name, entry, length)
		}); err != nil {
			return err
		}
	}
	if len(a.names) == 0 {
		return &Problem{File: path, Byte: -1, Detail: "a zip without any .npy", Remedy: "write it with numpy.savez"}
	}
	return nil
}

// placed fills the place of a problem.
func placed(err error, file, tensor string) error {
	if p := (*Problem)(nil); errors.As(err, &p) {
		p.File, p.Tensor = file, tensor
	}
	return err
}

// openEntry returns the contents of a zip's entry. Of one that is stored the
// checksum is verified here, of the others when they are inflated.
func (a *Archive) openEntry(f *zip.File, data io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	start, err := f.DataOffset()
	if err != nil || start < 0 || f.CompressedSize64 > uint64(size) || start > size-int64(f.CompressedSize64) {
		return nil, 0, &Problem{Byte: -1, Detail: "its place is beyond the file", Remedy: rewrite}
	}
	fail := func(remedy, format string, args ...any) error {
		return &Problem{Byte: start, Detail: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	packed, declared := int64(f.CompressedSize64), f.UncompressedSize64
	switch {
	case f.Flags&1 != 0:
		return nil, 0, fail("write it with numpy.savez", "is encrypted")
	case f.Method == zip.Store:
		if declared != uint64(packed) {
			return nil, 0, fail(rewrite, "is stored in %d bytes and said to have %d", packed, declared)
		}
		section, sum := io.NewSectionReader(data, start, packed), crc32.NewIEEE()
		if _, err := io.Copy(sum, section); err != nil {
			return nil, 0, fail(rewrite, "cannot be read: %v", err)
		}
		if sum.Sum32() != f.CRC32 {
			return nil, 0, fail(rewrite, "its checksum is %08x, want %08x", sum.Sum32(), f.CRC32)
		}
		return section, packed, nil
	case f.Method != zip.Deflate:
		return nil, 0, fail("write it with numpy.savez or savez_compressed", "compression method %d is not read", f.Method)
	case declared > uint64(packed+1)*maxInflation:
		return nil, 0, fail(rewrite, "%d bytes are said to inflate to %d, which deflate cannot do", packed, declared)
	}
	if left, ok := a.take(int64(declared)); !ok {
		return nil, 0, fail("if you trust the file, write it with numpy.savez, which does not compress",
			"inflates to %d bytes, %d are left of the limit", declared, left)
	}
	c := &compressed{file: f, declared: int64(declared), fail: fail}
	if err := c.begin(); err != nil {
		return nil, 0, err
	}
	return c, int64(declared), nil
}

// compressed is a deflated entry of a zip: its beginning, which tells what it
// is, and the whole when more than that is read.
type compressed struct {
	file     *zip.File
	declared int64
	fail     func(remedy, format string, args ...any) error

	head []byte
	once sync.Once
	held pieces
	err  error
}

// headSize is how much of a compressed entry is inflated to see what it is: more
// than numpy's longest header.
const headSize = maxHeader + 12

// begin inflates the beginning.
func (c *compressed) begin() error {
	r, err := c.file.Open()
	if err != nil {
		return c.fail(rewrite, "cannot be inflated: %v", err)
	}
	defer r.Close()
	c.head = make([]byte, min(c.declared, headSize))
	if n, err := io.ReadFull(r, c.head); err != nil {
		return c.fail(rewrite, "inflates to %d of %d bytes: %v", n, c.declared, err)
	}
	return nil
}

// ReadAt implements [io.ReaderAt].
func (c *compressed) ReadAt(dst []byte, at int64) (n int, err error) {
	if at+int64(len(dst)) <= int64(len(c.head)) && int64(len(c.head)) < c.declared {
		return copy(dst, c.head[at:]), nil
	}
	c.once.Do(c.inflate)
	if c.err != nil {
		return 0, c.err
	}
	return c.held.ReadAt(dst, at)
}

// inflate reads the whole entry. Its memory grows with what there is, not with
// what is declared.
func (c *compressed) inflate() {
	r, err := c.file.Open()
	if err != nil {
		c.err = c.fail(rewrite, "cannot be inflated: %v", err)
		return
	}
	defer r.Close()
	for done := int64(0); done < c.declared; {
		piece := make([]byte, min(c.declared-done, pieceSize))
		n, err := io.ReadFull(r, piece)
		done += int64(n)
		if err != nil {
			c.err = c.fail(rewrite, "inflates to %d of %d bytes: %v", done, c.declared, err)
			return
		}
		c.held = append(c.held, piece)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF { // the checksum is compared at the end
		c.err = c.fail(rewrite, "does not end after the %d bytes that are declared: %v", c.declared, err)
	}
}

// pieces is what was inflated, in pieces of one size but for the last, so that
// growing copies nothing.
type pieces [][]byte

const pieceSize = 1 << 18

// ReadAt implements [io.ReaderAt].
func (p pieces) ReadAt(dst []byte, at int64) (n int, err error) {
	for n < len(dst) {
		i := int(at / pieceSize)
		if i >= len(p) || at%pieceSize >= int64(len(p[i])) {
			return n, io.EOF
		}
		moved := copy(dst[n:], p[i][at%pieceSize:])
		n, at = n+moved, at+int64(moved)
	}
	return n, nil
}
