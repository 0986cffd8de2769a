package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPictureIsDrawnOfEveryPanel(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for _, p := range panels(sizes{1}) {
		for i := range p.curves {
			for _, n := range p.points {
				p.curves[i].times = append(p.curves[i].times, sample{float64(n), float64(n) * 1e-5, float64(n) * 1e-4})
			}
		}
		file := filepath.Join(t.TempDir(), p.name+".png")
		require.NoError(t, p.draw(file))
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Greater(t, info.Size(), int64(10_000))
	}
}

func TestDecadesAreNamedAndTheirMultiplesAreNot(t *testing.T) {
	names := map[float64]string{}
	for _, tick := range decades(0.01, 2e6) {
		names[tick.Value] = tick.Label
	}
	for v, want := range map[float64]string{0.01: "0.01", 1: "1", 200: "", 1000: "1k", 1e6: "1M"} {
		got, ok := names[v]
		assert.True(t, ok, v)
		assert.Equal(t, want, got)
	}
}
