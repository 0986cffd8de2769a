package dataset

import (
	"cmp"
	"fmt"
	"slices"
)

// Validation returns a set to choose settings by, learning rates for instance,
// without a look at the test images: a fifth of the training images, chosen by
// a hash of their names, is its Test, the others are its Train. It returns an
// error if there are fewer than two.
func (s *Set) Validation() (*Set, error) {
	n := len(s.Train)
	if n < 2 {
		return nil, fmt.Errorf("%d training image: choosing settings needs one to train on and one to judge by", n)
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(hash(stem(s.Train[a].Name), saltValidation), hash(stem(s.Train[b].Name), saltValidation)), cmp.Compare(a, b))
	})
	held := make([]bool, n)
	for _, i := range order[:max(1, n/5)] {
		held[i] = true
	}
	v := *s
	v.Train, v.Test = nil, nil
	for i := range s.Train {
		if held[i] {
			v.Test = append(v.Test, s.Train[i])
		} else {
			v.Train = append(v.Train, s.Train[i])
		}
	}
	return &v, nil
}

// saltValidation keeps this choice apart from that of the test images.
const saltValidation uint64 = 0xa0761d6478bd642f
