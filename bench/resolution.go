package bench

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/crops"
	"detsample/bench/dataset"
)

// resolution is how much of a folder's images is trained and tested on.
type resolution struct {
	size  config.Size
	crops crops.Config
	why   string // of what was chosen, for the user; empty where the user chose it
}

// The sizes, longest sides in pixels, that [resolve] chooses by.
const (
	usualSize = 128
	sizeStep  = 32
	// mostTiny is the share of the objects that may be below [dataset.TinySide].
	mostTiny = 0.25
)

// resolve returns the resolution that a folder is configured to have, by its
// training images at their own size. What is left to it is, in this order:
//
//   - the original size, if no image is larger than 128 px;
//   - 128 px, if at most a quarter of the objects is then below 12 px;
//   - the smallest multiple of 32 px for which that holds, up to 320 px, or the
//     original size where that is smaller;
//   - crops of the original pixels, if fewer objects are too long to be whole in
//     some tile wherever they lie than would be below 12 px at 320 px;
//   - 320 px.
func resolve(f config.Folder, train []dataset.Image) resolution {
	objects := measured(train)
	if f.Crop > 0 {
		return cropped(f, f.Crop, objects)
	}
	if f.Size != config.Auto {
		return resolution{size: f.Size}
	}
	if objects.longest <= usualSize {
		return resolution{size: config.Original, why: fmt.Sprintf("images are trained at their original size: none is larger than %d px", usualSize)}
	}
	usual := objects.tiny(usualSize)
	if usual <= mostTiny {
		return resolution{size: usualSize, why: fmt.Sprintf("images are trained at %d px, where %.0f%% of the objects are below %d px", usualSize, 100*usual, dataset.TinySide)}
	}
	reason := fmt.Sprintf("at %d px %.0f%% of the objects would be below %d px", usualSize, 100*usual, dataset.TinySide)
	if objects.longest <= config.DearestSize {
		return resolution{size: config.Original, why: "images are trained at their original size: " + reason}
	}
	for size := usualSize + sizeStep; size <= config.DearestSize; size += sizeStep {
		if objects.tiny(size) <= mostTiny {
			return resolution{size: config.Size(size), why: fmt.Sprintf("images are trained at %d px: %s", size, reason)}
		}
	}
	r := cropped(f, crops.Side(objects.extents), objects)
	_, long := crops.Overlapping(r.crops.Side, objects.extents)
	tiny := objects.tiny(config.DearestSize)
	if share := float64(long) / float64(len(objects.extents)); share < tiny {
		r.why += fmt.Sprintf(": at %d px %.0f%% of the objects would be below %d px", config.DearestSize, 100*tiny, dataset.TinySide)
		if cut := objects.cut(r.crops); float64(cut) > mostTiny*float64(len(objects.extents)) {
			r.why += objects.whole()
		}
		return r
	}
	return resolution{size: config.DearestSize, why: fmt.Sprintf("images are trained at %d px: %s", config.DearestSize, reason)}
}

// cropped returns crops of a side, with tiles that show the largest objects
// whole, as far as that can be.
func cropped(f config.Folder, side int, objects objects) resolution {
	side = (side + sizeStep - 1) / sizeStep * sizeStep
	r := resolution{size: config.Original, crops: crops.Config{Side: side, Objects: f.CropObjects, Keep: f.CropKeep}}
	r.crops.Overlap, _ = crops.Overlapping(side, objects.extents)
	r.why = fmt.Sprintf("trained on crops of %d px of the original pixels, %.0f%% around objects, and tested on tiles of %d px that overlap by %d or more",
		side, 100*f.CropObjects, side, r.crops.Overlap)
	if cut := objects.cut(r.crops); cut > 0 {
		r.why += fmt.Sprintf(" (%d of %d training objects would be whole in none of them)", cut, len(objects.extents))
	}
	return r
}

// objects are those that are trained on, at their own size.
type objects struct {
	relative []float64 // sqrt(area) for each pixel of the image's longest side
	extents  []float64 // the longer sides of their boxes
	placed   []placed
	longest  int // side of an image
}

// placed is where an object lies in an image of a size.
type placed struct {
	box           anchors.Box
	width, height int
}

func measured(train []dataset.Image) (m objects) {
	for i := range train {
		w, h := train[i].Size()
		side := max(w, h)
		m.longest = max(m.longest, side)
		for _, o := range train[i].Objects {
			if !o.Ignore {
				m.relative = append(m.relative, math.Sqrt(float64(o.Box.Area()))/float64(side))
				m.placed = append(m.placed, placed{o.Box, w, h})
				m.extents = append(m.extents, float64(max(o.Box.Width(), o.Box.Height())))
			}
		}
	}
	return m
}

// tiny returns the share of the objects that vanish at a size of images.
func (m *objects) tiny(size int) float64 {
	n := 0
	for _, r := range m.relative {
		if r*float64(size) < dataset.TinySide {
			n++
		}
	}
	return float64(n) / math.Max(1, float64(len(m.relative)))
}

// cut returns how many objects are whole in none of the tiles of their images.
func (m *objects) cut(c crops.Config) (n int) {
	for _, o := range m.placed {
		if !c.Shows(o.box, o.width, o.height) {
			n++
		}
	}
	return n
}

// whole says which size of whole images, above the dearest that is chosen by
// itself, leaves most objects large enough; nothing if none below their own does.
func (m *objects) whole() string {
	for size := config.DearestSize + sizeStep; size < m.longest; size += sizeStep {
		if tiny := m.tiny(size); tiny <= mostTiny {
			return fmt.Sprintf("; --size %d cuts none, and %.0f%% of them are below %d px there", size, 100*tiny, dataset.TinySide)
		}
	}
	return ""
}
