package annotations

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"detsample/internal/prose"
	"detsample/internal/strictyaml"
)

// Renumber gives the categories the ids of those of like that have their name,
// adds those that s lacks, and orders them by id. Without like, categories of
// VOC and YOLO, which have no ids of their own, are numbered from 1 as in COCO,
// and others keep theirs. It also numbers the objects anew if two have one id.
//
// It says what changed. A category that like lacks is an error, as is a name
// that like has twice.
func (s *Set) Renumber(like []Category) ([]Problem, error) {
	var found findings
	was := slices.Clone(s.Categories)
	switch {
	case like != nil:
		if err := s.adopt(like); err != nil {
			return nil, err
		}
	case s.Format == VOC || s.Format == YOLO:
		for i := range s.Categories {
			s.Categories[i].ID = int64(i + 1)
		}
	}
	changed, example := 0, ""
	for i, c := range was {
		if now := s.Categories[i].ID; now != c.ID {
			if changed++; changed == 1 {
				example = fmt.Sprintf("%q is %d", c.Name, now)
				if s.Format != VOC {
					example += fmt.Sprintf(" in place of %d", c.ID)
				}
			}
		}
	}
	if changed > 0 {
		found.notice("", "%s a number: %s", prose.Count(changed, "category is given", "categories are given"), example)
	}
	s.renumberObjects(&found)
	s.sortByID()
	return found.all(), nil
}

// adopt takes the ids of like.
func (s *Set) adopt(like []Category) error {
	ids := make(map[string]int64, len(like))
	for _, c := range like {
		if _, dup := ids[c.Name]; dup {
			return fmt.Errorf("the categories to number by have %q twice", c.Name)
		}
		ids[c.Name] = c.ID
	}
	has := make(map[string]bool, len(s.Categories))
	for i := range s.Categories {
		c := &s.Categories[i]
		id, known := ids[c.Name]
		if !known {
			return fmt.Errorf("category %q is not among the %d to number by", c.Name, len(like))
		}
		if has[c.Name] {
			return fmt.Errorf("two categories are called %q, and names are what they are numbered by", c.Name)
		}
		c.ID, has[c.Name] = id, true
	}
	for _, c := range like {
		if !has[c.Name] {
			s.Categories = append(s.Categories, c)
		}
	}
	return nil
}

func (s *Set) renumberObjects(found *findings) {
	seen := make(map[int64]bool, s.Objects()+s.Ignored())
	clash := false
	for i := range s.Images {
		for j := range s.Images[i].Objects {
			id := s.Images[i].Objects[j].ID
			clash = clash || seen[id]
			seen[id] = true
		}
	}
	if !clash {
		return
	}
	next := int64(0)
	for i := range s.Images {
		for j := range s.Images[i].Objects {
			next++
			s.Images[i].Objects[j].ID = next
		}
	}
	found.notice("", "annotations shared ids or had none: they are numbered anew, 1 to %d", next)
}

// OpenCategories reads the categories of an annotation file or a folder of
// annotations, or names from a text file of a name a line or from data.yaml,
// which are numbered from 1.
func OpenCategories(path string) ([]Category, error) {
	var names []string
	switch strings.ToLower(filepath.Ext(path)) {
	case ".txt", ".names", ".yaml", ".yml":
		fsys, closer, err := openFolder(filepath.Dir(path), true)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, plainPathError(err))
		}
		defer closer()
		text, _, err := readText(fsys, filepath.Base(path))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if names = lineNames(text); strings.HasPrefix(strings.ToLower(filepath.Ext(path)), ".y") {
			root, err := strictyaml.Tree(path, []byte(text))
			if err != nil {
				return nil, err
			}
			var problem, file string
			if names, file, problem = yamlNames(mapping(root)["names"]); problem != "" || file != "" {
				return nil, fmt.Errorf("%s: no list of names in it", path)
			}
		}
	default:
		s, err := Open(path, Options{})
		if err != nil {
			return nil, err
		}
		if s.Format == VOC || s.Format == YOLO {
			if _, err := s.Renumber(nil); err != nil {
				return nil, err
			}
		}
		return s.Categories, nil
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: it names no category", path)
	}
	list := make([]Category, len(names))
	for i, name := range names {
		list[i] = Category{ID: int64(i + 1), Name: name}
	}
	return list, nil
}
