package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// draws is the number of draws of the joint distribution.
const draws = 20000

// leastDraws is the number that has to be beyond a quantile.
const leastDraws = 100

// joint is the joint distribution of the errors of all differences, each over
// its standard error: Student variables, correlated as the strategies and seeds
// that differences share make them.
type joint struct {
	freedom float64     // of the variables drawn
	all     []float64   // largest |t| of each draw
	below   [][]float64 // for each strategy, the largest t by which another seems better
	count   int         // of differences
	rivals  []int       // differences of each strategy
}

// distribution draws the joint distribution of all differences, once. It is nil
// without a variance over seeds.
func (c *Comparison) distribution() *joint {
	if c.joint == nil {
		c.joint = c.draw(c.known())
	}
	return c.joint
}

// draw draws the joint distribution of some of the known differences; it is nil
// without any.
func (c *Comparison) draw(pairs []two) *joint {
	if len(pairs) == 0 {
		return nil
	}
	j := &joint{
		freedom: c.someFreedom(pairs), count: len(pairs),
		all: make([]float64, draws), below: make([][]float64, len(c.names)), rivals: make([]int, len(c.names)),
	}
	for i := range j.below {
		j.below[i] = make([]float64, draws)
		for k := range j.below[i] {
			j.below[i][k] = math.Inf(-1)
		}
	}
	for _, p := range pairs {
		j.rivals[p.a]++
		j.rivals[p.b]++
	}
	factor, rank := factorize(c.correlation(pairs))
	shared := 0.0 // of a variance's degrees of freedom: what comes from the prior is the same for all
	if f := c.prior.freedom; f > 0 {
		shared = 1
		if own := j.freedom - f; own > 0 {
			shared = f / j.freedom
		}
	}
	rng := rand.New(rand.NewPCG(0x6a6f696e74, draws)) // "joint"
	chi := func(freedom float64) float64 {
		if freedom <= 0 {
			return 0
		}
		return distuv.ChiSquared{K: freedom, Src: rng}.Rand()
	}
	known := j.freedom > 1e5
	normal := make([]float64, rank)
	for k := range draws {
		for r := range normal {
			normal[r] = rng.NormFloat64()
		}
		common := 0.0
		if !known {
			common = chi(shared * j.freedom)
		}
		for i, p := range pairs {
			t := 0.0
			for r, z := range normal {
				t += factor[i*rank+r] * z
			}
			if !known {
				t /= math.Sqrt((common + chi((1-shared)*j.freedom)) / j.freedom)
			}
			j.all[k] = max(j.all[k], math.Abs(t))
			j.below[p.a][k] = max(j.below[p.a][k], -t)
			j.below[p.b][k] = max(j.below[p.b][k], t)
		}
	}
	return j
}

// someFreedom returns the median of some differences' degrees of freedom.
func (c *Comparison) someFreedom(pairs []two) float64 {
	var list []float64
	for _, p := range pairs {
		d := &c.apart[c.pair(p.a, p.b)]
		_, f := d.error(float64(len(d.seeds)))
		list = append(list, f)
	}
	slices.Sort(list)
	return list[(len(list)-1)/2]
}

// two are places in names, the first before the second.
type two struct{ a, b int }

// known returns the differences that are known.
func (c *Comparison) known() []two {
	var list []two
	for a := range c.names {
		for b := a + 1; b < len(c.names); b++ {
			if !math.IsNaN(c.apart[c.pair(a, b)].moderated) {
				list = append(list, two{a, b})
			}
		}
	}
	return list
}

// correlation returns the correlations of differences, over seeds and images.
func (c *Comparison) correlation(pairs []two) *mat.SymDense {
	spread := func(i, j int) float64 { // variance of a difference over seeds
		if i == j {
			return 0
		}
		if v := c.apart[c.pair(i, j)].moderated; !math.IsNaN(v) {
			return v
		}
		return c.prior.scale
	}
	m := mat.NewSymDense(len(pairs), nil)
	for x, p := range pairs {
		for y, q := range pairs[:x+1] {
			d, e := &c.apart[c.pair(p.a, p.b)], &c.apart[c.pair(q.a, q.b)]
			weight := float64(shared(d.seeds, e.seeds)) / float64(len(d.seeds)*len(e.seeds))
			seeds := weight * (spread(p.a, q.b) + spread(p.b, q.a) - spread(p.a, q.a) - spread(p.b, q.b)) / 2
			m.SetSym(x, y, seeds+covariance(&d.images, &e.images))
		}
	}
	deviation := make([]float64, len(pairs))
	for x := range pairs {
		deviation[x] = math.Sqrt(m.At(x, x))
	}
	for x := range pairs {
		for y := range x + 1 {
			r := 0.0
			if both := deviation[x] * deviation[y]; both > 0 {
				r = m.At(x, y) / both
			}
			if x == y {
				r = 1
			}
			m.SetSym(x, y, r)
		}
	}
	return m
}

// shared counts what two ascending lists have in common.
func shared(a, b []int) int {
	n := 0
	for _, x := range a {
		if _, found := slices.BinarySearch(b, x); found {
			n++
		}
	}
	return n
}

// covariance returns that of two means over the choice of images.
func covariance(a, b *overImages) float64 {
	if a.whole == 0 || b.whole == 0 {
		return 0
	}
	n := float64(len(a.means))
	am, bm := 0.0, 0.0
	for k := range a.means {
		am += a.means[k] / n
		bm += b.means[k] / n
	}
	sum := 0.0
	for k := range a.means {
		sum += (a.means[k] - am) * (b.means[k] - bm) / (n - 1)
	}
	return sum * math.Sqrt(a.variance/a.whole*b.variance/b.whole)
}

// factorize returns rows whose products are the nearest correlations that are
// possible: estimated from different seeds, those of several differences may
// not be.
func factorize(m *mat.SymDense) (rows []float64, rank int) {
	n := m.SymmetricDim()
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		panic("stats: correlations that are not numbers")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil) // ascending
	first := 0
	for first < n-1 && values[first] < 1e-9*values[n-1] {
		first++
	}
	rank = n - first
	rows = make([]float64, n*rank)
	for i := range n {
		length := 0.0
		for r := range rank {
			v := vectors.At(i, first+r) * math.Sqrt(values[first+r])
			rows[i*rank+r] = v
			length += v * v
		}
		for r := range rank {
			rows[i*rank+r] /= math.Sqrt(length)
		}
	}
	return rows, rank
}

// tail returns the probability with which one difference may exceed its bound,
// on one side, so that all of them keep theirs with probability 1-alpha: the
// largest of them, drawn, is compared with a Student variable of the same
// degrees. A difference with other degrees of freedom has its bound at the
// same probability. Where alpha is too small for the draws, and at least,
// alpha is divided by the number of differences (Bonferroni).
func (j *joint) tail(largest []float64, alpha float64, differences, sides int) float64 {
	least := alpha / float64(differences*sides)
	if differences == 1 || alpha*draws < leastDraws {
		return least
	}
	drawn := studentTail(kthLargest(largest, int(alpha*draws)), j.freedom)
	return math.Min(math.Max(least, drawn), alpha/float64(sides))
}

// kthLargest returns the value that k others exceed, by sorting those alone
// that a sample says may be among them.
func kthLargest(values []float64, k int) float64 {
	pilot := slices.Clone(values[:len(values)/20])
	slices.Sort(pilot)
	above := pilot[max(0, len(pilot)-1-k/10)] // about twice as many as needed
	var high []float64
	for _, v := range values {
		if v >= above {
			high = append(high, v)
		}
	}
	if len(high) <= k {
		high = slices.Clone(values)
	}
	slices.Sort(high)
	return high[max(0, len(high)-1-k)]
}

// Range is an interval of a difference.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Simultaneous returns an interval for each of Differences, such that all of
// them hold at once with the given confidence: Tukey and Kramer's, with
// variances that may differ and the correlations that were estimated. It is
// nil where no variance over seeds is known; the interval of a difference
// without a common seed is from minus to plus infinity.
func (c *Comparison) Simultaneous(confidence float64) []Range {
	var pairs [][2]int
	for i := range c.place {
		for k := i + 1; k < len(c.place); k++ {
			pairs = append(pairs, [2]int{i, k})
		}
	}
	return c.atOnce(c.distribution(), pairs, confidence)
}

// SimultaneousOf returns such intervals for some differences alone, the first of
// each pair less the second, by their places in the order given: narrower ones,
// as fewer have to hold at once. It is nil where no variance over seeds is known
// of any of them.
func (c *Comparison) SimultaneousOf(pairs [][2]int, confidence float64) []Range {
	var known []two
	for _, p := range pairs {
		a, b := c.place[p[0]], c.place[p[1]]
		of := two{min(a, b), max(a, b)}
		if !math.IsNaN(c.apart[c.pair(a, b)].moderated) && !slices.Contains(known, of) {
			known = append(known, of)
		}
	}
	return c.atOnce(c.draw(known), pairs, confidence)
}

// atOnce returns the intervals of pairs of places by the joint distribution of all
// that have to hold; nil without one.
func (c *Comparison) atOnce(j *joint, pairs [][2]int, confidence float64) []Range {
	if j == nil {
		return nil
	}
	p := j.tail(j.all, 1-confidence, j.count, 2)
	list := make([]Range, len(pairs))
	for i, of := range pairs {
		d := &c.apart[c.pair(c.place[of[0]], c.place[of[1]])]
		if math.IsNaN(d.moderated) {
			list[i] = Range{math.Inf(-1), math.Inf(1)}
			continue
		}
		mean, half := c.Between(of[0], of[1]).Mean, d.bound(p)
		list[i] = Range{mean - half, mean + half}
	}
	return list
}

// bound returns the distance that the error of the mean exceeds with
// probability p on one side.
func (d *sample) bound(p float64) float64 { return d.boundWith(p, float64(len(d.seeds))) }

func (d *sample) boundWith(p, n float64) float64 {
	images := 0.0
	if d.images.variance > 0 {
		images = student(1-p, d.images.freedom) * math.Sqrt(d.images.variance)
	}
	if math.IsNaN(d.moderated) || d.moderated == 0 {
		return images
	}
	return math.Hypot(student(1-p, d.freedom)*math.Sqrt(d.moderated/n), images)
}
