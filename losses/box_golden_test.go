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

// boxGolden are a loss's values and gradients in a peer, as
// bench/peers/losses/boxes.py writes them.
type boxGolden struct{ Loss, Grad []float64 }

func readBoxGolden(t *testing.T, file string, into any) {
	f, err := os.Open("testdata/" + file)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(into))
}

// compareBoxes checks a loss row by row to a relative 1e-5 and returns how
// many rows that were. The peers' epsilons are what the absolute 1e-7 allows.
func compareBoxes(t *testing.T, l Box, pred, truth []float32, want boxGolden, skip func(loss float64) bool) (checked int) {
	require.GreaterOrEqual(t, len(want.Loss), 1000)
	require.Len(t, want.Grad, 4*len(want.Loss))
	for i, loss := range want.Loss {
		if skip != nil && skip(loss) {
			continue
		}
		checked++
		var grad [4]float32
		value := l.Row(&grad, [4]float32(pred[4*i:]), [4]float32(truth[4*i:]))
		require.InDelta(t, loss, value, 1e-7+1e-5*math.Abs(loss), "row %d", i)
		for k, g := range grad {
			require.InDelta(t, want.Grad[4*i+k], float64(g), 1e-7+1e-5*math.Abs(want.Grad[4*i+k]), "row %d side %d", i, k)
		}
	}
	return checked
}

func TestDecodedLossesAreThoseOfThePeers(t *testing.T) {
	var golden struct {
		Pred, Truth []float32
		Cases       map[string]boxGolden
	}
	readBoxGolden(t, "boxes_decoded.json.gz", &golden)
	// mmdetection cuts these at 2, where ours go on.
	cut := func(loss float64) bool { return loss >= 2-1e-6 }
	for name, c := range map[string]struct {
		loss Box
		skip func(float64) bool
	}{
		"torchvision giou":         {GIoU{}, nil},
		"torchvision diou":         {DIoU{}, nil},
		"torchvision ciou":         {CIoU{FromIoU: 0}, nil},
		"mmdetection ciou":         {CIoU{FromIoU: 0.5}, cut},
		"mmdetection iou log":      {IoU{}, nil},
		"mmdetection iou linear":   {IoU{Mode: IoULinear}, nil},
		"mmdetection iou square":   {IoU{Mode: IoUSquare}, nil},
		"mmdetection siou":         {SIoU{Theta: 4}, cut},
		"mmdetection extended_iou": {ExtendedIoU{Smooth: 0.1}, nil},
		"NWD nwd":                  {NWD{C: 12.8}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			want, ok := golden.Cases[name]
			require.True(t, ok)
			assert.GreaterOrEqual(t, compareBoxes(t, c.loss, golden.Pred, golden.Truth, want, c.skip), 990)
		})
	}
	assert.Len(t, golden.Cases, 10, "every case of the file is compared")
}

func TestDeltaLossesAreThoseOfThePeers(t *testing.T) {
	golden := readDeltas(t)
	for name, l := range map[string]Box{
		"balanced_l1": NewBalancedL1(0.5, 1.5), "smooth_l1": SmoothL1{Beta: 1}, "l1": L1{}, "huber": Huber{Delta: 1},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, 1000, compareBoxes(t, l, golden.Pred, golden.Truth, golden.Cases[name], nil))
		})
	}
	assert.Len(t, golden.Cases, 4)
}

type deltasGolden struct {
	Pred, Near, Truth []float32
	Cases             map[string]boxGolden
	Harmonised        map[string]boxGolden `json:"ghm_r"` // by momentum
}

func readDeltas(t *testing.T) (g deltasGolden) {
	readBoxGolden(t, "boxes_deltas.json.gz", &g)
	return g
}

// errorBatch returns a batch whose deltas are the given errors: each candidate is
// its own ground truth, which encodes to 0.
func errorBatch(pred, truth []float32, state []float64) *BoxBatch {
	b := &BoxBatch{Columns: 4, Coder: anchors.NewCoder(1, 1, 1, 1), State: state}
	for i := range pred {
		b.Deltas = append(b.Deltas, pred[i]-truth[i])
	}
	for r := range len(pred) / 4 {
		b.Rows = append(b.Rows, int32(r))
		b.Anchor = append(b.Anchor, anchors.Box{0, 0, 1, 1})
		b.Truth = append(b.Truth, anchors.Box{0, 0, 1, 1})
		b.Weight = append(b.Weight, 1)
	}
	return b
}

func TestGHMRIsMmdetectionsOverBatchesInOrder(t *testing.T) {
	golden := readDeltas(t)
	const batches = 4
	for name, momentum := range map[string]float64{"0": 0, "0.7": 0.7} {
		t.Run("momentum "+name, func(t *testing.T) {
			want := golden.Harmonised[name]
			require.Len(t, want.Loss, batches)
			l := GHMR{Mu: 0.02, Bins: 10, Momentum: momentum}
			state := NewState(l, 4)
			size := len(golden.Near) / batches
			for i := range batches {
				grad := make([]float32, size)
				value := EvalBox(l, grad, errorBatch(golden.Near[i*size:(i+1)*size], golden.Truth[i*size:(i+1)*size], state))
				n := float64(size) // what the normaliser elements divides by
				require.InDelta(t, want.Loss[i], value/n, 1e-5*want.Loss[i])
				for k, g := range grad {
					exact := want.Grad[i*size+k]
					require.InDelta(t, exact, float64(g)/n, 1e-9+1e-5*math.Abs(exact), "batch %d element %d", i, k)
				}
			}
		})
	}
}
