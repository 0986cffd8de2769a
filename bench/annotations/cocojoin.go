package annotations

import (
	"cmp"
	"slices"

	"detsample/internal/prose"
)

// assemble joins images, categories and objects.
func (c *cocoReader) assemble() error {
	if err := c.locate(); err != nil {
		return err
	}
	if err := c.shares(); err != nil {
		return err
	}
	if err := c.rescale(); err != nil {
		return err
	}
	c.suspectLayout()
	slices.SortStableFunc(c.set.Categories, func(a, b Category) int { return cmp.Compare(a.ID, b.ID) })
	category := make(map[int64]int32, len(c.set.Categories))
	for i, cat := range c.set.Categories {
		category[cat.ID] = int32(i)
	}
	if err := c.nameTwice(); err != nil {
		return err
	}
	kept, err := c.resolve(category)
	if err != nil {
		return err
	}
	if c.ignored > 0 {
		c.found.notice(c.name, "%s marked \"ignore\": neither to be found nor wrong, where pycocotools counts them like others", prose.Count(c.ignored, "annotation is", "annotations are"))
	}
	c.distribute(kept)
	for i := range c.set.Images {
		im := &c.set.Images[i]
		im.Objects, err = c.options.Policy.repeated(im.Objects, func(first, again *Object) error {
			o := &kept[again.ID]
			return c.addf(o.at, o.called(), "the same as %s: %s", kept[first.ID].called(), c.options.Policy.repeats())
		})
		if err != nil {
			return err
		}
		for k := range im.Objects {
			im.Objects[k].ID = kept[im.Objects[k].ID].ID
		}
	}
	return c.resolveLists(category)
}

// locate finds the images where they are wanted, or tell a size that is not
// stated.
func (c *cocoReader) locate() error {
	if c.images != nil {
		c.set.HasImages = c.options.Images || !c.options.Policy.AsIs && c.images.atHand(c.set.Images)
		if c.unsized > 0 || c.set.HasImages {
			if err := c.images.locate(c); err != nil {
				return err
			}
		}
	}
	if c.unsized == 0 {
		return nil
	}
	n, example := 0, int32(0)
	for i := range c.set.Images {
		if c.set.Images[i].Width == 0 {
			if n++; n == 1 {
				example = int32(i)
			}
		}
	}
	if n == 0 {
		return nil
	}
	c.found.notice(c.name, "%s neither a width and height nor a file that tells them, such as %s: boxes there are held against no edge", prose.Count(n, "image has", "images have"), c.image(example))
	return nil
}

// nameTwice lists categories that share a name. They stay apart, as their ids
// do.
func (c *cocoReader) nameTwice() error {
	first := make(map[string]int64, len(c.set.Categories))
	for _, cat := range c.set.Categories {
		at := c.categories[cat.ID].at
		if other, dup := first[cat.Name]; dup {
			if err := c.addf(at, at.Call("category", cat.ID, true), "has the name %q of %s: they are two classes", cat.Name, c.categories[other].at.Call("category", other, true)); err != nil {
				return err
			}
			continue
		}
		first[cat.Name] = cat.ID
	}
	return nil
}
