package annotations

import (
	"cmp"
	"fmt"
	"slices"
)

// merge adds the images of another file of the set. Categories are the same
// where their names are; ids that clash are given anew.
func (s *Set) merge(other *Set, file string, found *findings) error {
	if other.Format == LVIS {
		s.Format = LVIS
	}
	s.HasImages = s.HasImages || other.HasImages
	index, err := s.mergeCategories(other, file, found)
	if err != nil {
		return err
	}
	s.mergeIDs(other, file, found)
	for i := range other.Images {
		im := &other.Images[i]
		for j := range im.Objects {
			im.Objects[j].Category = index[im.Objects[j].Category]
		}
		for _, list := range [...][]int32{im.Negative, im.NotExhaustive} {
			for j := range list {
				list[j] = index[list[j]]
			}
		}
	}
	s.Images = append(s.Images, other.Images...)
	s.sortByID()
	return nil
}

// mergeCategories returns where each category of other is in s.
func (s *Set) mergeCategories(other *Set, file string, found *findings) ([]int32, error) {
	type key struct {
		id   int64
		name string
	}
	exactly, named, taken := map[key]int32{}, map[string]int32{}, map[int64]bool{}
	highest := int64(0)
	for i, c := range s.Categories {
		exactly[key{c.ID, c.Name}] = int32(i)
		if _, dup := named[c.Name]; !dup {
			named[c.Name] = int32(i)
		}
		taken[c.ID] = true
		highest = max(highest, c.ID)
	}
	index := make([]int32, len(other.Categories))
	for i, c := range other.Categories {
		if at, same := exactly[key{c.ID, c.Name}]; same {
			index[i] = at
			continue
		}
		at, known := named[c.Name]
		id := c.ID
		if known {
			id = s.Categories[at].ID
		} else {
			if taken[id] {
				id = highest + 1
			}
			at = int32(len(s.Categories))
			s.Categories = append(s.Categories, Category{id, c.Name, c.Frequency})
			named[c.Name], taken[id] = at, true
			highest = max(highest, id)
		}
		if index[i] = at; id != c.ID {
			p := Problem{File: file, Object: fmt.Sprintf("category (id %d, %.40s)", c.ID, c.Name), Message: fmt.Sprintf("has id %d in the whole set", id)}
			if err := found.add(p); err != nil {
				return nil, err
			}
		}
	}
	return index, nil
}

// mergeIDs gives new ids to the images and the objects of other where some
// clash with those of s.
func (s *Set) mergeIDs(other *Set, file string, found *findings) {
	images := func(of *Set) (ids []int64) {
		for i := range of.Images {
			ids = append(ids, of.Images[i].ID)
		}
		return ids
	}
	objects := func(of *Set) (ids []int64) {
		for i := range of.Images {
			for j := range of.Images[i].Objects {
				ids = append(ids, of.Images[i].Objects[j].ID)
			}
		}
		return ids
	}
	if highest, clash := overlaps(images(s), images(other)); clash {
		s.Renumbered = true
		for i := range other.Images {
			other.Images[i].ID = highest + 1 + int64(i)
		}
		found.notice(file, "its images have ids of other files of the set: they are %d to %d here", highest+1, highest+int64(len(other.Images)))
	}
	if highest, clash := overlaps(objects(s), objects(other)); clash {
		next := highest
		for i := range other.Images {
			for j := range other.Images[i].Objects {
				next++
				other.Images[i].Objects[j].ID = next
			}
		}
	}
}

// overlaps reports whether lists share an id, and the highest of both.
func overlaps(a, b []int64) (highest int64, clash bool) {
	slices.Sort(a)
	slices.Sort(b)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			clash = true
			i = len(a)
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	for _, list := range [...][]int64{a, b} {
		if n := len(list); n > 0 {
			highest = max(highest, list[n-1])
		}
	}
	return highest, clash
}

// sortByID orders the categories by id.
func (s *Set) sortByID() {
	if slices.IsSortedFunc(s.Categories, func(a, b Category) int { return cmp.Compare(a.ID, b.ID) }) {
		return
	}
	order := make([]int32, len(s.Categories))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(s.Categories[a].ID, s.Categories[b].ID) })
	position := make([]int32, len(order))
	sorted := make([]Category, len(order))
	for to, from := range order {
		position[from], sorted[to] = int32(to), s.Categories[from]
	}
	s.Categories = sorted
	for i := range s.Images {
		im := &s.Images[i]
		for j := range im.Objects {
			im.Objects[j].Category = position[im.Objects[j].Category]
		}
		for _, list := range [...][]int32{im.Negative, im.NotExhaustive} {
			for j := range list {
				list[j] = position[list[j]]
			}
		}
	}
}
