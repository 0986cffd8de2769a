package main

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLossAndGradientsAgreeWithPyTorch(t *testing.T) {
	p, err := startPeer("")
	if errors.Is(err, errNoTorch) {
		t.Skip(err)
	}
	require.NoError(t, err)
	defer p.close()
	o, err := newOurs(2)
	require.NoError(t, err)
	a, err := check(p, o)
	require.NoError(t, err)
	t.Log(a)
	assert.NoError(t, a.err())
	assert.NotEmpty(t, a.parameter)
}

func TestADeviationOrNaNIsAnError(t *testing.T) {
	assert.NoError(t, agreement{loss: 1e-6, gradient: 1e-5, later: 1e-5}.err())
	for _, a := range []agreement{{loss: 0.01}, {gradient: 0.01}, {later: 0.01}, {loss: math.NaN()}, {gradient: math.NaN()}, {later: math.NaN()}} {
		assert.Error(t, a.err(), "%+v", a)
	}
}

func TestAPythonWithoutTorchNamesThePackage(t *testing.T) {
	_, err := startPeer(filepath.Join(t.TempDir(), "python3"))
	assert.ErrorIs(t, err, errNoTorch)
	assert.ErrorContains(t, err, "python3-torch")
}

func TestWritingASectionLeavesTheRestOfTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(file, []byte("# Before\n"+begin+"old\n"+end+"after\n"), 0o644))
	require.NoError(t, writeSection(file, "new\n"))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# Before\n"+begin+"new\n"+end+"after\n", string(got))

	require.NoError(t, os.WriteFile(file, []byte("# No markers\n"), 0o644))
	assert.ErrorContains(t, writeSection(file, "new\n"), "no section")
}

func TestMedianIsTheMiddleOrTheMeanOfTheTwoMiddleOnes(t *testing.T) {
	assert.Equal(t, 2.0, median([]float64{9, 1, 2}))
	assert.Equal(t, 2.5, median([]float64{9, 1, 2, 3}))
}
