package dataset

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func named(n int) *Set {
	s := &Set{Name: "s", Classes: []string{"a"}, Test: []Image{{Name: "test/1"}}}
	for i := range n {
		s.Train = append(s.Train, Image{Name: fmt.Sprintf("train/%d", i), ID: int64(i)})
	}
	return s
}

func TestValidationImagesAreAPartOfTheTrainingImages(t *testing.T) {
	s := named(103)
	v, err := s.Validation()
	require.NoError(t, err)
	assert.Len(t, v.Test, 20)
	assert.Len(t, v.Train, 83)
	assert.ElementsMatch(t, s.Train, append(v.Train[:83:83], v.Test...))
	assert.Len(t, s.Train, 103, "the set itself stays")
	assert.Equal(t, []Image{{Name: "test/1"}}, s.Test)
	assert.Equal(t, "s", v.Name)
	assert.NotEqual(t, s.Train[:20], v.Test, "not the first ones")
	for i := range v.Train[1:] {
		assert.Less(t, v.Train[i].ID, v.Train[i+1].ID, "in their order")
	}
}

func TestTheValidationImagesFollowFromTheNames(t *testing.T) {
	s := named(40)
	a, err := s.Validation()
	require.NoError(t, err)
	for i, j := 0, len(s.Train)-1; i < j; i, j = i+1, j-1 {
		s.Train[i], s.Train[j] = s.Train[j], s.Train[i]
	}
	b, err := s.Validation()
	require.NoError(t, err)
	assert.ElementsMatch(t, a.Test, b.Test)
}

func TestTooFewImagesCannotBeParted(t *testing.T) {
	_, err := named(1).Validation()
	assert.ErrorContains(t, err, "1 training image: choosing settings needs")
	v, err := named(2).Validation()
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(v.Train), len(v.Test)})
}
