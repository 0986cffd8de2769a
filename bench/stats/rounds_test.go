package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func seedsTo(n int) []uint64 {
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(1001 + i)
	}
	return list
}

// drawnRun is the same for the same strategy and seed.
func drawnRun(strategy string, seed uint64, mean, deviation float64) Run {
	rng := rand.New(rand.NewPCG(seed, uint64(strategy[0])))
	return Run{Strategy: strategy, Seed: seed, Value: mean + deviation*rng.NormFloat64()}
}

func TestLooks(t *testing.T) {
	assert.Equal(t, []int{3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 50}, Rounds{Seeds: seedsTo(50)}.looks())
	assert.Equal(t, []int{3, 4}, Rounds{Seeds: seedsTo(4)}.looks())
	assert.Equal(t, []int{2}, Rounds{Seeds: seedsTo(2)}.looks())
}

// raced adds the runs that are asked for until no more are, and returns all
// standings.
func raced(t *testing.T, r Rounds, means map[string]float64, deviation float64) (list []Standing, runs []Run) {
	names := []string{"a", "b", "c"}
	type key struct {
		strategy string
		seed     uint64
	}
	have := map[key]bool{}
	for {
		s, err := r.Stand(names, runs)
		require.NoError(t, err)
		list = append(list, s)
		if len(s.Next) == 0 {
			return list, runs
		}
		for _, name := range s.In {
			for _, seed := range s.Next {
				if k := (key{name, seed}); !have[k] {
					have[k] = true
					runs = append(runs, drawnRun(name, seed, means[name], deviation))
				}
			}
		}
	}
}

func TestARaceEndsWithTheBest(t *testing.T) {
	list, runs := raced(t, Rounds{Seeds: seedsTo(40), Race: true}, map[string]float64{"a": 0, "b": 20, "c": 18.5}, 1)
	end := list[len(list)-1]
	assert.True(t, end.Enough)
	assert.Equal(t, []string{"b"}, end.In)
	require.Len(t, end.Out, 2)
	assert.Equal(t, Out{"a", 3}, end.Out[0])
	assert.Equal(t, "c", end.Out[1].Strategy)
	assert.Less(t, len(runs), 80, "fewer than two strategies with all seeds")
	assert.Equal(t, 3, end.Comparison.Between(0, 1).Seeds)
	assert.Equal(t, end.Out[1].Seeds, end.Comparison.Between(1, 2).Seeds)
}

// An interrupted race goes on as if it had not been, and a run too many
// changes nothing.
func TestARaceFollowsFromItsRuns(t *testing.T) {
	r := Rounds{Seeds: seedsTo(40), Race: true}
	list, runs := raced(t, r, map[string]float64{"a": 0, "b": 20, "c": 18.5}, 1)
	end := list[len(list)-1]
	more := append([]Run{drawnRun("a", 1039, 90, 1), {Strategy: "b", Seed: 7, Value: 90}}, runs...)
	again, err := r.Stand([]string{"a", "b", "c"}, more)
	require.NoError(t, err)
	assert.Equal(t, end.In, again.In)
	assert.Equal(t, end.Out, again.Out)
	assert.Equal(t, end.Comparison.Means, again.Comparison.Means)
	s, err := r.Stand([]string{"a", "b", "c"}, runs[:len(runs)-1])
	require.NoError(t, err)
	assert.Equal(t, list[len(list)-2].In, s.In)
	assert.NotEmpty(t, s.Next)
}

func TestSpendingAddsUp(t *testing.T) {
	list, _ := raced(t, Rounds{Seeds: seedsTo(12), Race: true}, map[string]float64{}, 1)
	spent := 0.0
	for _, s := range list[1:] {
		spent += 1 - s.Confidence
	}
	assert.InDelta(t, 1-Certainty, spent, 1e-12)
	assert.False(t, list[len(list)-1].Enough, "equal strategies")
}

func TestRoundsEndAtAHalfWidth(t *testing.T) {
	list, _ := raced(t, Rounds{Seeds: seedsTo(64), Half: 0.75}, map[string]float64{"a": 1, "b": 2, "c": 9}, 1)
	end := list[len(list)-1]
	assert.True(t, end.Enough)
	assert.Equal(t, []string{"a", "b", "c"}, end.In)
	for _, d := range end.Comparison.Differences {
		assert.LessOrEqual(t, d.Half(), 0.75)
	}
	before := list[len(list)-2].Comparison
	widest, _ := before.widest([]string{"a", "b", "c"})
	assert.Greater(t, widest, 0.75)
	assert.Equal(t, Certainty, end.Confidence)
}

func TestNoNumberOfSeedsMakesUpForFewTestImages(t *testing.T) {
	var runs []Run
	for _, seed := range seedsTo(3) {
		for name, scale := range map[string]float64{"a": 1, "b": 3} {
			r := drawnRun(name, seed, 10, 0.1)
			r.Resamples = []float64{10 - scale, 10, 10 + scale, 10 + scale, 10 - scale}
			runs = append(runs, r)
		}
	}
	s, err := Rounds{Seeds: seedsTo(50), Half: 0.75}.Stand([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.True(t, s.OutOfReach)
	assert.Empty(t, s.Next)
	assert.False(t, s.Enough)
	assert.Zero(t, s.Comparison.SeedsFor(0.75, []string{"a", "b"}).Seeds)
	assert.InDelta(t, 2.7764451051977987*2, s.Comparison.SeedsFor(0.75, []string{"a", "b"}).ImagesHalf, 1e-9)
}

func TestARunThatFailedCounts(t *testing.T) {
	var runs []Run
	for _, seed := range seedsTo(3) {
		runs = append(runs, drawnRun("a", seed, 1, 1), Run{Strategy: "b", Seed: seed, Failed: "diverged"})
	}
	s, err := Rounds{Seeds: seedsTo(3)}.Stand([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.Empty(t, s.Next)
	assert.Len(t, s.Comparison.Excluded, 3)
	s, err = Rounds{Seeds: seedsTo(6), Race: true}.Stand([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, s.In, "without a figure nothing shows that it is worse")
	assert.Empty(t, s.Out)
	assert.Equal(t, seedsTo(4), s.Next)
	assert.False(t, s.Enough)
	_, err = Rounds{}.Stand([]string{"a"}, nil)
	assert.EqualError(t, err, "no seeds")
}
