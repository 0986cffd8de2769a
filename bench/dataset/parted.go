package dataset

import (
	"fmt"
	"strings"
	"unicode"

	"detsample/bench/annotations"
	"detsample/internal/prose"
)

// parted adds what is wrong between the two splits of a set.
func (l *loader) parted(s *Set) error {
	var found []annotations.Problem
	if p, is := l.disk.leaked(indicesOf(s.Train), indicesOf(s.Test)); is {
		found = append(found, p)
	}
	train, test := s.Stats()
	found = append(found, untrained(s.Classes, train.PerClass, test.PerClass)...)
	for _, p := range found {
		if err := l.problems.add(p); err != nil {
			return err
		}
	}
	return nil
}

func indicesOf(images []Image) []int {
	list := make([]int, len(images))
	for i := range images {
		list[i] = images[i].source.at
	}
	return list
}

// between returns what is wrong between the splits of annotations whose files were
// read: of val and of test, each against train.
func (s *disk) between() (found []annotations.Problem) {
	a := s.annotated
	of, count := map[annotations.Split][]int{}, map[annotations.Split][]int{}
	for i := range a.Images {
		im := &a.Images[i]
		if im.Path == "" || s.files[i].wrong != nil {
			continue
		}
		of[im.Split] = append(of[im.Split], i)
		if count[im.Split] == nil {
			count[im.Split] = make([]int, len(a.Categories))
		}
		for _, o := range im.Objects {
			if o.ToFind() {
				count[im.Split][o.Category]++
			}
		}
	}
	if of[annotations.Train] == nil {
		return nil
	}
	for _, split := range [...]annotations.Split{annotations.Val, annotations.Test} {
		if of[split] == nil {
			continue
		}
		if p, is := s.leaked(of[annotations.Train], of[split]); is {
			found = append(found, p)
		}
		found = append(found, untrained(a.ClassNames(), count[annotations.Train], count[split])...)
	}
	return found
}

// leaked says how many of the images that are tested on have the bytes of one that
// is trained on.
func (s *disk) leaked(train, test []int) (p annotations.Problem, is bool) {
	trained := make(map[[32]byte]int, len(train))
	for _, i := range train {
		if _, known := trained[s.files[i].sum]; !known && s.files[i].wrong == nil && !s.stated {
			trained[s.files[i].sum] = i
		}
	}
	n, first := 0, ""
	split := annotations.Test
	for _, i := range test {
		at, again := trained[s.files[i].sum]
		if !again || s.files[i].wrong != nil {
			continue
		}
		im := &s.annotated.Images[i]
		if n++; n == 1 {
			first = im.Path + " = " + s.annotated.Images[at].Path
			if im.Split != "" {
				split = im.Split
			}
		}
	}
	if n == 0 {
		return p, false
	}
	p.Message = fmt.Sprintf("%d of %s the same bytes as a training image, first %s: what was learnt by heart counts as found; take these images out of train or out of %s",
		n, prose.Count(len(test), string(split)+" image has", string(split)+" images have"), first, split)
	return p, true
}

// untrained names the classes that are tested and have no object to be learnt from.
// One whose name differs from another's by case or blanks alone is likely to be
// that; this is said of all such pairs.
func untrained(classes []string, train, test []int) (found []annotations.Problem) {
	alike := map[string][]int{}
	for k, name := range classes {
		key := plainly(name)
		alike[key] = append(alike[key], k)
	}
	said := map[string]bool{}
	for k, name := range classes {
		if test[k] == 0 || train[k] > 0 {
			continue
		}
		key := plainly(name)
		p := annotations.Problem{Notice: true, Message: fmt.Sprintf("class %.60q has %s and none in training: its AP is 0, and the mean over classes counts it; annotate some for training, or leave the class out",
			name, prose.Count(test[k], "test object", "test objects"))}
		for _, other := range alike[key] {
			if train[other] > 0 {
				p.Notice, said[key] = false, true
				p.Message = fmt.Sprintf("class %.60q has %s and none in training, and class %.60q, whose name differs by case or blanks alone, has %d: the first one's AP is 0, and the mean over classes counts it; give both one name, if they are one",
					name, prose.Count(test[k], "test object", "test objects"), classes[other], train[other])
				break
			}
		}
		found = append(found, p)
	}
	for k, name := range classes {
		key := plainly(name)
		if pair := alike[key]; len(pair) > 1 && pair[0] == k && !said[key] {
			found = append(found, annotations.Problem{Notice: true, Message: fmt.Sprintf("the classes %.60q and %.60q differ by case or blanks alone, and are two; give both one name, if they are one", name, classes[pair[1]])})
		}
	}
	return found
}

// plainly returns a name in lower case without blanks.
func plainly(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
