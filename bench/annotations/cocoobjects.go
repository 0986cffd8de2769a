package annotations

import (
	"slices"

	"detsample/internal/cocojson"
	"detsample/internal/prose"
)

// resolve leaves the objects whose image and category exist and whose box is of
// use, and sets their indices.
func (c *cocoReader) resolve(category map[int64]int32) ([]placedObject, error) {
	repeated := c.repeatedIDs()
	if err := c.asReferred(repeated, category); err != nil {
		return nil, err
	}
	kept := c.objects[:0]
	var last struct { // annotations come in runs of one image
		id int64
		at int32
		ok bool
	}
	for i := range c.objects {
		o := &c.objects[i]
		if !last.ok || o.image != last.id {
			last.id = o.image
			last.at, last.ok = c.index[o.image]
		}
		class, known := category[o.category]
		if !last.ok || !known {
			missing, field, id := "image", "image_id", o.image
			if last.ok {
				missing, field, id = "category", "category_id", o.category
			}
			c.found.tally.lost++
			if err := c.addf(o.at, o.called(), "no %s has its %s %d: left out", missing, field, id); err != nil {
				return nil, err
			}
			continue
		}
		im := &c.set.Images[last.at]
		box, keep, wrong := c.options.Policy.box(o.Box, im.Width, im.Height)
		if c.found.tally.judged(&wrong, keep); wrong.is {
			if sort, known := wrong.sort(); known && c.found.another(sort) {
				// one of many, which are counted
			} else if err := c.addf(o.at, o.called(), "%s", wrong.String()); err != nil {
				return nil, err
			}
			if !keep {
				continue
			}
			if box != o.Box {
				o.Box, o.Area = box, min(o.Area, box[2]*box[3])
			}
		}
		o.image, o.Category = int64(last.at), class
		kept = append(kept, *o)
	}
	return kept, nil
}

// asReferred says what pycocotools, which refers to annotations by id, makes of ids
// that are 0 or there twice, and under [Policy.AsIs] does so.
func (c *cocoReader) asReferred(repeated int, category map[int64]int32) error {
	asIs, zeros := c.options.Policy.AsIs, 0
	last := map[int64]int{}
	for i := range c.objects {
		if o := &c.objects[i]; o.numbered {
			if asIs && repeated > 0 {
				last[o.ID] = i
			}
			if o.ID == 0 {
				zeros++
				o.Unmatched = asIs
			}
		}
	}
	if zeros > 0 {
		as := "found like any other, where pycocotools counts it as missed"
		if asIs {
			as = "missed whatever is found, as in pycocotools"
		}
		c.found.notice(c.name, "%s the id 0: %s; number from 1", prose.Count(zeros, "annotation has", "annotations have"), as)
	}
	if repeated == 0 {
		return nil
	}
	as := "all are used, where pycocotools uses the last of an id in place of each"
	if asIs {
		as = "the last of an id is used in place of each, as in pycocotools"
		written := slices.Clone(c.objects)
		for i := range c.objects {
			o := &c.objects[i]
			_, image := c.index[o.image]
			if _, class := category[o.category]; o.numbered && image && class {
				*o = written[last[o.ID]]
			}
		}
	}
	return c.addf(cocojson.Place{}, "", "%s the id of another one: %s", prose.Count(repeated, "annotation has", "annotations have"), as)
}

// repeatedIDs counts the annotations whose id another one before has.
func (c *cocoReader) repeatedIDs() int {
	if c.ascending || len(c.objects) == 0 {
		return 0
	}
	ids := make([]int64, 0, len(c.objects))
	for i := range c.objects {
		if c.objects[i].numbered {
			ids = append(ids, c.objects[i].ID)
		}
	}
	slices.Sort(ids)
	repeated := 0
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			repeated++
		}
	}
	return repeated
}

// distribute hands each image its objects, in the order of the file. Until they
// have been compared, the id of each is its place in the list.
func (c *cocoReader) distribute(objects []placedObject) {
	next := make([]int, len(c.set.Images)+1)
	for i := range objects {
		next[objects[i].image+1]++
	}
	for i := range c.set.Images {
		next[i+1] += next[i]
	}
	all := make([]Object, len(objects))
	for i := range c.set.Images {
		if from, to := next[i], next[i+1]; to > from {
			c.set.Images[i].Objects = all[from:to:to]
		}
	}
	for i := range objects {
		at := &next[objects[i].image]
		all[*at] = objects[i].Object
		all[*at].ID = int64(i)
		*at++
	}
}

func (c *cocoReader) resolveLists(category map[int64]int32) error {
	for _, l := range c.lists {
		im := &c.set.Images[l.image]
		for _, list := range []struct {
			ids []int64
			to  *[]int32
		}{{l.negative, &im.Negative}, {l.notExhaustive, &im.NotExhaustive}} {
			for _, id := range list.ids {
				if class, known := category[id]; known {
					*list.to = append(*list.to, class)
				} else if err := c.addf(l.at, c.image(l.image), "lists the unknown category %d: left out", id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
