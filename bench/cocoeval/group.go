package cocoeval

import (
	"cmp"
	"slices"
)

// index numbers the distinct ids of images or of classes. Numbers are handed
// out in order of appearance, one lookup per annotation, and turned into
// positions in ascending order of id at the end.
type index[T cmp.Ordered] struct {
	ids    []T
	number map[T]int32
	closed bool // only chosen ids count
	last   T    // annotations come in runs of one image
	lastNo int32
}

func newIndex[T cmp.Ordered](chosen []T) *index[T] {
	x := &index[T]{number: make(map[T]int32), lastNo: -1}
	for _, id := range chosen {
		x.add(id)
	}
	x.closed = chosen != nil
	return x
}

// add returns the number of id, or -1 for an id that was not chosen.
func (x *index[T]) add(id T) int32 {
	if x.lastNo >= 0 && id == x.last {
		return x.lastNo
	}
	no, ok := x.number[id]
	if !ok {
		if x.closed {
			return -1
		}
		no = int32(len(x.ids))
		x.number[id] = no
		x.ids = append(x.ids, id)
	}
	x.last, x.lastNo = id, no
	return no
}

// ascending returns the ids in ascending order and each number's position
// among them.
func (x *index[T]) ascending() (ids []T, position []int32) {
	ids = slices.Sorted(slices.Values(x.ids))
	position = make([]int32, len(ids))
	for i, id := range ids {
		position[x.number[id]] = int32(i)
	}
	return ids, position
}

// groups holds annotations ordered by class, then image, then as given. Image
// and class are positions in the ascending lists of ids.
type groups struct {
	order []int32 // indices of annotations
	image []int32 // image[i] of annotation order[i]
	start []int32 // class k is order[start[k]:start[k+1]]
}

// class returns the annotations of class k and their images.
func (g *groups) class(k int) (order, image []int32) {
	lo, hi := g.start[k], g.start[k+1]
	return g.order[lo:hi], g.image[lo:hi]
}

// key is the pair of id numbers that annotations are grouped by.
type key struct{ class, image int32 }

// group orders the annotations of keys, leaving out those with a number of -1.
// Merged, all classes form one, and order annotations within an image.
func group(keys []key, classPosition, imagePosition []int32, merged bool) groups {
	order := make([]int32, 0, len(keys))
	for i, k := range keys {
		if k.class >= 0 && k.image >= 0 {
			keys[i] = key{classPosition[k.class], imagePosition[k.image]}
			order = append(order, int32(i))
		}
	}
	byClass := func(i int32) int32 { return keys[i].class }
	byImage := func(i int32) int32 { return keys[i].image }
	var g groups
	if merged {
		order, _ = countingSort(order, len(classPosition), byClass)
		order, _ = countingSort(order, len(imagePosition), byImage)
		g.start = []int32{0, int32(len(order))}
	} else {
		order, _ = countingSort(order, len(imagePosition), byImage)
		order, g.start = countingSort(order, len(classPosition), byClass)
	}
	g.order = order
	g.image = make([]int32, len(order))
	for i, o := range order {
		g.image[i] = keys[o].image
	}
	return g
}

// countingSort orders items stably by a key in [0, n) and returns where each
// key's items start, with the total at start[n].
func countingSort(items []int32, n int, keyOf func(int32) int32) (sorted, start []int32) {
	start = make([]int32, n+1)
	for _, it := range items {
		start[keyOf(it)+1]++
	}
	for k := range n {
		start[k+1] += start[k]
	}
	next := slices.Clone(start[:n])
	sorted = make([]int32, len(items))
	for _, it := range items {
		k := keyOf(it)
		sorted[next[k]] = it
		next[k]++
	}
	return sorted, start
}
