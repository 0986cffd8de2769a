package dump

import (
	"math"

	"detsample/anchors"
	"detsample/losses"
)

// margin returns the logit of p_t, the probability of what is true of a row:
// under softmax, of its column; under sigmoid, of its class's, or that the
// likeliest class is not there.
func margin(link losses.Link, logits []float32, class int32) float64 {
	if link == losses.Sigmoid {
		if class >= 0 {
			return float64(logits[class])
		}
		top := logits[0]
		for _, x := range logits[1:] {
			top = max(top, x)
		}
		return -float64(top)
	}
	truth := len(logits) - 1
	if class >= 0 {
		truth = int(class)
	}
	top, sum := math.Inf(-1), 0.0
	for k, x := range logits {
		if k != truth {
			top = max(top, float64(x))
		}
	}
	for k, x := range logits {
		if k != truth {
			sum += math.Exp(float64(x) - top)
		}
	}
	return float64(logits[truth]) - top - math.Log(sum)
}

// difficulty returns what a row is sorted by, at least 0.
func (by Difficulty) of(link losses.Link, logits []float32, class int32) float32 {
	if by == ByLoss {
		return float32(crossEntropy(link).Row(nil, logits, losses.Hard(class)))
	}
	return float32(sigmoid(-margin(link, logits, class)))
}

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// histogram counts difficulties by the leading bits of their float32, whose
// order is the numbers' own: it finds deciles to 1 in 8192 of a difficulty in a
// memory that does not grow with the dump. Its buckets lie in pages, which are
// made where difficulties fall.
type histogram struct {
	pages [pages]*page
	total int64
}

type page [pageSize]struct {
	count  int64
	decile uint8
}

const (
	bucketShift = 10
	pageSize    = 1 << 10
	pages       = (math.MaxUint32>>1>>bucketShift + 1) / pageSize
)

func newHistogram() *histogram { return &histogram{} }

func bucket(difficulty float32) uint32 { return math.Float32bits(max(difficulty, 0)) >> bucketShift }

func (h *histogram) add(difficulty float32) {
	b := bucket(difficulty)
	p := h.pages[b/pageSize]
	if p == nil {
		p = new(page)
		h.pages[b/pageSize] = p
	}
	p[b%pageSize].count++
	h.total++
}

// rank sorts the buckets into deciles by the rank of their middle, and returns
// where deciles 1 to 9 begin: at their first difficulty, or the next decile's if
// ties leave them empty, or the hardest.
func (h *histogram) rank() (edges [Deciles - 1]float64) {
	before, next, hardest := int64(0), 1, 0.0
	for at, p := range h.pages {
		if p == nil {
			continue
		}
		for k := range p {
			c := p[k].count
			if c == 0 {
				continue
			}
			of := int((2*before + c) * Deciles / (2 * h.total))
			p[k].decile = uint8(of)
			hardest = float64(math.Float32frombits(uint32(at*pageSize+k) << bucketShift))
			for ; next <= of; next++ {
				edges[next-1] = hardest
			}
			before += c
		}
	}
	for ; next < Deciles; next++ {
		edges[next-1] = hardest
	}
	return edges
}

// of returns the decile of a difficulty that was added.
func (h *histogram) of(difficulty float32) int {
	b := bucket(difficulty)
	return int(h.pages[b/pageSize][b%pageSize].decile)
}

// counts reports whether a candidate of a label code is positive or negative.
func counts(class int32) bool { return class != anchors.Ignored }
