package main

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dump"
)

func TestADeviationIsRelativeToThePeersLargestNumber(t *testing.T) {
	d, err := within(1e-3, "x").compare(floats("x", []float32{1, 1000.5}), floats("x", []float32{1.5, 1000}))
	require.NoError(t, err)
	assert.InDelta(t, 5e-4, d, 1e-9)
}

func TestEqualInfinitiesAgree(t *testing.T) {
	inf := float32(math.Inf(1))
	_, err := within(1e-3, "x").compare(floats("x", []float32{inf, 1}), floats("x", []float32{inf, 1}))
	assert.NoError(t, err)
}

func TestWhatDiffersIsAnError(t *testing.T) {
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		check        check
		ours, theirs dump.Array
	}{
		"too far":         {within(1e-3, "x"), floats("x", []float32{1}), floats("x", []float32{1.01})},
		"NaN of ours":     {within(1e-3, "x"), floats("x", []float32{nan}), floats("x", []float32{1})},
		"NaN of theirs":   {within(1e-3, "x"), floats("x", []float32{1}), floats("x", []float32{nan})},
		"NaN, then a bit": {within(1e-3, "x"), floats("x", []float32{nan, 1}), floats("x", []float32{1, 1.0001})},
		"one label":       {equal("x"), integers("x", []int32{1, 2}), integers("x", []int32{1, 3})},
		"one too many":    {equal("x"), integers("x", []int32{1, 2}), integers("x", []int32{1})},
	} {
		_, err := c.check.compare(c.ours, c.theirs)
		assert.Error(t, err, name)
	}
}

func TestADifferentLabelIsNamed(t *testing.T) {
	_, err := equal("labels").compare(integers("labels", []int32{4, -1, 7}), integers("labels", []int32{4, -2, 8}))
	assert.EqualError(t, err, "labels: 2 of 3 differ, the first at 1: -1, the peer has -2")
}

func TestAgreementReadsThePeersFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "results")
	require.NoError(t, dump.Write(folder,
		floats("gradient.a", []float32{1}), floats("gradient.b", []float32{2}), integers("labels", []int32{5})))
	theirs, err := dump.Open(folder, 0)
	require.NoError(t, err)
	defer theirs.Close()
	ours := []dump.Array{floats("gradient.a", []float32{1}), floats("gradient.b", []float32{2.001}), integers("labels", []int32{5})}

	checks := []check{within(1e-2, "gradient.a"), within(1e-2, "gradient.b"), equal("labels")}
	said, err := agreement(checks, ours, theirs)
	require.NoError(t, err)
	require.Len(t, said, 2, "the worse of the two gradients")
	assert.Equal(t, "gradient.b within 5e-04", said[0].String())
	assert.Equal(t, "labels equal", said[1].String())

	_, err = agreement([]check{equal("kept")}, ours, theirs)
	assert.ErrorContains(t, err, "ours has no such result")
	_, err = agreement([]check{equal("kept")}, append(ours, integers("kept", []int32{1})), theirs)
	assert.ErrorContains(t, err, "the peer has no such result")
}

func TestInputsSurviveTheirFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "inputs")
	boxes := []anchors.Box{{0, 1, 2, 3.5}, {-4, 5, 6, 7}}
	want := []dump.Array{
		quads("boxes", boxes), floats("logits", []float32{1, 2, 3, 4, 5, 6}, 3, 2), integers("class", []int32{-1, -2, 80}), number("value", 0.25),
	}
	require.NoError(t, dump.Write(folder, want...))
	a, err := dump.Open(folder, 0)
	require.NoError(t, err)
	defer a.Close()
	for _, w := range want {
		tensor, err := a.Tensor(w.Name)
		require.NoError(t, err)
		require.NotNil(t, tensor, w.Name)
		got, err := tensor.Array()
		require.NoError(t, err)
		assert.Equal(t, w, got)
	}
	assert.Equal(t, []float32{0, 1, 2, 3.5, -4, 5, 6, 7}, want[0].Float)
}
