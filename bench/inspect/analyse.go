package inspect

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"detsample/anchors"
	"detsample/bench/anchorfit"
	"detsample/bench/annotations"
	"detsample/internal/panics"
	"detsample/internal/prose"
)

// Analyse inspects annotations for a configuration. It looks at every image
// and every anchor that overlaps an object, in parallel; equal input gives an
// equal report for any number of processors. The error is the context's, or
// says what cannot be inspected.
func Analyse(ctx context.Context, set *annotations.Set, c Config) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	a, err := newAnalysis(set, c)
	if err != nil {
		return nil, err
	}
	if err := a.run(ctx); err != nil {
		return nil, err
	}
	return a.report(ctx)
}

// analysis is the state of an inspection.
type analysis struct {
	Config
	set     *annotations.Set
	lattice anchorfit.Lattice

	images  []imageSize
	first   []int32 // index of each image's first object; one more at the end
	objects []object
	ignored int
	empty   int
	skipped int // of unknown size
	unsized int // objects in these

	assigners []anchors.Assigner // the configuration's, then others of samplers
	which     []int              // the assigner of each sampler
	labels    [][]labelled       // by assigner, of each image
	keptOf    [][]keptCount      // by sampler, of each image; nil where labels alone decide

	levels    []levelCount
	histogram [IoUBins]int64
	touched   int64
}

type imageSize struct {
	source        int32 // index in the set
	width, height int32
	anchors       int32
}

// labelled is how many anchors of an image are positive and ignored.
type labelled struct{ positives, ignored int32 }

// levelCount is a level's sums, which do not depend on an order.
type levelCount struct {
	positives, ignored, anchors, straddling int64
	bySize                                  [cocoSizes]int64
	byOctave                                [octaves]int64
}

// newAnalysis lays out images and objects.
func newAnalysis(set *annotations.Set, c Config) (*analysis, error) {
	a := &analysis{Config: c, set: set, lattice: anchorfit.NewLattice(&c.Pyramid)}
	a.images = make([]imageSize, 0, len(set.Images))
	a.objects = make([]object, 0, set.Objects())
	for i := range set.Images {
		img := &set.Images[i]
		if !set.Readable(img) {
			continue
		}
		if img.Width < 1 || img.Height < 1 {
			a.skipped++
			a.unsized += img.ToFind()
			continue
		}
		w, h := c.Resize.size(img.Width, img.Height)
		if w > maxSide || h > maxSide {
			return nil, fmt.Errorf("inspect: image %s would be %d x %d pixels: at most %d are inspected; choose a smaller size", img.File, w, h, maxSide)
		}
		n := c.Pyramid.Count(w, h)
		if n > maxAnchors {
			return nil, fmt.Errorf("inspect: image %s would have %d anchors: at most %d are inspected; choose larger strides or a smaller size", img.File, n, maxAnchors)
		}
		a.first = append(a.first, int32(len(a.objects)))
		a.append(img, int32(len(a.images)), float64(w)/float64(img.Width), float64(h)/float64(img.Height))
		a.images = append(a.images, imageSize{int32(i), int32(w), int32(h), int32(n)})
	}
	a.first = append(a.first, int32(len(a.objects)))
	unread, all := set.Unread()
	switch images := prose.Count(all, "image", "images"); {
	case all == 0:
		return nil, fmt.Errorf("inspect: %s has no images", set.Path)
	case unread == all:
		return nil, fmt.Errorf("inspect: %s has %s, and none that can be read%s", set.Path, images, annotations.FirstDefect(set.Problems))
	case len(a.images) == 0:
		return nil, fmt.Errorf("inspect: %s has %s, and none of known size: annotations must give width and height, or the images must lie beside them", set.Path, images)
	}
	if len(a.objects) == 0 {
		why := set.Unusable(set.Problems)
		if why == "" { // its images are of unknown size or missing, or nothing is left of it at their size
			why = fmt.Sprintf("no object that counts: none of its %d objects has a size in the images that are inspected: give them images and their width and height", set.Objects())
		}
		return nil, fmt.Errorf("inspect: %s has %s", set.Path, why)
	}
	a.chooseAssigners()
	return a, nil
}

// append adds an image's objects that count.
func (a *analysis) append(img *annotations.Image, index int32, sx, sy float64) {
	before := len(a.objects)
	for k := range img.Objects {
		o := &img.Objects[k]
		if !o.ToFind() {
			a.ignored++
			continue
		}
		b := scaled(o, sx, sy)
		if !b.Valid() { // nothing is left of it at this size
			a.ignored++
			continue
		}
		obj := object{box: b, image: index, class: o.Category, cocoSize: cocoSize(o)}
		obj.bin = binOf(obj.side())
		a.objects = append(a.objects, obj)
	}
	if len(a.objects) == before {
		a.empty++
	}
}

// chooseAssigners lists the assigners that differ.
func (a *analysis) chooseAssigners() {
	a.assigners = []anchors.Assigner{a.Assigner}
	for _, s := range a.Samplers {
		at := 0
		if s.Assigner != nil {
			at = indexOf(&a.assigners, s.Assigner)
		}
		a.which = append(a.which, at)
		var kept []keptCount
		if uncounted(s.Sampler) == "" && !byLabels(s.Sampler) {
			kept = make([]keptCount, len(a.images))
		}
		a.keptOf = append(a.keptOf, kept)
	}
	for range a.assigners {
		a.labels = append(a.labels, make([]labelled, len(a.images)))
	}
}

// chunk is how many images a worker takes at a time.
const chunk = 64

// run assigns all images. A panic of a part is the caller's.
func (a *analysis) run(ctx context.Context) error {
	procs := a.Procs
	if procs < 1 {
		procs = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	var next, done atomic.Int64
	var mu sync.Mutex
	a.levels = make([]levelCount, len(a.Pyramid.Levels))
	worked := func(images int) {
		mu.Lock()
		defer mu.Unlock()
		n := int(done.Add(int64(images)))
		a.progress("assigning anchors at size "+a.Resize.String(), float64(n)/float64(len(a.images)))
	}
	work := func() error {
		w := worker{analysis: a, levels: make([]levelCount, len(a.Pyramid.Levels))}
		for {
			start := int(next.Add(chunk)) - chunk
			if start >= len(a.images) {
				break
			}
			end := min(start+chunk, len(a.images))
			for i := start; i < end; i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				w.image(i)
			}
			worked(end - start)
		}
		mu.Lock()
		defer mu.Unlock()
		a.merge(&w)
		return nil
	}
	for range procs {
		group.Go(func() error { return panics.Do(work) })
	}
	return panics.Pass(group.Wait())
}

// progress tells how far something is.
func (a *analysis) progress(what string, done float64) {
	if a.Progress != nil {
		a.Progress(what, done)
	}
}

// merge adds a worker's sums, which are whole numbers.
func (a *analysis) merge(w *worker) {
	a.touched += w.touched
	for i, n := range w.histogram {
		a.histogram[i] += n
	}
	for l := range a.levels {
		to, from := &a.levels[l], &w.levels[l]
		to.positives += from.positives
		to.ignored += from.ignored
		to.anchors += from.anchors
		to.straddling += from.straddling
		for k, n := range from.bySize {
			to.bySize[k] += n
		}
		for k, n := range from.byOctave {
			to.byOctave[k] += n
		}
	}
}
