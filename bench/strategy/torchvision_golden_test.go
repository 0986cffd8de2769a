package strategy

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// golden is what bench/peers/presets/generate.py says of torchvision.
type golden struct {
	RPN       goldenStep `json:"rpn"`
	ROI       goldenStep `json:"roi"`
	RetinaNet goldenStep `json:"retinanet"`
	SSD       goldenStep `json:"ssd"`
}

type goldenStep struct {
	Cls        float64   `json:"cls"`
	Box        float64   `json:"box"`
	GradLogits []float32 `json:"grad_logits"` // every 37th
	GradDeltas []float32 `json:"grad_deltas"`
	SizeLogits float64   `json:"size_logits"` // sum of absolute values
	SizeDeltas float64   `json:"size_deltas"`
	Picks      [][]int32 `json:"picks"` // of each image
}

func torchvisions(t *testing.T) golden {
	data, err := os.ReadFile("testdata/torchvision.json")
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(data, &g))
	return g
}

// goldenClasses, goldenTruths and the functions below repeat the generator's
// inputs.
const goldenClasses = 3

var goldenTruths = []anchors.Truth{
	{
		Box:   []anchors.Box{{8, 12, 40, 44}, {30, 20, 62, 84}, {100, 100, 131, 140}, {96, 8, 152, 30}, {10, 90, 70, 150}, {10, 90, 70, 150}},
		Class: []int32{0, 1, 2, 0, 1, 2},
	},
	{Box: []anchors.Box{{400, 400, 430, 440}}, Class: []int32{2}},
	{},
}

func number(i, salt int) float32 {
	h := uint32(i+1)*2654435761 + uint32(salt)*40503
	h ^= h >> 15
	h *= 2246822519
	h ^= h >> 13
	return float32(h>>8) / (1 << 24)
}

func headOutput(salt, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 4*number(i, salt) - 2
	}
	return x
}

func goldenAnchors() []anchors.Box {
	var box []anchors.Box
	for y := float32(0); y < 160; y += 12 {
		for x := float32(0); x < 160; x += 12 {
			for _, s := range [][2]float32{{16, 16}, {24, 12}, {12, 24}} {
				box = append(box, anchors.Box{x - s[0], y - s[1], x + s[0], y + s[1]})
			}
		}
	}
	return box
}

func goldenProposals(salt int) []anchors.Box {
	box := make([]anchors.Box, 700)
	objects := goldenTruths[0].Box
	for i := range box {
		var jitter [4]float64
		for k := range jitter {
			jitter[k] = 24*float64(number(4*i+k, salt)) - 12
		}
		o := objects[i%len(objects)]
		x, y := float64(o[0])+jitter[0], float64(o[1])+jitter[1]
		box[i] = anchors.Box{
			float32(x), float32(y),
			float32(x + float64(o.Width()) + jitter[2]/4), float32(y + float64(o.Height()) + jitter[3]/4),
		}
	}
	return box
}

// asDrawn keeps of each image what torchvision's sampler drew.
type asDrawn struct {
	t      *testing.T
	picks  [][]int32
	counts sampling.Sampler // which must keep as many
}

func (asDrawn) Needs() sampling.Need { return 0 }

func (asDrawn) Sample(*sampling.Sample, *sampling.Candidates, *rand.Rand) {
	panic("an image alone is not asked for")
}

func (d asDrawn) SampleBatch(dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key, source *sampling.Source) {
	for i := range c {
		s := &dst[i]
		d.counts.Sample(s, &c[i], source.At(keys[i]))
		kept, positives := len(s.Index), s.Positives
		pos, neg := s.Split(&c[i])
		left := func(at int32) bool { return !slices.Contains(d.picks[i], at) }
		s.Keep(slices.DeleteFunc(pos, left), slices.DeleteFunc(neg, left))
		assert.Equal(d.t, d.picks[i], s.Index, "image %d", i)
		assert.Equal(d.t, len(s.Index), kept, "image %d", i)
		assert.Equal(d.t, s.Positives, positives, "image %d", i)
	}
}

// columns moves the columns of torchvision's rows to where they are here and
// back: its background is the first, and here the last or, of boxes, absent.
type columns struct{ theirs, ours, width int }

func (c columns) to(theirs []float32) []float32 {
	rows := len(theirs) / c.theirs
	ours := make([]float32, rows*c.ours)
	for r := range rows {
		for k := range c.theirs {
			if at := c.at(k); at < c.ours {
				ours[r*c.ours+at] = theirs[r*c.theirs+k]
			}
		}
	}
	return ours
}

func (c columns) back(ours []float32) []float32 {
	rows := len(ours) / c.ours
	theirs := make([]float32, rows*c.theirs)
	for r := range rows {
		for k := range c.theirs {
			if at := c.at(k); at < c.ours {
				theirs[r*c.theirs+k] = ours[r*c.ours+at]
			}
		}
	}
	return theirs
}

// at returns the column here of torchvision's column k.
func (c columns) at(k int) int { return (k - c.width + c.theirs) % c.theirs }

func same(n int) columns { return columns{theirs: n, ours: n} }

// agree compares a step with torchvision's: its losses, a sample of its
// gradients, and their sizes.
func (g goldenStep) agree(t *testing.T, v losses.Value, gradLogits, gradDeltas []float32) {
	t.Helper()
	assert.InEpsilon(t, g.Cls, v.Cls, 1e-5)
	assert.InEpsilon(t, g.Box, v.Box, 1e-5)
	compare := func(want []float32, size float64, got []float32) {
		t.Helper()
		total := 0.0
		for _, x := range got {
			total += math.Abs(float64(x))
		}
		assert.InEpsilon(t, size, total, 1e-5)
		for i, w := range want {
			require.InDelta(t, w, got[37*i], 1e-6+1e-4*math.Abs(float64(w)), "element %d", 37*i)
		}
	}
	compare(g.GradLogits, g.SizeLogits, gradLogits)
	compare(g.GradDeltas, g.SizeDeltas, gradDeltas)
}

// dense takes a step of a dense stage and compares it.
func (g goldenStep) dense(t *testing.T, c rpn.Config, classes, salt int, logits columns) {
	t.Helper()
	box := goldenAnchors()
	n := len(box) * len(goldenTruths)
	b := rpn.Batch{
		Classes: classes,
		Anchors: anchors.Candidates{Box: box},
		Logits:  logits.to(headOutput(salt, n*logits.theirs)), GradLogits: make([]float32, n*logits.ours),
		Deltas: headOutput(salt+1, n*4), GradDeltas: make([]float32, n*4),
	}
	for i, truth := range goldenTruths {
		b.Images = append(b.Images, rpn.Image{ID: uint64(i), Truth: truth})
	}
	var w rpn.Work
	g.agree(t, c.Step(&w, &b), logits.back(b.GradLogits), b.GradDeltas)
}

func TestTheRPNOfTorchvisionIsTorchvisions(t *testing.T) {
	g, c := torchvisions(t).RPN, peer(t, "torchvision").RPN.Config
	c.Sampler = asDrawn{t, g.Picks, c.Sampler}
	g.dense(t, c, 1, 1, same(1))
}

func TestTheSecondStageOfTorchvisionIsTorchvisions(t *testing.T) {
	g, c := torchvisions(t).ROI, peer(t, "torchvision").ROI.Config
	c.Sampler = asDrawn{t, g.Picks, c.Sampler}
	var w roi.Work
	w.Reset(goldenClasses)
	for i, truth := range goldenTruths {
		c.Join(&w, roi.Image{ID: uint64(i), Truth: truth, Proposals: goldenProposals(3 + i)})
	}
	c.Sample(&w, nil, nil, sampling.Key{Seed: 1})
	n := len(w.ROIs())
	logits := columns{theirs: goldenClasses + 1, ours: goldenClasses + 1, width: 1}
	deltas := columns{theirs: 4 * (goldenClasses + 1), ours: 4 * goldenClasses, width: 4}
	b := roi.Batch{
		Logits: logits.to(headOutput(6, n*logits.theirs)), GradLogits: make([]float32, n*logits.ours),
		Deltas: deltas.to(headOutput(7, n*deltas.theirs)), GradDeltas: make([]float32, n*deltas.ours),
	}
	g.agree(t, c.Loss(&w, &b), logits.back(b.GradLogits), deltas.back(b.GradDeltas))
}

func TestTheRetinaNetOfTorchvisionIsTorchvisions(t *testing.T) {
	torchvisions(t).RetinaNet.dense(t, peer(t, "torchvision-retinanet").Dense.Config, goldenClasses, 8, same(goldenClasses))
}

func TestTheSSDOfTorchvisionIsTorchvisions(t *testing.T) {
	logits := columns{theirs: goldenClasses + 1, ours: goldenClasses + 1, width: 1}
	torchvisions(t).SSD.dense(t, peer(t, "torchvision-ssd").Dense.Config, goldenClasses, 8, logits)
}

func peer(t *testing.T, name string) Strategy {
	s, err := Peer(name)
	require.NoError(t, err)
	return s
}
