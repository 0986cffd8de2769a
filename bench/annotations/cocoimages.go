package annotations

import (
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"

	"detsample/internal/parallel"
)

// cocoImages finds the images of an annotation file.
type cocoImages struct {
	fsys fs.FS
	find func(name string, dirs []string) string
	dirs []string
}

// probed is how many images, spread over all, are looked for to see whether a
// file's images are at hand.
const probed = 64

// atHand reports whether any of some images is found.
func (l *cocoImages) atHand(images []Image) bool {
	n := min(probed, len(images))
	for k := range n {
		im := &images[k*len(images)/n]
		if im.File != "" && l.find(im.File, l.dirs) != "" {
			return true
		}
	}
	return false
}

// locate sets the path of the images of c, and measures them.
func (l *cocoImages) locate(c *cocoReader) error {
	found := make([]*findings, len(c.set.Images))
	stated := make([]size, len(c.set.Images))
	parallel.For(runtime.GOMAXPROCS(0), len(c.set.Images), func(_, i int) {
		im := &c.set.Images[i]
		if !c.set.HasImages && (im.Width > 0 || im.File == "") {
			return
		}
		if im.File == "" {
			found[i] = &findings{}
			found[i].add(c.unseen(i, "no file_name"))
			return
		}
		if im.Path = l.find(im.File, l.dirs); im.Path != "" {
			var of findings
			if stated[i] = measure(l.fsys, im, &of); len(of.list) > 0 {
				c.place(of.list, i)
				found[i] = &of
			}
		} else if c.set.HasImages {
			found[i] = &findings{}
			found[i].add(c.unseen(i, fmt.Sprintf("%s is in none of the folders %s", im.File, strings.Join(l.dirs, ", "))))
		}
	})
	c.stated = map[int32]size{}
	for i, of := range found {
		if of != nil {
			if err := c.found.join(of); err != nil {
				return err
			}
		}
		if stated[i] != (size{}) {
			c.stated[int32(i)] = stated[i]
		}
	}
	return nil
}

// rescale puts the boxes of images that have another size than is stated into
// pixels of these, where they are not.
func (c *cocoReader) rescale() error {
	if len(c.stated) == 0 {
		return nil
	}
	var count resizedCount
	of := func(o *placedObject) (at int32, stated size, is bool) {
		at, known := c.index[o.image]
		stated, is = c.stated[at]
		return at, stated, known && is
	}
	for i := range c.objects {
		if at, stated, is := of(&c.objects[i]); is {
			count.add(c.objects[i].Box, stated, c.set.Images[at].size())
		}
	}
	if c.options.Policy.AsIs {
		count = resizedCount{}
	}
	for i := range c.objects {
		o := &c.objects[i]
		at, stated, is := of(o)
		if !is {
			continue
		}
		if by, scaled := count.scale(stated, c.set.Images[at].size()); scaled {
			o.Box, o.Area = multiplied(o.Box, by), exact(o.Area*by[0]*by[1])
		}
	}
	if why := count.suspicion(); why != "" {
		c.found.notice(c.name, "%s", why)
	}
	for i := range c.set.Images {
		stated, is := c.stated[int32(i)]
		if !is {
			continue
		}
		if err := c.addf(c.places[i], c.image(int32(i)), "%s", count.said(&c.set.Images[i], stated)); err != nil {
			return err
		}
	}
	return nil
}

// place says of an image's problems where the annotation file has the image.
func (c *cocoReader) place(problems []Problem, i int) {
	for k := range problems {
		if p := &problems[k]; p.File == c.name {
			p.Line, p.Offset, p.Object = c.places[i].Line, c.places[i].Offset, c.image(int32(i))
		}
	}
}

// unseen is the problem of an image that is not found.
func (c *cocoReader) unseen(i int, why string) Problem {
	at := c.places[i]
	return Problem{File: c.name, Line: at.Line, Offset: at.Offset, Object: c.image(int32(i)), Message: why + ": the image is not read"}
}

// beside returns a find for a file that was named by itself: in the folders
// where images usually lie, and if one is not there, in all that lies beside the
// file.
func beside(fsys fs.FS) func(name string, dirs []string) string {
	var once sync.Once
	var all *tree
	return func(name string, dirs []string) string {
		for rest, more := name, true; more; _, rest, more = strings.Cut(rest, "/") {
			for _, dir := range dirs {
				if file := path.Join(dir, rest); fs.ValidPath(file) {
					if info, err := fs.Stat(fsys, file); err == nil && !info.IsDir() {
						return file
					}
				}
			}
		}
		once.Do(func() { all, _ = walk(fsys, maxBeside) })
		if all == nil {
			return ""
		}
		return all.find(name, nil)
	}
}

// maxBeside is how many files beside an annotation file are looked through, as
// its folder may be anything.
const maxBeside = 200_000
