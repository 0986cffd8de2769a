package anchorfit

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClustersOfThreeShapesAreTheirMedians(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var shapes []shape
	truth := []shape{{10, 10}, {40, 20}, {100, 200}}
	for _, s := range truth {
		for range 101 {
			shapes = append(shapes, shape{s.w * (0.98 + 0.04*rng.Float32()), s.h * (0.98 + 0.04*rng.Float32())})
		}
	}
	rng.Shuffle(len(shapes), func(i, k int) { shapes[i], shapes[k] = shapes[k], shapes[i] })
	found, err := cluster(context.Background(), shapes, 3, 1)
	require.NoError(t, err)
	slices.SortFunc(found, func(a, b shape) int { return cmp.Compare(a.w, b.w) })
	require.Len(t, found, 3)
	for i, s := range truth {
		assert.InEpsilon(t, s.w, found[i].w, 0.01)
		assert.InEpsilon(t, s.h, found[i].h, 0.01)
	}
}

func TestMoreClustersThanShapesAreTheShapes(t *testing.T) {
	found, err := cluster(context.Background(), []shape{{2, 3}, {2, 3}, {5, 1}}, 9, 1)
	require.NoError(t, err)
	assert.ElementsMatch(t, []shape{{2, 3}, {5, 1}}, found)
}

func TestAMedianIsExact(t *testing.T) {
	member := []int32{0, 0, 0, 1, 0}
	shapes := []shape{{9, 1}, {1, 2}, {5, 7}, {100, 100}, {4, 3}}
	assert.Equal(t, []shape{{4, 2}, {100, 100}, {7, 7}}, medians(member, shapes, []shape{{1, 1}, {1, 1}, {7, 7}}))
}
