package dataset

import (
	"bytes"
	"fmt"

	"detsample/bench/annotations"
	"detsample/internal/picture"
	"detsample/internal/prose"
)

const (
	// peaksSought is how many images of 16 bits a channel are decoded to see which
	// of their values they use.
	peaksSought = 64
	// shallow is the value that images of 16 bits reach if they use more than a
	// quarter of their range: those of sensors of 14 bits and fewer do not.
	shallow = 1 << 14
)

// depths says of images with 16 bits a channel whether their values fill the low
// end of that range only, whose upper 8 bits are trained on.
func (l *loader) depths(images []int) (p annotations.Problem, is bool) {
	var deep []int
	for _, i := range images {
		if f := &l.disk.files[i]; f.deep && f.wrong == nil {
			deep = append(deep, i)
		}
	}
	n := min(len(deep), peaksSought)
	sought := make([]int, n)
	for k := range sought {
		sought[k] = deep[k*len(deep)/n]
	}
	peaks := make([]int, n)
	l.over(sought, func(k int) { peaks[k] = l.disk.peak(sought[k]) })
	low, most, first := 0, 0, ""
	for k, peak := range peaks {
		if peak <= 0 || peak >= shallow {
			continue
		}
		if low++; low == 1 {
			first = l.annotated.Images[sought[k]].Path
		}
		most = max(most, peak)
	}
	if low == 0 {
		return p, false
	}
	of := fmt.Sprintf("of %s with 16 bits a channel", prose.Count(len(deep), "image", "images"))
	if n < len(deep) {
		of = fmt.Sprintf("of %d looked at %s", n, of)
	}
	return annotations.Problem{Notice: true, Message: fmt.Sprintf("%d %s use no value above %d of 65535, first %s: at 8 bits, as images are trained on, %s left of 256; multiply their values, by %d for instance",
		low, of, most, first, prose.Count(most>>8+1, "level is", "levels are"), 65535/most)}, true
}

// peak returns the greatest value of an image, 0 where it cannot be told.
func (s *disk) peak(i int) int {
	s.turns <- struct{}{}
	defer func() { <-s.turns }()
	data, err := s.content(i)
	if err != nil {
		return 0
	}
	im, err := picture.Decode(bytes.NewReader(data), s.maxPixels, true) // a turned one has lost its depth
	if err != nil {
		return 0
	}
	peak, _ := picture.Peak(im)
	return peak
}
