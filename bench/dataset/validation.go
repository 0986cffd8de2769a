package dataset

import (
	"crypto/sha256"
	"fmt"
)

// Validation returns a set to choose settings by, learning rates for instance,
// without a look at the test images: a fifth of the training images, chosen by
// a hash of their names, is its Test, the others are its Train. Copies of an image
// are in one of the two. It returns an error if there are fewer than two.
func (s *Set) Validation() (*Set, error) {
	n := len(s.Train)
	if n < 2 {
		return nil, fmt.Errorf("%d training image: choosing settings needs one to train on and one to judge by", n)
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	same := copiesOf(all, func(i int) *[sha256.Size]byte {
		im := &s.Train[i]
		if im.from == nil {
			return nil // generated
		}
		return &im.from.files[im.source.at].sum
	})
	test, train := pickWhole(all, max(1, n/5), saltValidation, func(i int) string { return stem(s.Train[i].Name) }, same)
	v := *s
	v.Train, v.Test = nil, nil
	for _, i := range train {
		v.Train = append(v.Train, s.Train[i])
	}
	for _, i := range test {
		v.Test = append(v.Test, s.Train[i])
	}
	return &v, nil
}
