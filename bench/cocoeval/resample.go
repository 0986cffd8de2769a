package cocoeval

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Resample returns AP (over all areas and the largest limit on detections) for
// sets of images drawn from p.Images, such as the bootstrap's: draws[i] lists
// positions in p.Images, any of them any number of times. It is AP as
// [Evaluate] has it on the drawn images, renamed to their place in the draw,
// but each image is matched only once. -1 stands for an AP that is undefined.
//
// An error is returned as by Evaluate, and for Params without Images or without
// an area range called all. It panics if a position is out of range.
//
// Source: the bootstrap (Efron 1979).
func Resample(p Params, gts []GroundTruth, dts []Detection, draws [][]int) ([]float64, error) {
	all := slices.IndexFunc(p.Areas, func(a AreaRange) bool { return a.Name == "all" })
	if all >= 0 {
		p.Areas = p.Areas[all : all+1]
	}
	out := make([]float64, len(draws))
	err := resample(p, gts, dts, draws, func(i int, r *Result) { out[i] = r.mean(r.figures()[0], every(len(r.Classes))) })
	return out, err
}

// Resampled is AP on drawn images: of everything, of the areas small, medium and
// large, and of each class in the order of [Result.Classes].
type Resampled struct {
	AP, APS, APM, APL float64
	Class             []float64
}

// ResampleSizes returns what [Resample] does with AP by area and by class too.
func ResampleSizes(p Params, gts []GroundTruth, dts []Detection, draws [][]int) ([]Resampled, error) {
	out := make([]Resampled, len(draws))
	err := resample(p, gts, dts, draws, func(i int, r *Result) {
		figures, classes := r.figures(), every(len(r.Classes))
		d := &out[i]
		d.AP, d.APS, d.APM, d.APL = r.mean(figures[0], classes), r.mean(figures[3], classes), r.mean(figures[4], classes), r.mean(figures[5], classes)
		d.Class = make([]float64, len(classes))
		for k := range classes {
			d.Class[k] = r.mean(figures[0], classes[k:k+1])
		}
	})
	return out, err
}

// resample evaluates draws in parallel, at the largest limit on detections, and
// visits each one's result, which is valid during the visit. Equal draws have
// equal results whatever GOMAXPROCS is.
func resample(p Params, gts []GroundTruth, dts []Detection, draws [][]int, visit func(i int, r *Result)) error {
	if p.Images == nil || len(p.MaxDets) == 0 || !slices.ContainsFunc(p.Areas, func(a AreaRange) bool { return a.Name == "all" }) {
		return errors.New("cocoeval: Resample: Params need Images, a limit in MaxDets and an area range called all")
	}
	p.MaxDets = p.MaxDets[len(p.MaxDets)-1:]
	o, err := order(p, gts, dts)
	if err != nil {
		return err
	}
	classes := make([]judged, len(o.classes))
	each(len(classes), func() func(k int) {
		return func(k int) { classes[k].judge(k, &o, gts, dts) }
	})
	each(len(draws), func() func(i int) {
		r := newResult(o.p, o.classes)
		for k := range classes {
			if classes[k].wanted != nil {
				r.tables[k] = newTable(o.p)
			}
		}
		var d drawn
		return func(i int) {
			places := placesOf(draws[i], o.images)
			for k := range classes {
				d.read(r, k, &classes[k], &places)
			}
			visit(i, r)
		}
	})
	return nil
}

// each calls what worker returns for 0 to n-1, on as many goroutines as there
// are processors, each with a worker of its own.
func each(n int, worker func() func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			work := worker()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	workers.Wait()
}

// places holds where in a draw each image stands.
type places struct {
	order []int32 // places by image, then ascending
	start []int32 // image m's are order[start[m]:start[m+1]]
}

func placesOf(images []int, n int) places {
	all := make([]int32, len(images))
	for i := range all {
		all[i] = int32(i)
	}
	var p places
	p.order, p.start = countingSort(all, n, func(i int32) int32 { return int32(images[i]) })
	return p
}

func (p *places) of(image int32) []int32 { return p.order[p.start[image]:p.start[image+1]] }

// judged is a class whose detections are matched.
type judged struct {
	evaluator
	image  []int32    // of each ranked detection
	wanted [][]wanted // of each area range, the images that have any; nil where there are no ground truths at all
}

// wanted is how many ground truths are to be found in an image.
type wanted struct{ image, n int32 }

// judge matches the detections of class k, unless there is nothing to find.
func (c *judged) judge(k int, o *ordered, gts []GroundTruth, dts []Detection) {
	truth, truthImage := o.gts.class(k)
	if len(truth) == 0 {
		return
	}
	c.evaluator = evaluator{p: o.p, gts: gts, dts: dts}
	c.evaluator.judge(k, o)
	for _, area := range o.p.Areas {
		var list []wanted
		for i, g := range truth { // by image
			switch last := len(list) - 1; {
			case ignores(&gts[g], area):
			case last >= 0 && list[last].image == truthImage[i]:
				list[last].n++
			default:
				list = append(list, wanted{truthImage[i], 1})
			}
		}
		c.wanted = append(c.wanted, list)
	}
	found, foundImage := o.dts.class(k)
	imageOf := make(map[int32]int32, len(found))
	for i, f := range found {
		imageOf[f] = foundImage[i]
	}
	for _, f := range c.ranking.dt {
		c.image = append(c.image, imageOf[f])
	}
}

// drawn evaluates classes on drawn images, one after the other.
type drawn struct {
	ranks []int32 // of the drawn detections, best first
	score []float64
	tied  []occurrence
	curve curve
}

// occurrence is a ranked detection at a place of the draw.
type occurrence struct{ place, rank int32 }

// read fills class k's table for a draw.
func (d *drawn) read(r *Result, k int, c *judged, p *places) {
	if c.wanted == nil {
		return
	}
	d.draw(c, p)
	for a, list := range c.wanted {
		wanted := 0
		for _, w := range list {
			wanted += int(w.n) * len(p.of(w.image))
		}
		for t := range c.p.IoU {
			row, _ := r.row(t, k, a, 0)
			if wanted == 0 {
				row.undefine()
				continue
			}
			d.curve.collectDrawn(c.verdict.of(a, t), d.ranks)
			d.curve.read(c.p.Recall, wanted, d.score, row)
		}
	}
}

// draw ranks the detections of the drawn images: those of equal score by place,
// then as they were ranked.
func (d *drawn) draw(c *judged, p *places) {
	d.ranks, d.score = d.ranks[:0], d.score[:0]
	score := c.ranking.score
	for first := 0; first < len(score); {
		end := first + 1
		for end < len(score) && score[end] == score[first] {
			end++
		}
		d.tied = d.tied[:0]
		for rank := first; rank < end; rank++ {
			for _, place := range p.of(c.image[rank]) {
				d.tied = append(d.tied, occurrence{place, int32(rank)})
			}
		}
		if end > first+1 {
			slices.SortFunc(d.tied, func(a, b occurrence) int {
				if a.place != b.place {
					return int(a.place - b.place)
				}
				return int(a.rank - b.rank)
			})
		}
		for _, t := range d.tied {
			d.ranks, d.score = append(d.ranks, t.rank), append(d.score, score[first])
		}
		first = end
	}
}
