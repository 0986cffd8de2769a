package inspect

import (
	"reflect"

	"detsample/anchors"
)

// worker assigns images one by one and counts.
type worker struct {
	*analysis
	sparse    anchors.Sparse
	truth     anchors.Truth
	grids     []anchors.Grid
	width     int32 // of the image that grids are of
	height    int32
	levels    []levelCount
	histogram [IoUBins]int64
	touched   int64
	inside    []int64 // anchors of each level that do not cross the image's border
	keeper    keeper
}

// image assigns an image with every assigner.
func (w *worker) image(i int) {
	img := &w.images[i]
	if img.width != w.width || img.height != w.height {
		w.width, w.height = img.width, img.height
		w.grids = w.Pyramid.Grids(int(img.width), int(img.height))
		w.inside = w.inside[:0]
		for l := range w.grids {
			w.inside = append(w.inside, inside(&w.Pyramid, l, w.grids[l], float32(img.width), float32(img.height)))
		}
	}
	objects := w.objects[w.first[i]:w.first[i+1]]
	w.readTruth(i)
	for k, assigner := range w.assigners {
		anchors.AssignSparse(assigner, &w.sparse, &w.Pyramid, int(img.width), int(img.height), &w.truth)
		for _, gt := range w.sparse.GT {
			switch {
			case gt >= 0:
				w.labels[k][i].positives++
			case gt == anchors.Ignored:
				w.labels[k][i].ignored++
			}
		}
		if k == 0 {
			w.count(objects)
		}
		w.keep(k, i)
	}
}

// readTruth fills truth with an image's objects.
func (w *worker) readTruth(i int) {
	img := &w.images[i]
	src := &w.set.Images[img.source]
	sx, sy := float64(img.width)/float64(src.Width), float64(img.height)/float64(src.Height)
	t := &w.truth
	t.Box, t.Class, t.Ignore = t.Box[:0], t.Class[:0], t.Ignore[:0]
	for k := range src.Objects {
		o := &src.Objects[k]
		b := scaled(o, sx, sy)
		switch {
		case !b.Valid():
		case !o.ToFind():
			t.Ignore = append(t.Ignore, b)
		default:
			t.Box, t.Class = append(t.Box, b), append(t.Class, o.Category)
		}
	}
}

// count takes the first assigner's verdict into the sums and the objects.
func (w *worker) count(objects []object) {
	for l, g := range w.grids {
		n := int64(g.Width * g.Height * g.PerCell)
		w.levels[l].anchors += n
		w.levels[l].straddling += n - w.inside[l]
	}
	s := &w.sparse
	for k, i := range s.Index {
		if v := s.IoU[k]; v > 0 {
			w.touched++
			w.histogram[iouBin(v)]++
		}
		switch gt := s.GT[k]; {
		case gt >= 0:
			o, l := &objects[gt], &w.levels[w.levelOf(int(i))]
			o.positives++
			l.positives++
			l.bySize[o.cocoSize]++
			l.byOctave[o.bin]++
		case gt == anchors.Ignored:
			w.levels[w.levelOf(int(i))].ignored++
		}
	}
	pos := float32(w.PosIoU)
	for g := range objects {
		o := &objects[g]
		o.best = s.Best[g]
		switch {
		case o.best < pos:
			o.cause = cause(&w.lattice, &w.Pyramid, w.truth.Box[g], pos)
		case o.positives == 0 && dropsStraddling(w.Assigner):
			o.cause = ByBorder
		}
	}
}

// levelOf returns the level of a candidate.
func (w *worker) levelOf(i int) int {
	l := len(w.grids) - 1
	for w.grids[l].Start > i {
		l--
	}
	return l
}

// inside returns how many anchors of a level lie within the image.
func inside(p *anchors.Pyramid, level int, g anchors.Grid, width, height float32) int64 {
	n, stride := int64(0), float32(p.Levels[level].Stride)
	along := func(cells int, low, high, side float32) (count int64) {
		for c := range cells {
			at := (float32(c) + p.Offset) * stride
			if at+low >= 0 && at+high <= side {
				count++
			}
		}
		return count
	}
	cell := anchors.Pyramid{Levels: p.Levels[level : level+1], Ratios: p.Ratios}
	for _, b := range cell.Append(nil, 1, 1) {
		n += along(g.Width, b[0], b[2], width) * along(g.Height, b[1], b[3], height)
	}
	return n
}

func dropsStraddling(a anchors.Assigner) bool {
	m, ok := a.(anchors.MaxIoU)
	return ok && m.Straddle != anchors.StraddleKept
}

// indexOf returns the index of an assigner in a list, to which it adds it if
// none there is equal.
func indexOf(list *[]anchors.Assigner, a anchors.Assigner) int {
	for i, b := range *list {
		if reflect.DeepEqual(a, b) {
			return i
		}
	}
	*list = append(*list, a)
	return len(*list) - 1
}
