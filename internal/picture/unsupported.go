package picture

import (
	"errors"
	"fmt"
	"image/jpeg"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// unread returns an error where an image is sound, but of a kind that its format's
// decoder does not read, as far as the header tells.
func unread(f io.ReadSeeker, format string) error {
	switch format {
	case "webp":
		const flags, animation = 20, 2
		head := make([]byte, flags+1)
		if _, err := (anywhere{f}).ReadAt(head, 0); err == nil && string(head[12:16]) == "VP8X" && head[flags]&animation != 0 {
			return errors.New("it is an animated WebP, which is not read: save one of its frames as a still image")
		}
	case "tiff":
		const compression = 259
		_, value := tag(f, compression)
		name, other := unreadCompressions[value]
		if other {
			return fmt.Errorf("it is a TIFF with compression %d (%s), which is not read: save it with LZW, with Deflate or uncompressed", value, name)
		}
	}
	return nil
}

// unreadCompressions are those of TIFF that its decoder does not know.
var unreadCompressions = map[uint32]string{
	2: "CCITT, modified Huffman", 6: "JPEG, as it was first defined", 7: "JPEG", 9: "JBIG", 10: "JBIG", 32809: "ThunderScan", 32908: "PIXAR film",
	32909: "PIXAR log", 33003: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI log", 34677: "SGI log", 34712: "JPEG 2000",
	34887: "LERC", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}

// unsupported says of a decoder's error that the image is sound and not read; nil
// where it does not mean that.
func unsupported(f io.ReadSeeker, err error) error {
	if what, is := errors.AsType[tiff.UnsupportedError](err); is {
		const sampleFormat, signed, floats = 339, 2, 3
		of := "a feature that is not read (" + string(what) + ")"
		if what == "sample format" {
			switch _, v := tag(f, sampleFormat); v {
			case floats:
				of = "floating-point samples, which are not read"
			case signed:
				of = "signed samples, which are not read"
			}
		}
		return fmt.Errorf("it is a TIFF with %s: save it as grey or RGB of 8 or 16 bits without a sign", of)
	}
	if what, is := errors.AsType[jpeg.UnsupportedError](err); is {
		return fmt.Errorf("it is a JPEG with a feature that is not read (%s): save it as baseline or progressive JPEG of 8 bits", string(what))
	}
	if errors.Is(err, bmp.ErrUnsupported) {
		return errors.New("it is a BMP of a kind that is not read: save it uncompressed, with 8, 24 or 32 bits a pixel")
	}
	return nil
}
