package annotations

import "slices"

// shares finds boxes that are shares of their images in place of pixels, as
// [cocoReader.shares] does.
func (r *vocReader) shares(images []vocImage, found *findings) error {
	var count shareCount
	var example *vocImage
	for i := range images {
		im := &images[i]
		if !im.usable {
			continue
		}
		count.boxes += len(im.Objects)
		for range im.shares {
			if count.share(true, &im.Image) && example == nil {
				example = im
			}
		}
	}
	if example == nil || !count.some() && !count.most() {
		return nil
	}
	o := &example.Objects[slices.IndexFunc(example.Objects, func(o Object) bool { return o.ID == example.share })]
	x1, y1, x2, y2 := topLeft.edges(o.Box)
	return r.options.Policy.shared(&count, found, Problem{
		File: example.Source, Line: example.line[o.ID-1], Object: objectName(o.ID, example.names[o.Category]),
		Message: count.said(&vocShares, exactBox([4]float64{x1, y1, x2, y2}), &example.Image),
	})
}

// suspectUnits notes boxes that look like parts of their images.
func suspectUnits(images []vocImage, found *findings) {
	var count layoutCount
	for i := range images {
		im := &images[i]
		for _, o := range im.Objects {
			count.add(topLeft, o.Box, im.Width, im.Height)
		}
	}
	if why := count.suspectUnits(count.boxes-count.within[topLeft], "Pascal VOC"); count.boxes >= leastLaidOut && why != "" {
		found.notice("", "%s", why)
	}
}
