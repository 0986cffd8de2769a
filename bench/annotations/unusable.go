package annotations

import (
	"fmt"
	"slices"
	"strings"

	"detsample/internal/prose"
)

// Unusable says why no object of the set can be learned from, and what to do about
// it; it is empty if one can, or where there are no images. Crowds and ignored
// objects cannot. What was left out is told by problems, those of s and what else
// was found.
func (s *Set) Unusable(problems []Problem) string {
	if len(s.Images) == 0 {
		return ""
	}
	for i := range s.Images {
		if slices.ContainsFunc(s.Images[i].Objects, func(o Object) bool { return o.ToFind() }) {
			return ""
		}
	}
	images := prose.Count(len(s.Images), "image", "images")
	if n := s.Ignored(); n > 0 {
		return fmt.Sprintf("no object that counts in %s, only %s: annotate objects one by one, and without those marks",
			images, prose.Count(n, "that is marked as a crowd, as difficult or to be ignored", "that are marked as crowds, as difficult or to be ignored"))
	}
	lost := leftOut(problems)
	switch {
	case lost != "" && len(s.Categories) == 0 && (s.Format == COCO || s.Format == LVIS):
		return fmt.Sprintf(`no object that counts in %s, as there are no categories: add the list "categories" with the id and the name of each class; %s`, images, lost)
	case lost != "":
		return fmt.Sprintf("no object that counts in %s: mend what is wrong with the annotations; %s", images, lost)
	}
	return fmt.Sprintf("no object that counts in %s with no annotated object: annotate more images", images)
}

// leftOut returns the sorts of problems by which objects were left out, the
// commonest first and two at most, among what else is wrong; empty if none was.
func leftOut(problems []Problem) string {
	count := map[uint64]int{}
	var order []uint64
	lost := false
	for i := range problems {
		p := &problems[i]
		if p.Notice {
			continue
		}
		lost = lost || strings.HasSuffix(p.Message, "left out")
		sort := sortOf(p.Message)
		if count[sort] == 0 {
			order = append(order, sort)
		}
		count[sort] += max(1, p.More)
	}
	if !lost {
		return ""
	}
	slices.SortStableFunc(order, func(a, b uint64) int { return count[b] - count[a] })
	order = order[:min(2, len(order))]
	var kept []Problem
	for _, sort := range order {
		for i := range problems {
			if !problems[i].Notice && sortOf(problems[i].Message) == sort {
				kept = append(kept, problems[i])
			}
		}
	}
	return strings.Join(Digest(kept), "; ")
}
