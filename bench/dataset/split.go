package dataset

import (
	"cmp"
	"fmt"
	"slices"
)

// split is a set's pictures before they are decoded.
type split struct {
	train, test []picture
	classes     []string // every class that the annotations know, in order
}

// holdOut moves a fifth of the training pictures, at least one, to the test.
func (s *split) holdOut() {
	s.test, s.train = pick(s.train, max(1, len(s.train)/5), saltSplit)
}

// dropUnusable removes the objects that no image could hold.
func (s *split) dropUnusable() problems {
	var log problems
	for _, pictures := range [2][]picture{s.train, s.test} {
		for i := range pictures {
			log = append(log, pictures[i].dropUnusable()...)
		}
	}
	return log
}

// dropShared removes from train every image that is in test too, and repeats
// of an image within a split: a detector must not be tested on what it learnt.
func (s *split) dropShared() problems {
	var log problems
	seen := make(map[string]string, len(s.train)+len(s.test))
	keep := func(pictures []picture, name string) []picture {
		return slices.DeleteFunc(pictures, func(p picture) bool {
			where, dup := seen[p.file]
			if dup {
				log.addf(p.file, "already listed for %s: left out of %s", where, name)
			}
			seen[p.file] = name
			return dup
		})
	}
	s.test = keep(s.test, "test")
	s.train = keep(s.train, "training")
	return log
}

// limit keeps at most that many pictures of each split; 0 keeps all.
func (s *split) limit(train, test int) problems {
	var log problems
	cut := func(pictures []picture, n int, name string) []picture {
		if n == 0 || n >= len(pictures) {
			return pictures
		}
		log.noticef("", "%d of %d %s images used, chosen by a hash of their names", n, len(pictures), name)
		chosen, _ := pick(pictures, n, saltLimit)
		return chosen
	}
	s.train = cut(s.train, train, "training")
	s.test = cut(s.test, test, "test")
	return log
}

// Salts keep the choice of the test images and of the limited images apart.
const (
	saltSplit uint64 = 0x9e3779b97f4a7c15
	saltLimit uint64 = 0xd1b54a32d192ed03
)

// pick parts pictures into the n whose names hash lowest and the rest, both in
// their former order.
func pick(pictures []picture, n int, salt uint64) (chosen, rest []picture) {
	if n > len(pictures) {
		panic(fmt.Sprintf("dataset: pick: %d of %d pictures", n, len(pictures)))
	}
	order := make([]int, len(pictures))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(hash(pictures[a].file, salt), hash(pictures[b].file, salt)), cmp.Compare(a, b))
	})
	in := make([]bool, len(pictures))
	for _, i := range order[:n] {
		in[i] = true
	}
	for i, p := range pictures {
		if in[i] {
			chosen = append(chosen, p)
		} else {
			rest = append(rest, p)
		}
	}
	return chosen, rest
}

// hash is FNV-1a with the finaliser of SplitMix64 (Steele et al., 2014), for
// names that differ in their last digits only.
func hash(name string, salt uint64) uint64 {
	h := salt ^ 0xcbf29ce484222325
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 0x100000001b3
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
