package losses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// standing is an element of a ranking loss's definition.
type standing struct {
	x, quality, weight float64
	at                 int
}

// standings lists a batch's elements.
func standings(b *Batch) (positives, negatives []standing) {
	for i, class := range b.Class {
		for k := range b.Columns {
			e := standing{x: float64(b.Logits[i*b.Columns+k]), quality: 1, weight: float64(b.Weight[i]), at: i*b.Columns + k}
			if len(b.Quality) > 0 {
				e.quality = float64(b.Quality[i])
			}
			switch {
			case class == anchors.Ignored:
			case int32(k) == class && e.quality > 0:
				positives = append(positives, e)
			default:
				negatives = append(negatives, e)
			}
		}
	}
	return positives, negatives
}

func ramp(delta, d float64) float64 {
	if delta == 0 {
		if d >= 0 {
			return 1
		}
		return 0
	}
	return max(0, min(d/(2*delta)+0.5, 1))
}

// rankSortReference visits every pair, in the order of the paper's equations.
func rankSortReference(b *Batch, delta float64) (value float64, grad []float64) {
	grad = make([]float64, len(b.Logits))
	pos, neg := standings(b)
	for _, i := range pos {
		var rankPos, falsePos, current, better, target, worse float64
		for _, j := range pos {
			h := j.weight * ramp(delta, j.x-i.x)
			rankPos, current = rankPos+h, current+h*(1-j.quality)
			if j.quality >= i.quality {
				better, target = better+h, target+h*(1-j.quality)
			} else {
				worse += h
			}
		}
		for _, j := range neg {
			falsePos += j.weight * ramp(delta, j.x-i.x)
		}
		ranks := i.weight * falsePos / (rankPos + falsePos)
		sorts := i.weight * (current/rankPos - target/better)
		value += ranks + sorts
		grad[i.at] -= ranks + sorts
		for _, j := range neg {
			if falsePos > 0 {
				grad[j.at] += ranks * j.weight * ramp(delta, j.x-i.x) / falsePos
			}
		}
		for _, j := range pos {
			if worse > 0 && j.quality < i.quality {
				grad[j.at] += sorts * j.weight * ramp(delta, j.x-i.x) / worse
			}
		}
	}
	return value, grad
}

// averagePrecisionReference visits every pair, the positives by ascending
// logit.
func averagePrecisionReference(b *Batch, delta float64) (value float64, grad []float64) {
	grad = make([]float64, len(b.Logits))
	pos, neg := standings(b)
	best := 0.0
	for range pos {
		next := -1
		for k, p := range pos { // the lowest that is left; done ones have no weight
			if p.at >= 0 && (next < 0 || p.x < pos[next].x) {
				next = k
			}
		}
		i := pos[next]
		pos[next].at = -1
		rankPos, falsePos := i.weight, 0.0
		for k, j := range pos {
			if k != next {
				rankPos += j.weight * ramp(delta, j.x-i.x)
			}
		}
		for _, j := range neg {
			falsePos += j.weight * ramp(delta, j.x-i.x)
		}
		precision := rankPos / (rankPos + falsePos)
		share := 1.0
		if best <= precision {
			best = precision
		} else {
			share = (1 - best) / (1 - precision)
		}
		value += i.weight * (1 - best)
		grad[i.at] = -i.weight * (1 - best)
		for _, j := range neg {
			grad[j.at] += i.weight * share * j.weight * ramp(delta, j.x-i.x) / (rankPos + falsePos)
		}
	}
	return value, grad
}

func TestRankingLossesAreTheirDefinitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for range 300 {
		delta := [...]float64{0, 0.1, 0.5, 1, 3}[rng.IntN(5)]
		b := batch(rng, CE{}, 1+rng.IntN(60), [...]float32{0.25, 2, 10, 30}[rng.IntN(4)])
		for i := range b.Class {
			b.Quality = append(b.Quality, float32(rng.IntN(5))/4)
			if rng.IntN(10) == 0 {
				b.Class[i] = anchors.Ignored
			}
			if rng.IntN(3) == 0 { // ties
				b.Logits[i*b.Columns] = b.Logits[0]
			}
		}
		rankedByDefinition(t, b, delta)
	}
}

// rankedByDefinition compares both losses of a batch with their references.
func rankedByDefinition(t *testing.T, b *Batch, delta float64) {
	t.Helper()
	for _, c := range []struct {
		loss      Cls
		reference func(*Batch, float64) (float64, []float64)
	}{{RankSort{Delta: delta}, rankSortReference}, {AveragePrecision{Delta: delta}, averagePrecisionReference}} {
		want, wantGrad := c.reference(b, delta)
		got, grad := evaluate(c.loss, b)
		require.InDelta(t, want, got, 1e-9*(1+want))
		for i := range grad {
			require.InDelta(t, wantGrad[i], float64(grad[i]), 1e-9+1e-6*math.Abs(wantGrad[i]), "%T %v: element %d", c.loss, delta, i)
		}
	}
}

// TestRankingOfManyPositivesIsTheirDefinition has thousands of positives, with
// ties and without, crowded and spread, of few qualities and of many.
func TestRankingOfManyPositivesIsTheirDefinition(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	rng := rand.New(rand.NewPCG(31, 32))
	for _, spread := range []float32{0.01, 3, 30} {
		for _, grain := range []float32{0, 0.25} {
			for _, qualities := range []float32{3, 1e6} {
				b := &Batch{Columns: 1}
				for range 3000 {
					x := spread * float32(rng.NormFloat64()*rng.ExpFloat64()) // far from evenly spread
					if grain > 0 {
						x = grain * float32(math.Round(float64(x/grain)))
					}
					b.Logits = append(b.Logits, x)
					b.Class = append(b.Class, -rng.Int32N(2))
					b.Quality = append(b.Quality, float32(math.Ceil(float64(qualities*rng.Float32())))/qualities)
					b.Weight = append(b.Weight, rng.Float32())
				}
				for _, delta := range []float64{0, 0.5} {
					rankedByDefinition(t, b, delta)
				}
			}
		}
	}
}

func TestPlacesAreThoseOfASearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 34))
	var p places
	for range 200 {
		list := make([]float64, 1+rng.IntN(300))
		for i := range list {
			list[i] = math.Round(3*rng.NormFloat64()) + 1e-3*float64(rng.IntN(3))
			if rng.IntN(50) == 0 {
				list[i] *= 1e6
			}
		}
		slices.Sort(list)
		p.of(list)
		for range 300 {
			v := list[rng.IntN(len(list))] + float64(rng.IntN(3)-1)*rng.ExpFloat64()
			want := sort.Search(len(list), func(i int) bool { return list[i] > v })
			require.Equal(t, want, p.upTo(v), "%v in %v", v, list)
		}
	}
}

func TestAPerfectRankingCostsNothing(t *testing.T) {
	b := &Batch{
		Columns: 1, Logits: []float32{9, 6, 3, -3, -9},
		Class:   []int32{0, 0, 0, anchors.Negative, anchors.Negative},
		Quality: []float32{0.9, 0.8, 0.5, 1, 1},
	}
	for _, l := range []Cls{RankSort{Delta: 0.5}, AveragePrecision{Delta: 1}} {
		value, grad := evaluate(l, b)
		assert.InDelta(t, 0, value, 1e-12)
		assert.InDeltaSlice(t, make([]float32, 5), grad, 1e-12)
	}
	b.Quality[0], b.Quality[2] = 0.5, 0.9
	sorted, grad := evaluate(RankSort{Delta: 0.5}, b)
	assert.Positive(t, sorted, "the better box ranks below the worse")
	assert.Negative(t, grad[2])
	assert.Positive(t, grad[0])
	ranked, _ := evaluate(AveragePrecision{Delta: 1}, b)
	assert.InDelta(t, 0, ranked, 1e-12)
}

func TestRankSortPushesDownWhatItPushesUp(t *testing.T) {
	b := batch(rand.New(rand.NewPCG(23, 24)), CE{}, 200, 3)
	_, grad := evaluate(RankSort{Delta: 0.5}, b)
	sum := 0.0
	for _, g := range grad {
		sum += float64(g)
	}
	assert.InDelta(t, 0, sum, 1e-4)
}

func TestAWeightStandsForThatManyCandidates(t *testing.T) {
	for _, delta := range []float64{0, 1} {
		b := batch(rand.New(rand.NewPCG(25, 26)), CE{}, 40, 3)
		twice := *b
		twice.Weight = make([]float32, 80)
		twice.Class, twice.Logits, twice.Loss = nil, nil, nil
		for i, class := range b.Class {
			b.Weight[i] = 1
			if class < 0 { // equal positives would also rank above each other
				b.Weight[i] = 2
			}
		}
		for i, class := range b.Class {
			for n := 0; n < int(b.Weight[i]); n++ {
				twice.Class = append(twice.Class, class)
				twice.Logits = append(twice.Logits, b.Logits[i*b.Columns:(i+1)*b.Columns]...)
			}
		}
		twice.Weight = nil
		for _, l := range []Cls{RankSort{Delta: delta}, AveragePrecision{Delta: delta}} {
			want, _ := evaluate(l, &twice)
			got, _ := evaluate(l, b)
			assert.InEpsilon(t, want, got, 1e-9)
		}
	}
}

func TestARankingOfANaNIsNaNAndNoPanic(t *testing.T) {
	for _, l := range []Cls{RankSort{Delta: 0.5}, AveragePrecision{Delta: 1}} {
		for at := range 12 { // positives and negatives
			b := batch(rand.New(rand.NewPCG(27, 28)), l, 4, 3)
			b.Class[0] = 1
			b.Logits[at] = float32(math.NaN())
			value, _ := evaluate(l, b)
			assert.True(t, math.IsNaN(value), "%T %d", l, at)
		}
	}
}

func TestARampTooSmallForRoundingBreaksNothing(t *testing.T) {
	for _, delta := range []float64{5e-324, 1e-300, 1e-17, 1e-9, 1e9} {
		for _, l := range []Cls{RankSort{Delta: delta}, AveragePrecision{Delta: delta}} {
			b := batch(rand.New(rand.NewPCG(29, 30)), l, 100, 1)
			for i := range b.Logits {
				b.Logits[i] = float32(math.Round(1e3 * float64(b.Logits[i]))) // many tie
			}
			value, grad := evaluate(l, b)
			weight := 0.0
			for i, class := range b.Class {
				if class >= 0 {
					weight += float64(b.Weight[i])
				}
			}
			assert.True(t, value >= 0 && value <= 2*weight, "%T %v: %v", l, delta, value)
			for _, g := range grad {
				require.True(t, math.Abs(float64(g)) <= 2*weight, "%T %v: %v", l, delta, g)
			}
		}
	}
}

func BenchmarkRanking(b *testing.B) {
	for _, positives := range []int{200, 33_000} {
		b.Run(fmt.Sprintf("positives=%d", positives), func(b *testing.B) { benchmarkRanking(b, positives) })
	}
}

func benchmarkRanking(b *testing.B, positives int) {
	const n = 100_000
	for name, l := range map[string]Cls{"rank_sort": RankSort{Delta: 0.5}, "average_precision": AveragePrecision{Delta: 1}} {
		for state, spread := range map[string]float64{"untrained": 0.05, "trained": 3} {
			b.Run(name+"/"+state, func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				in := &Batch{Columns: 1, Class: make([]int32, n), Logits: make([]float32, n), Quality: make([]float32, n)}
				for i := range in.Class {
					in.Class[i], in.Quality[i] = anchors.Negative, rng.Float32()
					if i < positives {
						in.Class[i] = 0
					}
					in.Logits[i] = float32(-4.6 + spread*rng.NormFloat64())
				}
				grad := make([]float32, n)
				b.ReportAllocs()
				fastest(b, n, func() { l.Eval(grad, in) })
			})
		}
	}
}
