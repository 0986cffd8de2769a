package losses

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// peerTable holds the peers' values, written by bench/peers/losses: cases over
// one table of rows, whose logits have a background column that the cases of
// fewer columns leave out.
type peerTable struct {
	Batches         int
	Logits, Quality []float32
	Label, Object   []int32
	Cases           []peerCase

	DistributionFocal struct {
		Bins             int
		Logits, Distance []float32
		Loss, Grad       []float64
	} `json:"distribution_focal"`
}

type peerCase struct {
	Name       string
	Columns    int
	ObjectOnly bool      `json:"object_only"` // rows have the class Object instead of Label
	Loss       []float64 // of each row, or of each batch
	Grad       []float64
}

func readPeers(t *testing.T, name string) (p peerTable) {
	f, err := os.Open("testdata/classification_" + name + ".json.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(&p))
	return p
}

// batch returns the rows of the i-th batch of a case. A case without the
// column that the loss has for the background gets a hopeless one.
func (p *peerTable) batch(c *peerCase, l Cls, i int) *Batch {
	n, all := len(p.Label)/p.Batches, len(p.Logits)/len(p.Label)
	b := &Batch{Columns: c.Columns, Class: p.Label[i*n : (i+1)*n], Quality: p.Quality[i*n : (i+1)*n], Loss: make([]float32, n)}
	if c.ObjectOnly {
		b.Class = p.Object[i*n : (i+1)*n]
	}
	if l.Link() == Softmax {
		b.Columns = all
	}
	for r := i * n; r < (i+1)*n; r++ {
		row := append([]float32{}, p.Logits[r*all:r*all+b.Columns]...)
		for k := c.Columns; k < b.Columns; k++ {
			row[k] = -1e4
		}
		b.Logits = append(b.Logits, row...)
	}
	return b
}

// agree asserts that a value is the peer's, up to a share.
func agree(t *testing.T, want, got, share float64, about ...any) {
	t.Helper()
	require.InDelta(t, want, got, share*math.Abs(want)+1e-11, about...)
}

func comparePeers(t *testing.T, p *peerTable, c *peerCase, l Cls, share float64) {
	state := NewState(l, Softmax.Columns(3))
	if l.Link() == Sigmoid {
		state = NewState(l, 3)
	}
	for i := range p.Batches {
		b := p.batch(c, l, i)
		b.State = state
		value, grad := evaluate(l, b)
		n := len(b.Class)
		if len(c.Loss) == p.Batches {
			agree(t, c.Loss[i], value, share, "batch %d", i)
		} else {
			for r := range n {
				agree(t, c.Loss[i*n+r], float64(b.Loss[r]), share, "batch %d, row %d", i, r)
			}
		}
		for r := range n {
			for k := range c.Columns {
				agree(t, c.Grad[(i*n+r)*c.Columns+k], float64(grad[r*b.Columns+k]), share, "batch %d, row %d, column %d", i, r, k)
			}
		}
	}
}

func TestClassificationLossesAreThePeers(t *testing.T) {
	unweighted, hard := NewVarifocal(0.75, 2), Bootstrapped{Beta: 0.8}
	unweighted.Weighted, hard.Hard = false, true
	focused, momentum := ClassBalanced{Effective: Effective{Beta: 0.999, Count: []float64{900, 150, 20}}}, GHMC{Bins: 10}
	focused.Gamma, momentum.Momentum = 2, 0.75
	caffe := SoftmaxFocal{Alpha: 0.25, BackgroundAlpha: 0.25, Gamma: 2}
	byClass := SoftmaxFocal{Gamma: 1.5, ClassAlpha: []float64{0.3, 0.5, 1.5, 0.75}}
	losses := map[string]Cls{
		"ce":                     CE{ClassWeight: []float64{0.5, 1, 2.5}},
		"focal":                  Focal{Alpha: 0.25, Gamma: 2},
		"focal_unbalanced":       Focal{Alpha: -1, Gamma: 1.5},
		"linear_focal":           LinearFocal{Gamma: 2, Beta: 1},
		"quality_focal":          QualityFocal{Beta: 2},
		"varifocal":              NewVarifocal(0.75, 2),
		"varifocal_unweighted":   unweighted,
		"gaussian_focal":         GaussianFocal{Alpha: 2, Gamma: 4},
		"asymmetric":             Asymmetric{GammaNeg: 4, GammaPos: 1, Clip: 0.05},
		"class_balanced":         ClassBalanced{Effective: Effective{Beta: 0.9999, Count: []float64{900, 150, 20}}},
		"class_balanced_focal":   focused,
		"softmax_ce":             SoftmaxCE{ClassWeight: []float64{0.5, 1, 2.5, 0.25}},
		"label_smoothing":        LabelSmoothing{Epsilon: 0.1},
		"softmax_focal":          caffe,
		"softmax_focal_by_class": byClass,
		"bootstrapped_soft":      Bootstrapped{Beta: 0.95},
		"bootstrapped_hard":      hard,
		"ghm_c":                  GHMC{Bins: 10},
		"ghm_c_momentum":         momentum,
		"eqlv2":                  EQLv2{Gamma: 12, Mu: 0.8, Alpha: 4},
		"equalized_focal":        EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8},
		"seesaw":                 Seesaw{P: 0.8, Q: 2, Epsilon: 0.01},
		"rank_sort":              RankSort{Delta: 0.5},
		"average_precision":      AveragePrecision{Delta: 1},
	}
	seen := 0
	for _, name := range []string{"rows", "batches"} {
		p := readPeers(t, name)
		for i := range p.Cases {
			c := &p.Cases[i]
			share := 1e-5
			if c.Name == "softmax_focal" || c.Name == "softmax_focal_by_class" {
				share = 1e-6 // the Caffe layer's formulas
			}
			l, ok := losses[c.Name]
			require.True(t, ok, c.Name)
			t.Run(c.Name, func(t *testing.T) { comparePeers(t, &p, c, l, share) })
			seen++
		}
	}
	assert.Len(t, losses, seen, "every case is compared")
}

func TestDistributionFocalIsMMDetections(t *testing.T) {
	g := readPeers(t, "rows").DistributionFocal
	l := DistributionFocal{Bins: g.Bins}
	require.Len(t, g.Distance, 1000)
	grad := make([]float32, len(g.Logits))
	total := 0.0
	for i, want := range g.Loss {
		at := i * (g.Bins + 1)
		agree(t, want, l.Row(nil, g.Logits[at:at+g.Bins+1], g.Distance[i]), 1e-5)
		total += want
	}
	agree(t, total, l.Eval(grad, g.Logits, g.Distance, nil), 1e-5)
	for i, want := range g.Grad {
		require.InDelta(t, want, float64(grad[i]), 1e-5*math.Abs(want)+1e-9)
	}
}

func TestPeersRowsHoldObjectsAndBackground(t *testing.T) {
	p := readPeers(t, "rows")
	counts := map[int32]int{}
	for _, c := range p.Label {
		counts[c]++
	}
	assert.Len(t, counts, 4)
	assert.Greater(t, counts[anchors.Negative], 500)
}
