package picture

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// content says what a file holds that is no image of the formats read; empty
// where it is not known.
func content(f io.ReadSeeker) string {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ""
	}
	start := make([]byte, 512)
	n, err := io.ReadFull(f, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return ""
	}
	start = start[:n]
	if n == 0 {
		return "an empty file"
	}
	if n >= 12 && string(start[4:8]) == "ftyp" {
		switch brand := string(start[8:12]); brand {
		case "heic", "heix", "heif", "mif1", "msf1", "hevc":
			return "HEIC"
		case "avif", "avis":
			return "AVIF"
		}
		return "a video or another ISO media file"
	}
	for _, m := range magics {
		if bytes.HasPrefix(start, []byte(m.start)) {
			return m.what
		}
	}
	text := strings.ToLower(strings.TrimSpace(string(bytes.TrimPrefix(start, []byte("\ufeff")))))
	for _, m := range texts {
		if strings.HasPrefix(text, m.start) {
			return m.what
		}
	}
	if utf8.Valid(start[:max(0, n-utf8.UTFMax)]) && !bytes.ContainsRune(start, 0) {
		return "text"
	}
	return ""
}

type magic struct{ start, what string }

var magics = []magic{
	{"\x00\x00\x00\x0cjP  ", "JPEG 2000"},
	{"\xff\x4f\xff\x51", "JPEG 2000"},
	{"\x00\x00\x00\x0cJXL ", "JPEG XL"},
	{"\xff\x0a", "JPEG XL"},
	{"8BPS", "a Photoshop file"},
	{"%PDF", "a PDF"},
	{"\x00\x05\x16\x07", "an AppleDouble file, which macOS leaves beside the real one"},
	{"II*\x00", "a TIFF"},
	{"MM\x00*", "a TIFF"},
	{"II+\x00", "a BigTIFF"},
	{"MM\x00+", "a BigTIFF"},
	{"PF\n", "a PFM"},
	{"P1", "a PBM"},
	{"P4", "a PBM"},
	{"P2", "a PGM"},
	{"P5", "a PGM"},
	{"P3", "a PPM"},
	{"P6", "a PPM"},
	{"P7", "a PAM"},
	{"\x93NUMPY", "a NumPy array"},
	{"\x76\x2f\x31\x01", "OpenEXR"},
	{"#?RADIANCE", "Radiance HDR"},
	{"PK\x03\x04", "a zip archive"},
	{"\x1f\x8b", "a gzip file"},
}

var texts = []magic{
	{"version https://git-lfs", "a Git LFS pointer in place of the image (git lfs pull fetches it)"},
	{"<!doctype html", "an HTML page"},
	{"<html", "an HTML page"},
	{"<svg", "an SVG"},
	{"<?xml", "XML"},
}
