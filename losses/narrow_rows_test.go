package losses

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

func TestLeadingNegativesEndAtAnyOther(t *testing.T) {
	for n := range 40 {
		classes := make([]int32, n)
		for i := range classes {
			classes[i] = anchors.Negative
		}
		require.Equal(t, n, leadingNegatives(classes))
		for i := range classes {
			for _, other := range []int32{0, 7, anchors.Ignored} {
				classes[i] = other
				require.Equal(t, i, leadingNegatives(classes), "%d of %d", i, n)
			}
			classes[i] = anchors.Negative
		}
	}
}

// What is left of an earlier list, behind the last row of a shorter one, must
// not count, nor an ignored row whose logits are ordinary.
func TestRowsOfFewColumnsAddUpToTheirBatch(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		columns := l.Link().Columns(1)
		for _, n := range []int{together + 5, blockOf + 3, 2*blockOf + 17} {
			b := batch(rng, l, n, 6)
			b.Columns, b.Logits, b.State = columns, b.Logits[:n*columns], NewState(l, columns)
			for i := range b.Class {
				b.Class[i] = []int32{anchors.Negative, anchors.Negative, 0, anchors.Ignored}[rng.IntN(4)]
			}
			value, _ := evaluate(l, b)
			sum := 0.0
			for i, v := range b.Loss {
				sum += float64(v)
				if b.Class[i] == anchors.Ignored {
					require.Zero(t, v)
				}
			}
			assert.InEpsilon(t, sum, value, 1e-6, "%d rows", n)
		}
	})
}

// A list of rows is read by its rows, whether they have weights or not: here the
// rows that are listed are positives, and those at their places are not.
func TestRowsOfFewColumnsAreThoseOfTheirList(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		if l.Link() != Sigmoid || ranks(l) {
			return
		}
		for _, columns := range []int{1, 3, 10} {
			listed, alone := &Batch{Columns: columns}, &Batch{Columns: columns}
			for r := range 200 {
				for range columns {
					listed.Logits = append(listed.Logits, 4*rng.Float32()-3)
				}
				listed.Class = append(listed.Class, anchors.Negative)
				if r >= 100 {
					listed.Class[r] = int32(rng.IntN(columns))
					listed.Rows = append(listed.Rows, int32(r))
				}
			}
			alone.Logits, alone.Class = listed.Logits[100*columns:], listed.Class[100:]
			for _, weight := range []float32{0, 0.5} { // none, and the same for all
				for i := 0; weight > 0 && i < 100; i++ {
					listed.Weight, alone.Weight = append(listed.Weight, weight), append(alone.Weight, weight)
				}
				listed.State, alone.State = NewState(l, columns), NewState(l, columns)
				assert.InEpsilon(t, l.Eval(nil, alone), l.Eval(nil, listed), 1e-6, "%d columns, weight %v", columns, weight)
			}
		}
	})
}
