package dump

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// maxInflation is the largest factor by which deflate can compress.
const maxInflation = 1032

// readNPZ adds every .npy of a zip. Those that are stored stay in the file,
// the others are inflated.
func (a *Archive) readNPZ(path string, data io.ReaderAt, size, limit int64) error {
	z, err := zip.NewReader(data, size)
	if err != nil {
		return &Problem{File: path, Byte: -1, Detail: err.Error(), Remedy: rewrite}
	}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		entry, length, err := openEntry(f, data, size, limit)
		if err != nil {
			err.File, err.Tensor = path, name
			return err
		}
		if f.Method != zip.Store {
			limit -= length
		}
		t, bad := readNPY(path, name, entry, length)
		if bad != nil {
			return bad
		}
		if err := a.add(path, t); err != nil {
			return err
		}
	}
	if len(a.tensors) == 0 {
		return &Problem{File: path, Byte: -1, Detail: "a zip without any .npy", Remedy: "write it with numpy.savez"}
	}
	return nil
}

// openEntry returns the contents of a zip's entry, whose checksum it verifies.
func openEntry(f *zip.File, data io.ReaderAt, size, limit int64) (io.ReaderAt, int64, *Problem) {
	start, err := f.DataOffset()
	if err != nil || start < 0 || f.CompressedSize64 > uint64(size) || start > size-int64(f.CompressedSize64) {
		return nil, 0, &Problem{Byte: -1, Detail: "its place is beyond the file", Remedy: rewrite}
	}
	fail := func(remedy, format string, args ...any) *Problem {
		return &Problem{Byte: start, Detail: fmt.Sprintf(format, args...), Remedy: remedy}
	}
	packed, declared := int64(f.CompressedSize64), f.UncompressedSize64
	section := io.NewSectionReader(data, start, packed)
	switch {
	case f.Flags&1 != 0:
		return nil, 0, fail("write it with numpy.savez", "is encrypted")
	case f.Method == zip.Store:
		if declared != uint64(packed) {
			return nil, 0, fail(rewrite, "is stored in %d bytes and said to have %d", packed, declared)
		}
		sum := crc32.NewIEEE()
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
	case declared > uint64(max(0, limit)):
		return nil, 0, fail("raise the limit if you trust the file, or write it with numpy.savez, which does not compress",
			"inflates to %d bytes, %d are left of the limit", declared, limit)
	}
	return inflate(f, int64(declared), fail)
}

// inflate reads a compressed entry. Its memory grows with what there is, not
// with what is declared.
func inflate(f *zip.File, declared int64, fail func(remedy, format string, args ...any) *Problem) (io.ReaderAt, int64, *Problem) {
	r, err := f.Open()
	if err != nil {
		return nil, 0, fail(rewrite, "cannot be inflated: %v", err)
	}
	defer r.Close()
	var held pieces
	for done := int64(0); done < declared; {
		piece := make([]byte, min(declared-done, pieceSize))
		n, err := io.ReadFull(r, piece)
		done += int64(n)
		if err != nil {
			return nil, 0, fail(rewrite, "inflates to %d of %d bytes: %v", done, declared, err)
		}
		held = append(held, piece)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || err != io.EOF { // the checksum is compared at the end
		return nil, 0, fail(rewrite, "does not end after the %d bytes that are declared: %v", declared, err)
	}
	return held, declared, nil
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
