package sampling_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// state is one image in training: what a sampler sees of it, and the gradient
// of every candidate's loss, seen along a few directions.
type state struct {
	sampling.Candidates
	along [][]float64 // of each direction, what each candidate's gradient contributes
}

// focalState computes the gradients of focal loss from an image's logits.
// direction returns how much a unit of each logit's gradient moves along
// direction j.
func focalState(gt []int32, class []int32, logits []float32, columns, directions int, direction func(j, logit int) float64) state {
	focal := losses.Focal{Alpha: 0.25, Gamma: 2}
	s := state{Candidates: sampling.Candidates{GT: gt, Gradient: make([]float32, len(gt))}}
	losses.GradientSize(s.Gradient, make([]float32, columns), focal, &losses.Batch{Logits: logits, Columns: columns, Class: class})
	row := make([]float32, columns)
	for j := range directions {
		s.along = append(s.along, make([]float64, len(gt)))
		for i, c := range class {
			if c == anchors.Ignored {
				continue
			}
			focal.Row(row, logits[i*columns:(i+1)*columns], losses.Target{Class: c})
			for k, g := range row {
				s.along[j][i] += float64(g) * direction(j, i*columns+k)
			}
		}
	}
	return s
}

// whole returns the gradient over all candidates.
func (s *state) whole() []float64 {
	sum := make([]float64, len(s.along))
	for j, along := range s.along {
		for i, v := range along {
			if s.GT[i] != anchors.Ignored {
				sum[j] += v
			}
		}
	}
	return sum
}

func (s *state) positives() (n int) {
	for _, g := range s.GT {
		if g >= 0 {
			n++
		}
	}
	return n
}

// estimate adds a sample's gradient to dst.
func (s *state) estimate(dst []float64, sample *sampling.Sample, negativeWeight float64) {
	for k, i := range sample.Index {
		w := float64(sample.Weight[k])
		if s.GT[i] < 0 {
			w *= negativeWeight
		}
		for j := range dst {
			dst[j] += w * s.along[j][i]
		}
	}
}

// moments draws many times and returns the mean of the gradients and their
// covariance. Each draw takes every image's positives and fills up to budget
// with negatives.
func moments(images []state, budget, draws int, sampler func(positives int) sampling.Sampler, negativeWeight func(s *state) float64) (mean []float64, cov *mat.SymDense) {
	directions := len(images[0].along)
	drawn := mat.NewDense(draws, directions, nil)
	var sample sampling.Sample
	var source sampling.Source
	for step := range draws {
		for m := range images {
			s := &images[m]
			sampler(s.positives()).Sample(&sample, &s.Candidates, source.At(sampling.Key{Step: uint64(step), Image: uint64(m)}))
			if len(sample.Index) > budget+1 { // the running sum may end a rounding error above a whole number
				panic("more candidates than the budget")
			}
			s.estimate(drawn.RawRowView(step), &sample, negativeWeight(s))
		}
	}
	cov = mat.NewSymDense(directions, nil)
	stat.CovarianceMatrix(cov, drawn, nil)
	for j := range directions {
		mean = append(mean, stat.Mean(mat.Col(nil, j, drawn), nil))
	}
	return mean, cov
}

// hotelling returns draws (mean-want)' cov^-1 (mean-want): chi-squared with as
// many degrees of freedom as directions, if want is the true mean.
func hotelling(t *testing.T, mean, want []float64, cov *mat.SymDense, draws int) float64 {
	off := mat.NewVecDense(len(mean), nil)
	for j := range mean {
		off.SetVec(j, mean[j]-want[j])
	}
	var chol mat.Cholesky
	require.True(t, chol.Factorize(cov))
	var solved mat.VecDense
	require.NoError(t, chol.SolveVecTo(&solved, off))
	return float64(draws) * mat.Dot(off, &solved)
}

// checkUnbiased asserts that the importance sampler's gradient is that over
// all candidates and that its variance is at least fivefold below that of a
// uniform draw of as many, scaled to the same mean.
func checkUnbiased(t *testing.T, images []state, budget, draws int) {
	importance := func(positives int) sampling.Sampler { return sampling.NewImportance(budget - positives) }
	uniform := func(int) sampling.Sampler { return sampling.NewRandom(budget, 1) }
	want := make([]float64, len(images[0].along))
	for m := range images {
		for j, v := range images[m].whole() {
			want[j] += v
		}
	}
	mean, cov := moments(images, budget, draws, importance, func(*state) float64 { return 1 })
	chi := hotelling(t, mean, want, cov, draws)
	// Draws of their own for the comparison: only uniform ones need scaling.
	_, uniformCov := moments(images, budget, draws, uniform, func(s *state) float64 {
		negatives := 0
		for _, g := range s.GT {
			if g == anchors.Negative {
				negatives++
			}
		}
		return float64(negatives) / float64(min(negatives, budget-s.positives()))
	})
	ratio := mat.Trace(uniformCov) / mat.Trace(cov)
	directions := float64(len(want))
	t.Logf("%d candidates of %d an image: chi-squared %.1f in %v directions, variance %.3g of the squared gradient, 1/%.0f of uniform's",
		budget, len(images[0].GT), chi, directions, mat.Trace(cov)/dot(want, want), ratio)
	assert.Less(t, chi, distuv.ChiSquared{K: directions}.Quantile(0.999))
	assert.Greater(t, ratio, 5.0)
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// TestImportanceKeepsTheGradientOfFocalLoss looks at a state whose logits have
// the long tail of a detector's: nearly all negatives are easy.
func TestImportanceKeepsTheGradientOfFocalLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	const n, directions, draws = 12_000, 12, 2000
	rng := rand.New(rand.NewPCG(1, 2))
	gt, logits := make([]int32, n), make([]float32, n)
	for i := range gt {
		gt[i], logits[i] = anchors.Negative, float32(-5+1.5*rng.NormFloat64())
		switch {
		case rng.IntN(300) == 0:
			gt[i], logits[i] = 0, float32(-1+rng.NormFloat64())
		case rng.IntN(50) == 0:
			gt[i] = anchors.Ignored
		}
	}
	weight := make([]float64, directions*n)
	for j := range directions {
		for i := range n {
			weight[j*n+i] = rng.NormFloat64()
			if j%2 == 1 { // neighbours pull the same way
				weight[j*n+i] = math.Sin(float64((j+1)*i) * 2 * math.Pi / n)
			}
		}
	}
	s := focalState(gt, gt, logits, 1, directions, func(j, i int) float64 { return weight[j*n+i] })
	for _, budget := range []int{512, 128} {
		checkUnbiased(t, []state{s}, budget, draws)
	}
}
