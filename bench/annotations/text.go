package annotations

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"detsample/internal/regular"
)

// maxText is the largest XML, label or list file that is read.
const maxText = 16 << 20

// MemoryPerByte bounds what the readers keep, in bytes for each byte of what
// they read, beside a megabyte of buffers.
const MemoryPerByte = 32

// openRegular opens a regular file; a pipe or a device could block for ever.
func openRegular(fsys fs.FS, file string) (fs.File, error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return nil, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is %s, not a regular file", regular.Kind(info.Mode()))
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, plainPathError(err)
	}
	return f, nil
}

// openText opens a regular file of at most maxText.
func openText(fsys fs.FS, file string) (fs.File, error) {
	f, err := openRegular(fsys, file)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.Size() > maxText {
		f.Close()
		return nil, fmt.Errorf("it has %d bytes, more than the %d that are read", info.Size(), maxText)
	}
	return f, nil
}

// plainPathError leaves out the operation and the path, which the problem
// names itself.
func plainPathError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errMissing
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// errMissing is [fs.ErrNotExist] in plain words.
var errMissing = missing{}

type missing struct{}

func (missing) Error() string        { return "no such file" }
func (missing) Is(target error) bool { return target == fs.ErrNotExist }

// jsonText is [utf8Text] for JSON, whose reader takes a mark off itself and
// wants to know how long the file is. Of a compressed file it is an error.
func jsonText(r io.Reader) io.Reader {
	seeker, ok := r.(io.Seeker)
	if !ok {
		b := bufio.NewReader(r)
		if start, _ := b.Peek(longestStart); packed(start) != nil {
			return failing{packed(start)}
		}
		return utf8Text(b)
	}
	var start [longestStart]byte
	n, _ := io.ReadFull(r, start[:])
	if err := packed(start[:n]); err != nil {
		return failing{err}
	}
	if _, err := seeker.Seek(int64(-n), io.SeekCurrent); err != nil {
		return utf8Text(io.MultiReader(bytes.NewReader(start[:n]), r))
	}
	if start[0] >= 0xfe { // UTF-16's; UTF-8's is another
		return utf8Text(r)
	}
	return r
}

// utf8Text returns r without a byte order mark, decoded where the mark is
// UTF-16's.
func utf8Text(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64)
	start, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		b.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b)
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(b)
	}
	return b
}

const notUTF8 = "it is not UTF-8: what is not is read as \ufffd"

// readText reads a text file; valid reports whether all of it was UTF-8, and
// what was not is replaced.
func readText(fsys fs.FS, file string) (text string, valid bool, err error) {
	f, err := openText(fsys, file)
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(utf8Text(f), 2*maxText))
	if err != nil {
		return "", false, plainPathError(err)
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte{'\r'}, []byte{'\n'}) // the ends of lines of old Macs
	}
	if utf8.Valid(data) {
		return string(data), true, nil
	}
	return strings.ToValidUTF8(string(data), "\ufffd"), false, nil
}
