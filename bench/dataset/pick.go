package dataset

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Salts keep the choices of the test images, of the limited images and of those
// for validation apart.
const (
	saltSplit      uint64 = 0x9e3779b97f4a7c15
	saltLimit      uint64 = 0xd1b54a32d192ed03
	saltValidation uint64 = 0xa0761d6478bd642f
)

// pick parts images into the n whose names hash lowest and the rest, both in
// their former order.
func pick(images []int, n int, salt uint64, name func(int) string) (chosen, rest []int) {
	if n > len(images) {
		panic(fmt.Sprintf("dataset: pick: %d of %d images", n, len(images)))
	}
	hashes := make([]uint64, len(images))
	order := make([]int, len(images))
	for k, i := range images {
		hashes[k], order[k] = hash(name(i), salt), k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(hashes[a], hashes[b]), cmp.Compare(a, b)) })
	in := make([]bool, len(images))
	for _, k := range order[:n] {
		in[k] = true
	}
	for k, i := range images {
		if in[k] {
			chosen = append(chosen, i)
		} else {
			rest = append(rest, i)
		}
	}
	return chosen, rest
}

// pickWhole is pick that keeps copies of an image together. It chooses fewer than n
// rather than more. Where there are no copies, or nothing but copies of one image,
// it is pick.
func pickWhole(images []int, n int, salt uint64, name func(int) string, same copies) (chosen, rest []int) {
	group := func(i int) int {
		if first, is := same[i]; is {
			return first
		}
		return i
	}
	size := map[int]int{}
	for _, i := range images {
		size[group(i)]++
	}
	if len(size) == len(images) || len(size) < 2 {
		return pick(images, n, salt, name)
	}
	// Groups go in the order of that of their images which comes first.
	ranked := slices.Clone(images)
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(hash(name(a), salt), hash(name(b), salt)) })
	in, seen, least, taken := map[int]bool{}, map[int]bool{}, group(ranked[0]), 0
	for _, i := range ranked {
		g := group(i)
		if seen[g] {
			continue
		}
		if seen[g] = true; size[g] < size[least] {
			least = g
		}
		if taken+size[g] <= n {
			in[g], taken = true, taken+size[g]
		}
	}
	if taken == 0 {
		in[least] = true
	}
	for _, i := range images {
		if in[group(i)] {
			chosen = append(chosen, i)
		} else {
			rest = append(rest, i)
		}
	}
	return chosen, rest
}

// stem returns what the choice of an image goes by, its file's name without
// folders and extension: the same in every format.
func stem(file string) string {
	name := path.Base(file)
	return strings.TrimSuffix(name, path.Ext(name))
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
