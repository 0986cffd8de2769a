package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"io"
)

// maxEXIF bounds the EXIF data that is read: JPEG's segments are at most 64 KB,
// other formats set no limit.
const maxEXIF = 1 << 20

// orientation returns EXIF's orientation of an image, 1 where it states none.
func orientation(f io.ReadSeeker, format string) int {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 1
	}
	var exif []byte
	switch format {
	case "jpeg":
		exif = exifOfJPEG(f)
	case "png":
		exif = exifOfChunks(f, 8, "eXIf", binary.BigEndian, true)
	case "webp":
		exif = exifOfChunks(f, 12, "EXIF", binary.LittleEndian, false)
	case "tiff":
		return orientationTag(f)
	}
	exif = bytes.TrimPrefix(exif, []byte("Exif\x00\x00")) // which WebP's may have too
	return orientationTag(bytes.NewReader(exif))
}

// exifOfJPEG returns the first Exif segment before the scan.
func exifOfJPEG(f io.Reader) []byte {
	r := bufio.NewReader(f)
	if _, err := r.Discard(2); err != nil {
		return nil
	}
	for {
		c, err := r.ReadByte()
		if err != nil {
			return nil
		}
		if c != 0xff {
			continue
		}
		for c == 0xff {
			if c, err = r.ReadByte(); err != nil {
				return nil
			}
		}
		switch {
		case c == 0 || c == 1 || c >= 0xd0 && c <= 0xd8:
			continue // stuffing and markers without content
		case c == 0xda || c == 0xd9:
			return nil // the scan, or the end
		}
		var size [2]byte
		if _, err := io.ReadFull(r, size[:]); err != nil {
			return nil
		}
		n := int(binary.BigEndian.Uint16(size[:])) - 2
		if n < 0 {
			return nil
		}
		if c == 0xe1 && n >= 6 {
			segment := make([]byte, n)
			if _, err := io.ReadFull(r, segment); err != nil {
				return nil
			}
			if bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
				return segment
			}
		} else if _, err := r.Discard(n); err != nil {
			return nil
		}
	}
}

// exifOfChunks returns the chunk of a name: PNG's chunks are length, name, data
// and a checksum; WebP's (RIFF) are name, length and data of an even length.
func exifOfChunks(f io.ReadSeeker, start int64, name string, order binary.ByteOrder, png bool) []byte {
	at := start
	for {
		if _, err := f.Seek(at, io.SeekStart); err != nil {
			return nil
		}
		var head [8]byte
		if _, err := io.ReadFull(f, head[:]); err != nil {
			return nil
		}
		length, id := head[4:], head[:4]
		if png {
			length, id = id, length
		}
		n := int64(order.Uint32(length))
		if string(id) == name {
			if n > maxEXIF {
				return nil
			}
			data, err := io.ReadAll(io.LimitReader(f, n))
			if err != nil {
				return nil
			}
			return data
		}
		if png {
			n += 4
		} else {
			n += n & 1
		}
		at += 8 + n
	}
}

// orientationTag returns what tag 274 of TIFF data says, 1 where it says nothing
// of use.
func orientationTag(f io.ReadSeeker) int {
	const orientation, short, long = 274, 3, 4 // some writers take a long
	kind, v := tag(f, orientation)
	if kind != short && kind != long || v < 1 || v > 8 {
		return 1
	}
	return int(v)
}

// tag finds an entry in the first directory of TIFF data: its kind, 0 where there
// is none, and its first number if that is a short, else the four bytes of it.
func tag(f io.ReadSeeker, id uint16) (kind uint16, value uint32) {
	read := func(at int64, n int) []byte {
		if _, err := f.Seek(at, io.SeekStart); err != nil {
			return nil
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(f, b); err != nil {
			return nil
		}
		return b
	}
	head := read(0, 8)
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(head, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(head, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 0, 0
	}
	first := int64(order.Uint32(head[4:]))
	count := read(first, 2)
	if count == nil {
		return 0, 0
	}
	const entry, short = 12, 3
	for i := range int64(order.Uint16(count)) {
		e := read(first+2+entry*i, entry)
		if e == nil {
			return 0, 0
		}
		if order.Uint16(e) != id {
			continue
		}
		kind = order.Uint16(e[2:])
		if kind != short {
			return kind, order.Uint32(e[8:])
		}
		if order.Uint32(e[4:]) > 2 { // which lie elsewhere
			if e = read(int64(order.Uint32(e[8:])), 2); e == nil {
				return 0, 0
			}
			return kind, uint32(order.Uint16(e))
		}
		return kind, uint32(order.Uint16(e[8:]))
	}
	return 0, 0
}

// turned returns an image as an orientation shows it.
func turned(src image.Image, orientation int) image.Image {
	if orientation <= 1 {
		return src
	}
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	stored := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(stored, stored.Rect, src, b.Min, draw.Src)
	shown := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		shown = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range shown.Rect.Dy() {
		for x := range shown.Rect.Dx() {
			sx, sy := source(x, y, w, h, orientation)
			copy(shown.Pix[shown.PixOffset(x, y):][:4], stored.Pix[stored.PixOffset(sx, sy):])
		}
	}
	return shown
}

// source returns the stored pixel, of w x h, that is shown at x, y.
func source(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // turned by 180 degrees
		return w - 1 - x, h - 1 - y
	case 4: // upside down in a mirror
		return x, h - 1 - y
	case 5: // along the main diagonal
		return y, x
	case 6: // to be turned by 90 degrees clockwise
		return y, h - 1 - x
	case 7: // along the other diagonal
		return w - 1 - y, h - 1 - x
	case 8: // to be turned by 90 degrees the other way
		return w - 1 - y, x
	}
	return x, y
}
