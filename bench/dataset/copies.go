package dataset

import (
	"crypto/sha256"
	"runtime"

	"detsample/internal/parallel"
)

// copies tells for each image that has the same bytes as another one which the
// first of these is. Images without a copy are not in it.
type copies map[int]int

// copiesOf finds the copies among images whose bytes have sums; the sum of an
// image that could not be read is nil.
func copiesOf(images []int, sum func(i int) *[sha256.Size]byte) copies {
	first, same := map[[sha256.Size]byte]int{}, copies{}
	for _, i := range images {
		s := sum(i)
		if s == nil {
			continue
		}
		other, again := first[*s]
		if !again {
			first[*s] = i
			continue
		}
		same[other], same[i] = other, other
	}
	return same
}

// copies finds the copies among images. Of files that were not read yet only those
// of one size are read for it.
func (l *loader) copies(images []int) (copies, error) {
	if l.known {
		return copiesOf(images, l.disk.sum), nil
	}
	d := l.disk
	size := make([]int64, len(images))
	l.over(images, func(k int) { size[k] = d.size(images[k]) })
	count := map[int64]int{}
	for _, n := range size {
		count[n]++
	}
	sums := make([]*[sha256.Size]byte, len(images))
	l.over(images, func(k int) {
		if size[k] < 0 || count[size[k]] < 2 {
			return
		}
		if data, err := d.content(images[k]); err == nil { // else it is said when it is to be read
			s := sha256.Sum256(data)
			sums[k] = &s
		}
	})
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	at := make(map[int]int, len(images))
	for k, i := range images {
		at[i] = k
	}
	return copiesOf(images, func(i int) *[sha256.Size]byte { return sums[at[i]] }), nil
}

// over does something about the place of every image, in parallel.
func (l *loader) over(images []int, do func(k int)) {
	parallel.For(runtime.GOMAXPROCS(0), len(images), func(_, k int) {
		if l.ctx.Err() == nil {
			do(k)
		}
	})
}

// sum returns the digest of an image's file, nil where it was not read.
func (s *disk) sum(i int) *[sha256.Size]byte {
	if s.files[i].sum == ([sha256.Size]byte{}) {
		return nil
	}
	return &s.files[i].sum
}

// size returns how many bytes an image's file has, -1 where that cannot be told.
func (s *disk) size(i int) int64 {
	f, err := s.annotated.OpenImage(i)
	if err != nil {
		return -1
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil || !about.Mode().IsRegular() {
		return -1
	}
	return about.Size()
}
