package boxloss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/internal/boxloss"
	"detsample/internal/paths"
	"detsample/losses"
)

type box = [4]float32

// reference is a kernel and the loss whose rows it has.
type reference struct {
	kernel     boxloss.Loss
	parameters boxloss.Parameters
	loss       losses.Box
}

var references = map[string]reference{
	"l1":               {boxloss.SmoothL1, boxloss.Parameters{}, losses.L1{}},
	"smooth_l1":        {boxloss.SmoothL1, boxloss.Parameters{0.7}, losses.SmoothL1{Beta: 0.7}},
	"huber":            {boxloss.Huber, boxloss.Parameters{0.7}, losses.Huber{Delta: 0.7}},
	"balanced_l1":      {boxloss.BalancedL1, boxloss.Parameters{0.8, 0.5, 1.5, math.Expm1(3)}, losses.BalancedL1{Alpha: 0.5, Gamma: 1.5, Beta: 0.8}},
	"iou log":          {boxloss.IoULog, boxloss.Parameters{}, losses.IoU{Mode: losses.IoULog}},
	"iou linear":       {boxloss.IoULinear, boxloss.Parameters{}, losses.IoU{Mode: losses.IoULinear}},
	"iou square":       {boxloss.IoUSquare, boxloss.Parameters{}, losses.IoU{Mode: losses.IoUSquare}},
	"giou":             {boxloss.GIoU, boxloss.Parameters{}, losses.GIoU{}},
	"diou":             {boxloss.DIoU, boxloss.Parameters{}, losses.DIoU{}},
	"ciou":             {boxloss.CIoU, boxloss.Parameters{}, losses.CIoU{}},
	"ciou from a half": {boxloss.CIoU, boxloss.Parameters{0.5}, losses.CIoU{FromIoU: 0.5}},
	"eiou":             {boxloss.EIoU, boxloss.Parameters{}, losses.EIoU{}},
	"siou":             {boxloss.SIoU, boxloss.Parameters{}, losses.SIoU{Theta: 4}},
	"extended_iou":     {boxloss.ExtendedIoU, boxloss.Parameters{0.1}, losses.ExtendedIoU{Smooth: 0.1}},
	"extended_iou 1":   {boxloss.ExtendedIoU, boxloss.Parameters{1}, losses.ExtendedIoU{Smooth: 1}},
	"nwd":              {boxloss.NWD, boxloss.Parameters{12.8}, losses.NWD{C: 12.8}},
}

// lattice are coordinates that often tie, and extremes those at the ends of
// float32 and beyond.
var (
	lattice  = []float32{0, 1, 2, 3, 5, 8, 13}
	extremes = []float32{
		0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
		math.MaxFloat32, -math.MaxFloat32, 1e30, -1e30, 1e-30, math.SmallestNonzeroFloat32, -1e-42,
	}
)

func randomBox(rng *rand.Rand) box {
	x, y := 20*rng.Float32(), 20*rng.Float32()
	return box{x, y, x + 4 + 20*rng.Float32(), y + 4 + 20*rng.Float32()}
}

func latticeBox(rng *rand.Rand) (b box) {
	for {
		for k := range b {
			b[k] = lattice[rng.IntN(len(lattice))]
		}
		if b[2] > b[0] && b[3] > b[1] {
			return b
		}
	}
}

// blocks are pairs of one kind. EvalBox lets only valid truths through, which the
// kernels do not count on.
var blocks = map[string]func(rng *rand.Rand) (pred, truth box){
	"apart or not": func(rng *rand.Rand) (pred, truth box) { return randomBox(rng), randomBox(rng) },
	"near": func(rng *rand.Rand) (pred, truth box) {
		truth = randomBox(rng)
		for k, v := range truth {
			pred[k] = v + 0.1*float32(rng.NormFloat64())
		}
		return pred, truth
	},
	"far": func(rng *rand.Rand) (pred, truth box) {
		pred, truth = randomBox(rng), randomBox(rng)
		for k := range pred {
			pred[k] += 1e6
		}
		return pred, truth
	},
	"sides that tie": func(rng *rand.Rand) (pred, truth box) { return latticeBox(rng), latticeBox(rng) },
	"without order": func(rng *rand.Rand) (pred, truth box) {
		for k := range pred {
			pred[k] = lattice[rng.IntN(len(lattice))]
		}
		return pred, latticeBox(rng)
	},
	"neither in order": func(rng *rand.Rand) (pred, truth box) {
		for k := range pred {
			pred[k], truth[k] = lattice[rng.IntN(len(lattice))], lattice[rng.IntN(len(lattice))]
		}
		return pred, truth
	},
	"sizes from 1e-20 to 1e20": func(rng *rand.Rand) (pred, truth box) {
		at := func() box {
			x, y := float32(math.Exp(92*rng.Float64()-46)), float32(math.Exp(92*rng.Float64()-46))
			return box{-x * rng.Float32(), -y * rng.Float32(), x, y}
		}
		return at(), at()
	},
	"extremes": func(rng *rand.Rand) (pred, truth box) {
		pred, truth = randomBox(rng), randomBox(rng)
		for range 1 + rng.IntN(3) {
			pred[rng.IntN(4)] = extremes[rng.IntN(len(extremes))]
		}
		if rng.IntN(3) == 0 {
			truth[2], truth[3] = math.MaxFloat32, 1e30
		}
		return pred, truth
	},
}

// same compares bits, any NaN being the same.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// check evaluates a block and returns how many rows the vectors did.
func (r reference) check(t *testing.T, pred, truth []box) (vectors int) {
	t.Helper()
	n := len(pred)
	value, grad := make([]float64, n+boxloss.Lanes), make([]box, n+boxloss.Lanes)
	for i := n; i < len(value); i++ {
		value[i], grad[i] = 12345, box{12345, 12345, 12345, 12345}
	}
	for at := 0; at < n; {
		done := boxloss.Eval(r.kernel, value[at:n], grad[at:n], pred[at:], truth[at:], &r.parameters)
		for i := at; i < at+done; i++ {
			var want box
			v := r.loss.Row(&want, pred[i], truth[i])
			require.True(t, same(v, value[i]), "%v, not %v: %v %v", value[i], v, pred[i], truth[i])
			for k := range want {
				require.True(t, same(float64(want[k]), float64(grad[i][k])), "%v, not %v: %v %v", grad[i], want, pred[i], truth[i])
			}
		}
		vectors += done
		at += done + boxloss.Lanes
	}
	for i := n; i < len(value); i++ {
		require.Equal(t, 12345.0, value[i])
		require.Equal(t, box{12345, 12345, 12345, 12345}, grad[i])
	}
	return vectors
}

func TestVectorsHaveTheBitsOfOneRow(t *testing.T) {
	for _, path := range boxloss.Paths() {
		for name, r := range references {
			for kind, pair := range blocks {
				t.Run(path.Name+"/"+name+"/"+kind, func(t *testing.T) {
					defer path.Take()()
					rng := rand.New(rand.NewPCG(1, 2))
					all, vectors := 0, 0
					for round := range 80 {
						n := boxloss.Lanes * (1 + round%(boxloss.Block/boxloss.Lanes))
						pred, truth := make([]box, n), make([]box, n)
						for i := range n {
							pred[i], truth[i] = pair(rng)
						}
						vectors += r.check(t, pred, truth)
						all += n
					}
					if kind == "near" && path.Name != paths.Portable {
						require.Equal(t, all, vectors, "ordinary pairs need no code for one row")
					}
					if path.Name == paths.Portable {
						require.Zero(t, vectors)
					}
				})
			}
		}
	}
}

// One pair without an area to compare costs its own vector, not those before.
func TestVectorsEndBeforeAPairThatIsNone(t *testing.T) {
	for _, path := range boxloss.Paths() {
		if path.Name == paths.Portable {
			continue
		}
		t.Run(path.Name, func(t *testing.T) {
			defer path.Take()()
			rng := rand.New(rand.NewPCG(3, 4))
			for name, r := range references {
				if r.loss.Space() == losses.Deltas {
					continue
				}
				for at := range boxloss.Block {
					pred, truth := make([]box, boxloss.Block), make([]box, boxloss.Block)
					for i := range pred {
						pred[i], truth[i] = blocks["near"](rng)
					}
					pred[at][rng.IntN(4)] = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}[rng.IntN(3)]
					value, grad := make([]float64, boxloss.Block), make([]box, boxloss.Block)
					done := boxloss.Eval(r.kernel, value, grad, pred, truth, &r.parameters)
					require.LessOrEqual(t, done, at, name)
					require.Greater(t, done, at-boxloss.Lanes, name)
				}
			}
		})
	}
}

func BenchmarkPaths(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	var value [boxloss.Block]float64
	var grad, pred, truth [boxloss.Block]box
	for i := range pred {
		pred[i], truth[i] = blocks["apart or not"](rng)
	}
	for _, path := range boxloss.Paths() {
		for name, r := range references {
			b.Run(name+"/"+path.Name, func(b *testing.B) {
				defer path.Take()()
				for b.Loop() {
					done := boxloss.Eval(r.kernel, value[:], grad[:], pred[:], truth[:], &r.parameters)
					for i := done; i < len(value); i++ {
						value[i] = r.loss.Row(&grad[i], pred[i], truth[i])
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/boxloss.Block, "ns/box")
			})
		}
	}
}
