package evidence

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFigureHasOneIntervalWhereverItStands(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := kept(t)
	for i := range list {
		s := &list[i]
		if len(s.Runs) == 0 {
			continue
		}
		for _, images := range s.Moments() {
			whole, err := s.Compare(AP, "", images)
			require.NoError(t, err)
			some, err := s.Among(rivals, images)
			require.NoError(t, err)
			for k, name := range rivals {
				if at := slices.Index(whole.Strategies(), name); at >= 0 {
					assert.Equal(t, whole.Means[at], some.Means[k], "%s: %s after %d images", s.Name, name, images)
				}
			}
		}
	}
}
