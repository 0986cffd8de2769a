package scene

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSizesFollowTheBoundedPareto(t *testing.T) {
	for _, tail := range []float64{0, 0.5, 1, 3} {
		p := newPainter(plain())
		p.c.Tail, p.c.MinSize, p.c.MaxSize = tail, 7, 40
		p.rng = rand.New(rand.NewPCG(1, 2))
		const n = 20000
		below := map[float64]int{}
		for range n {
			size := p.size()
			require.True(t, size >= 7 && size <= 40, "size %g", size)
			for _, x := range []float64{8, 10, 15, 25} {
				if size < x {
					below[x]++
				}
			}
		}
		for x, count := range below {
			want := math.Log(x/7) / math.Log(40./7)
			if tail > 0 {
				want = (1 - math.Pow(7/x, tail)) / (1 - math.Pow(7./40, tail))
			}
			assert.InDelta(t, want, float64(count)/n, 0.015, "tail %g below %g", tail, x)
		}
	}
}

func TestLongerSideOfABoxIsTheSizeDrawn(t *testing.T) {
	c := plain()
	c.MinSize, c.MaxSize = 13, 13
	for _, im := range generate(t, c, 1).Train {
		for _, o := range im.Objects {
			assert.InDelta(t, 13, max(o.Box.Width(), o.Box.Height()), 1e-3)
		}
	}
}

func TestDistractorsAddLookAlikesAndMoveNoObject(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c := few()
	c.Distractors = 0
	none := generate(t, c, 9)
	c.Distractors = 8
	many := generate(t, c, 9)
	for i := range none.Train {
		assert.ElementsMatch(t, none.Train[i].Objects, many.Train[i].Objects)
	}
	p := newPainter(c)
	lookAlikes := 0
	for seed := range uint64(200) {
		p.rng = rand.New(rand.NewPCG(seed, 0))
		shapes, err := p.arrange()
		require.NoError(t, err)
		for _, s := range shapes {
			if s.class < 0 {
				lookAlikes++
			}
		}
	}
	assert.InDelta(t, 4, float64(lookAlikes)/200, 0.6)
}
