package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Complete returns an error where an image's file has no end, or content that
// its checksums deny, as far as its format tells without decoding: JPEG, PNG and
// WebP do. The file must be one that [Inspect] reads.
func Complete(data []byte, format string) error {
	switch format {
	case "jpeg":
		if bytes.LastIndex(data[headOfJPEG(data):], []byte{0xff, 0xd9}) < 0 {
			return errEarly(format)
		}
	case "png":
		return completePNG(data)
	case "webp":
		if len(data) < 8 || int64(binary.LittleEndian.Uint32(data[4:]))+8 > int64(len(data)) {
			return errEarly(format)
		}
	}
	return nil
}

func errEarly(format string) error { return fmt.Errorf("broken %s: it ends too early", format) }

// headOfJPEG returns where the segments end that come before the first scan, of
// which one may hold a whole picture of its own; the file's length if no scan
// comes.
func headOfJPEG(data []byte) int {
	at := 2
	for at+4 <= len(data) {
		if data[at] != 0xff {
			at++
			continue
		}
		switch c := data[at+1]; {
		case c == 0xff:
			at++
		case c == 0 || c == 1 || c >= 0xd0 && c <= 0xd8:
			at += 2 // stuffing and markers without content
		case c == 0xda || c == 0xd9:
			return at
		default:
			at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		}
	}
	return len(data)
}

// completePNG checks every chunk up to the last: length, name, data, checksum.
func completePNG(data []byte) error {
	for at := 8; ; {
		if at+12 > len(data) {
			return errEarly("png")
		}
		n := int64(binary.BigEndian.Uint32(data[at:]))
		if n > int64(len(data)-at-12) {
			return errEarly("png")
		}
		end := at + 8 + int(n)
		if crc32.ChecksumIEEE(data[at+4:end]) != binary.BigEndian.Uint32(data[end:]) {
			return fmt.Errorf("broken png: the checksum of its chunk %.4q is wrong", data[at+4:at+8])
		}
		if string(data[at+4:at+8]) == "IEND" {
			return nil
		}
		at = end + 4
	}
}
