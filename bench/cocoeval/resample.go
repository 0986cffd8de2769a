package cocoeval

import (
	"errors"
	"slices"
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
	if all < 0 || p.Images == nil || len(p.MaxDets) == 0 {
		return nil, errors.New("cocoeval: Resample: Params need Images, a limit in MaxDets and an area range called all")
	}
	p.Areas, p.MaxDets = p.Areas[all:all+1], p.MaxDets[len(p.MaxDets)-1:]
	o, err := order(p, gts, dts)
	if err != nil {
		return nil, err
	}
	classes := make([]drawn, len(o.classes))
	r := newResult(o.p, o.classes)
	for k := range classes {
		classes[k].judge(r, k, &o, gts, dts)
	}
	out := make([]float64, len(draws))
	for i, images := range draws {
		places := placesOf(images, o.images)
		for k := range classes {
			classes[k].read(r, k, &places)
		}
		out[i] = r.mean(r.figures()[0], every(len(classes)))
	}
	return out, nil
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

// drawn evaluates one class on drawn images.
type drawn struct {
	evaluator
	image  []int32 // of each ranked detection
	wanted []int   // ground truths to find in each image

	ranks []int32 // of the drawn detections, best first
	score []float64
	tied  []occurrence
}

// occurrence is a ranked detection at a place of the draw.
type occurrence struct{ place, rank int32 }

// judge matches the detections of class k and makes its table in r, unless
// there is nothing to find.
func (d *drawn) judge(r *Result, k int, o *ordered, gts []GroundTruth, dts []Detection) {
	truth, truthImage := o.gts.class(k)
	if len(truth) == 0 {
		return
	}
	d.evaluator = evaluator{p: o.p, gts: gts, dts: dts}
	d.evaluator.judge(k, o)
	r.tables[k] = newTable(o.p)
	d.wanted = make([]int, o.images)
	for i, g := range truth {
		if !ignores(&gts[g], o.p.Areas[0]) {
			d.wanted[truthImage[i]]++
		}
	}
	found, foundImage := o.dts.class(k)
	imageOf := make(map[int32]int32, len(found))
	for i, f := range found {
		imageOf[f] = foundImage[i]
	}
	for _, f := range d.ranking.dt {
		d.image = append(d.image, imageOf[f])
	}
}

// read fills the class's table for a draw.
func (d *drawn) read(r *Result, k int, p *places) {
	if r.tables[k].recall == nil {
		return
	}
	wanted := 0
	for image, n := range d.wanted {
		wanted += n * len(p.of(int32(image)))
	}
	d.draw(p)
	for t := range d.p.IoU {
		row, _ := r.row(t, k, 0, 0)
		if wanted == 0 {
			row.undefine()
			continue
		}
		d.curve.collectDrawn(d.verdict.of(0, t), d.ranks)
		d.curve.read(d.p.Recall, wanted, d.score, row)
	}
}

// draw ranks the detections of the drawn images: those of equal score by place,
// then as they were ranked.
func (d *drawn) draw(p *places) {
	d.ranks, d.score = d.ranks[:0], d.score[:0]
	score := d.ranking.score
	for first := 0; first < len(score); {
		end := first + 1
		for end < len(score) && score[end] == score[first] {
			end++
		}
		d.tied = d.tied[:0]
		for rank := first; rank < end; rank++ {
			for _, place := range p.of(d.image[rank]) {
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
