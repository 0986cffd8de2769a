package vocxml

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// source is a file on its way to UTF-8.
type source struct {
	io.Reader
	marked bool // it is UTF-8 by now, whatever it declares
}

// utf8 takes off a byte order mark and decodes UTF-16, which is told by the
// mark or by the zero byte beside the first '<'.
func utf8(r io.Reader) (*source, error) {
	b := bufio.NewReader(r)
	start, err := b.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	utf16 := func(order unicode.Endianness) (*source, error) {
		return &source{unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(b), true}, nil
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		b.Discard(3)
		return &source{b, true}, nil
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("<\x00")):
		return utf16(unicode.LittleEndian)
	case bytes.HasPrefix(start, []byte("\xfe\xff")), bytes.HasPrefix(start, []byte("\x00<")):
		return utf16(unicode.BigEndian)
	}
	return &source{b, false}, nil
}

// charset decodes the rest of a file that declares an encoding. One that
// declares UTF-16 and could be read up to here is none.
func (s *source) charset(label string, rest io.Reader) (io.Reader, error) {
	name := strings.ToLower(label)
	if s.marked || strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf16") || name == "ucs-2" {
		return rest, nil
	}
	e, _ := charset.Lookup(label)
	if e == nil {
		e, _ = ianaindex.IANA.Encoding(label)
	}
	if e == nil {
		return nil, encodingError(label)
	}
	if e == encoding.Nop {
		return rest, nil
	}
	return e.NewDecoder().Reader(rest), nil
}

// encodingError is about an encoding of that label.
type encodingError string

func (e encodingError) Error() string {
	return fmt.Sprintf("its encoding %.40q is not known: save it as UTF-8", string(e))
}
