package dataset

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"

	"detsample/bench/annotations"
)

// parts returns the images to learn from and the ones held out, as indices of
// the annotations.
func (l *loader) parts() (train, test []int, err error) {
	a := l.annotated
	of := map[annotations.Split][]int{}
	for _, i := range l.disk.there {
		of[a.Images[i].Split] = append(of[a.Images[i].Split], i)
	}
	if len(l.disk.there) == 0 {
		_, all := a.Unread()
		if all == 0 {
			return nil, nil, fmt.Errorf("no images in it%s", annotations.FirstDefect(l.problems.list))
		}
		return nil, nil, fmt.Errorf("none of its %d images is there to be read%s", all, annotations.FirstDefect(l.problems.list))
	}
	if train, test, err = l.choose(of); err != nil {
		return nil, nil, err
	}
	if rest := of[""]; len(rest) > 0 && !slices.Contains(train, rest[0]) && !slices.Contains(test, rest[0]) {
		l.problems.notice("images in no split are not used: %d, such as %s", len(rest), l.name(rest[0]))
	}
	return l.dropShared(train, test)
}

// choose turns the splits of the annotations into the two of the set.
func (l *loader) choose(of map[annotations.Split][]int) (train, test []int, err error) {
	train, val, held := of[annotations.Train], of[annotations.Val], of[annotations.Test]
	if len(held) > 0 && len(train)+len(val)+len(of[""]) > 0 && !l.anyObject(held) {
		l.problems.notice("the %d images of test are not annotated: not used", len(held))
		held = nil
	}
	if l.annotated.Format == annotations.VOC && len(held) > 0 {
		train, val = union(train, val), nil
	}
	if len(train) == 0 && len(val)+len(held) > 0 {
		train = of[""]
	}
	switch {
	case len(train) > 0 && len(val) > 0:
		if len(held) > 0 {
			l.problems.notice("the %d images of test are not used: val is held out", len(held))
		}
		return train, val, nil
	case len(train) > 0 && len(held) > 0:
		return train, held, nil
	case len(val) > 0 && len(held) > 0:
		return nil, nil, fmt.Errorf("no training images, only %d of val and %d of test: call a split train", len(val), len(held))
	}
	all := union(train, union(val, held))
	if len(all) == 0 {
		all = of[""]
	}
	return l.holdOut(all)
}

// union returns the images of two splits in their order.
func union(a, b []int) []int {
	both := slices.Concat(a, b)
	slices.Sort(both)
	return both
}

// holdOut parts a fifth of the images, at least one, from the others, and leaves
// copies of an image on one side.
func (l *loader) holdOut(images []int) (train, test []int, err error) {
	if len(images) < 2 {
		return nil, nil, fmt.Errorf("%d annotated images that are there: want at least 2, one to train and one to test on%s", len(images), annotations.FirstDefect(l.problems.list))
	}
	n := max(1, len(images)/5)
	same, err := l.copies(images)
	if err != nil {
		return nil, nil, err
	}
	if test, train = pickWhole(images, n, saltSplit, l.stem, same); !l.anyObject(test) {
		// So few that none of those picked has an object: one that has is.
		with := slices.DeleteFunc(slices.Clone(images), func(i int) bool { return len(l.annotated.Images[i].Objects) == 0 })
		test, _ = pickWhole(with, min(n, len(with)), saltSplit, l.stem, same)
		train = slices.DeleteFunc(slices.Clone(images), func(i int) bool { return slices.Contains(test, i) })
	}
	l.problems.notice("no split is held out: %d of %d images are, by a hash of their names", len(test), len(images))
	for _, i := range images {
		if first, copied := same[i]; copied && first != i {
			l.problems.notice("%d of %d images have the same bytes as another, such as %s = %s: copies are on one side of the split, unless that leaves a side empty",
				len(same), len(images), l.name(first), l.name(i))
			break
		}
	}
	return train, test, nil
}

// dropShared removes from train every image that is in test too: a detector
// must not be tested on what it learnt.
func (l *loader) dropShared(train, test []int) ([]int, []int, error) {
	tested := make(map[string]bool, len(test))
	for _, i := range test {
		tested[l.name(i)] = true
	}
	var kept []int
	for _, i := range train {
		file := l.name(i)
		if !tested[file] {
			kept = append(kept, i)
			continue
		}
		if err := l.problems.add(annotations.Problem{File: file, Message: "already listed for test: left out of training"}); err != nil {
			return nil, nil, err
		}
	}
	return kept, test, nil
}

func (l *loader) anyObject(images []int) bool {
	return slices.ContainsFunc(images, func(i int) bool { return len(l.annotated.Images[i].Objects) > 0 })
}

// limit keeps at most that many images; 0 keeps all.
func (l *loader) limit(images []int, n int, name string) []int {
	if n == 0 || n >= len(images) {
		return images
	}
	l.problems.notice("%d of %d %s images used, chosen by a hash of their names", n, len(images), name)
	chosen, _ := pick(images, n, saltLimit, l.stem)
	return chosen
}

// stem returns what the choice of an image of the annotations goes by.
func (l *loader) stem(i int) string { return stem(l.name(i)) }

// name returns where an image of the annotations lies or, if it is not at hand, what
// it is called there, which another split may call one of its own.
func (l *loader) name(i int) string {
	im := &l.annotated.Images[i]
	if im.Path != "" {
		return im.Path
	}
	return path.Join(string(im.Split), cmp.Or(im.File, strconv.FormatInt(im.ID, 10)))
}
