package losses

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden holds torchvision's values, written by bench/peers/golden.
type golden struct {
	Focal []struct {
		Alpha, Gamma       float64
		Classes            []int32
		Logits, Loss, Grad []float32
	}
	GIoU struct{ Pred, Truth, Loss, Grad []float32 }
}

func readGolden(t *testing.T) (g golden) {
	data, err := os.ReadFile("testdata/torchvision.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &g))
	return g
}

func TestFocalIsTorchvisions(t *testing.T) {
	g := readGolden(t)
	require.NotEmpty(t, g.Focal)
	for _, c := range g.Focal {
		b := &Batch{Logits: c.Logits, Columns: len(c.Logits) / len(c.Classes), Class: c.Classes, Loss: make([]float32, len(c.Classes))}
		_, grad := evaluate(Focal{Alpha: c.Alpha, Gamma: c.Gamma}, b)
		sameUpTo(t, c.Loss, b.Loss, 1e-6)
		sameUpTo(t, c.Grad, grad, 1e-6)
	}
}

func TestGIoUIsTorchvisions(t *testing.T) {
	c := readGolden(t).GIoU
	require.NotEmpty(t, c.Loss)
	for i, want := range c.Loss {
		var grad [4]float32
		got := GIoU{}.Row(&grad, [4]float32(c.Pred[4*i:]), [4]float32(c.Truth[4*i:]))
		assert.InEpsilon(t, want, got, 1e-6)
		for k := range grad {
			assert.InDelta(t, c.Grad[4*i+k], grad[k], 1e-7)
		}
	}
}
