package anchors

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden holds torchvision's values, written by bench/peers/golden.
type golden struct {
	Matching []struct {
		Candidates, Truth, IoU []float32
		Forced, Plain          []int32
	}
	Suppression []struct {
		Boxes, Scores []float32
		Classes       []int32
		OneClass      []int `json:"one_class"`
		PerClass      []int `json:"per_class"`
	}
	Coding struct{ Candidates, Truth, Encoded, Deltas, Decoded []float32 }
}

func readGolden(t *testing.T) (g golden) {
	data, err := os.ReadFile("testdata/torchvision.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &g))
	return g
}

func boxesOf(flat []float32) []Box {
	boxes := make([]Box, len(flat)/4)
	for i := range boxes {
		boxes[i] = Box(flat[4*i:])
	}
	return boxes
}

func TestMaxIoUIsTorchvisionsMatcher(t *testing.T) {
	g := readGolden(t)
	require.NotEmpty(t, g.Matching)
	for _, c := range g.Matching {
		truth := Truth{Box: boxesOf(c.Truth)}
		truth.Class = make([]int32, len(truth.Box))
		var a Assignment
		m := MaxIoU{PosIoU: 0.5, NegIoU: 0.25, Forced: ForcedKeep}
		m.Assign(&a, &Candidates{Box: boxesOf(c.Candidates)}, &truth)
		assert.Equal(t, c.Forced, a.GT)
		assert.Equal(t, c.IoU, a.IoU)
		m.Forced = ForcedNone
		m.Assign(&a, &Candidates{Box: boxesOf(c.Candidates)}, &truth)
		assert.Equal(t, c.Plain, a.GT)
		assert.NotEqual(t, c.Forced, c.Plain)
	}
}

func TestNMSIsTorchvisions(t *testing.T) {
	g := readGolden(t)
	require.NotEmpty(t, g.Suppression)
	for _, c := range g.Suppression {
		var one, per []Detection
		for i, box := range boxesOf(c.Boxes) {
			one = append(one, Detection{Box: box, Score: c.Scores[i]})
			per = append(per, Detection{Box: box, Score: c.Scores[i], Class: c.Classes[i]})
		}
		pick := func(d []Detection, index []int) (picked []Detection) {
			for _, i := range index {
				picked = append(picked, d[i])
			}
			return picked
		}
		wantOne, wantPer := pick(one, c.OneClass), pick(per, c.PerClass)
		assert.Equal(t, wantOne, NMS(one, 0.5, len(one)))
		assert.Equal(t, wantPer, NMS(per, 0.25, len(per)))
	}
}

func TestCoderIsTorchvisionsBoxCoder(t *testing.T) {
	c := readGolden(t).Coding
	coder := NewCoder(10, 10, 5, 5)
	truth := boxesOf(c.Truth)
	require.NotEmpty(t, truth)
	for i, candidate := range boxesOf(c.Candidates) {
		encoded := coder.Encode(candidate, truth[i])
		decoded := coder.Decode(candidate, Delta(c.Deltas[4*i:]))
		for k := range 4 {
			assert.InDelta(t, c.Encoded[4*i+k], encoded[k], 1e-5)
			want := c.Decoded[4*i+k]
			assert.InDelta(t, want, decoded[k], 1e-5*float64(1+max(want, -want)))
		}
	}
}
