package likeness

import (
	"math"
	"slices"
)

// Similarity says how alike any two weightings are.
type Similarity struct {
	Names      []string
	Candidates int         // compared
	Spearman   [][]float64 // rank correlation, ties at their mean rank; NaN where a weighting is constant
	Top        [][]float64 // overlap of the heaviest 1%: common candidates over the smaller of the two sets
}

// Compare returns how alike weightings of the same candidates are, one at least.
// No weight is negative or NaN; the vectors, of one length, are left as they are.
func Compare(names []string, weights [][]float32) Similarity {
	vectors := make([][]float32, len(weights))
	for i, w := range weights {
		vectors[i] = slices.Clone(w)
	}
	return Consume(names, vectors)
}

// Consume is [Compare] of weights that nobody reads any more: it writes ranks
// over them, where Compare needs their memory again.
func Consume(names []string, vectors [][]float32) Similarity {
	n := len(vectors[0])
	s := Similarity{Names: names, Candidates: n}
	top := make([][]int32, len(vectors))
	keys, order := make([]uint64, n), make([]int32, n)
	for v, weights := range vectors {
		fall(order, keys, weights)
		top[v] = heaviest(order, weights)
		midranks(order, weights)
	}
	for a := range vectors {
		s.Spearman = append(s.Spearman, make([]float64, len(vectors)))
		s.Top = append(s.Top, make([]float64, len(vectors)))
		for b := range a + 1 {
			s.Spearman[a][b], s.Top[a][b] = correlation(vectors[a], vectors[b]), overlap(top[a], top[b])
			s.Spearman[b][a], s.Top[b][a] = s.Spearman[a][b], s.Top[a][b]
		}
	}
	return s
}

// fall fills order with the candidates by falling weight, then by index. No
// weight is negative, so that its bits order as it does, and a key of those and
// the index sorts several times as fast as a comparison.
func fall(order []int32, keys []uint64, weights []float32) {
	for i, w := range weights {
		keys[i] = uint64(^math.Float32bits(w))<<32 | uint64(i)
	}
	slices.Sort(keys)
	for i, k := range keys {
		order[i] = int32(uint32(k))
	}
}

// heaviest returns the first 1% of an order by falling weight, rounded up, that
// have any weight, in ascending order of index.
func heaviest(order []int32, weights []float32) []int32 {
	top := slices.Clone(order[:(len(order)+99)/100])
	for len(top) > 0 && weights[top[len(top)-1]] <= 0 {
		top = top[:len(top)-1]
	}
	slices.Sort(top)
	return top
}

// midranks replaces weights by their ranks in the order, less the mean rank;
// ties have the mean of theirs.
func midranks(order []int32, weights []float32) {
	middle := float64(len(order)-1) / 2
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && weights[order[end]] == weights[order[start]] {
			end++
		}
		rank := float32(middle - float64(start+end-1)/2)
		for _, i := range order[start:end] {
			weights[i] = rank
		}
		start = end
	}
}

// correlation returns the cosine of two vectors of mean 0, NaN if one is 0.
func correlation(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		y := b[i]
		ab += float64(x) * float64(y)
		aa += float64(x) * float64(x)
		bb += float64(y) * float64(y)
	}
	return ab / math.Sqrt(aa*bb)
}

// overlap returns the common part of two ascending sets over the smaller, NaN
// if that is empty.
func overlap(a, b []int32) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common, i, j = common+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(common) / float64(min(len(a), len(b)))
}
