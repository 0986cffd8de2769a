package cocoeval

import (
	"math"
	"slices"
)

// ranking holds the detections of one class, best score first; equal scores
// keep the order of images and then the given one. Detections beyond the
// largest limit per image are left out.
type ranking struct {
	dt     []int32   // index of the detection
	score  []float64 // its score
	area   []float64 // its area
	within []bitset  // within[m]: among the best MaxDets[m] of its image

	keys    []rankKey
	first   []int32 // per detection ordered by image: where its image starts
	count   []int32 // at an image's start: how many of it are ranked
	byImage []int32 // ranks of an image's detections, from its start, ascending
}

// rankKey orders detections: descending score, then position.
type rankKey struct {
	score    uint64
	position int32
}

func compareRank(a, b rankKey) int {
	switch {
	case a.score < b.score:
		return -1
	case a.score > b.score:
		return 1
	}
	return int(a.position) - int(b.position)
}

// descending maps scores to integers such that a higher score is a lower one.
func descending(score float64) uint64 {
	b := math.Float64bits(-score + 0) // + 0: both zeros are one score
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// rank ranks the detections all[dts[i]], ordered by image[i].
func (r *ranking) rank(all []Detection, dts, image []int32, maxDets []int) {
	n := len(dts)
	r.keys = resize(r.keys, n)
	r.first = resize(r.first, n)
	r.count = resize(r.count, n)
	r.byImage = resize(r.byImage, n)
	clear(r.count)
	for i, d := range dts {
		r.keys[i] = rankKey{descending(all[d].Score), int32(i)}
		r.first[i] = int32(i)
		if i > 0 && image[i] == image[i-1] {
			r.first[i] = r.first[i-1]
		}
	}
	slices.SortFunc(r.keys, compareRank)

	r.dt, r.score, r.area = r.dt[:0], r.score[:0], r.area[:0]
	r.within = resize(r.within, len(maxDets))
	for m := range r.within {
		r.within[m] = r.within[m].resized(n)
	}
	most := int32(maxDets[len(maxDets)-1])
	for _, key := range r.keys {
		start := r.first[key.position]
		place := r.count[start]
		if place >= most {
			continue
		}
		rank := len(r.dt)
		d := dts[key.position]
		r.dt = append(r.dt, d)
		r.score = append(r.score, all[d].Score)
		r.area = append(r.area, all[d].Box[2]*all[d].Box[3])
		r.byImage[start+place] = int32(rank)
		r.count[start]++
		for m, limit := range maxDets {
			if place < int32(limit) {
				r.within[m].set(rank)
			}
		}
	}
}

// ofImage returns the ranks of the detections of the image that starts at
// position start, best first.
func (r *ranking) ofImage(start int) []int32 {
	return r.byImage[start : start+int(r.count[start])]
}
