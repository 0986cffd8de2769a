package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoStoppedInEveryRunIsGone(t *testing.T) {
	s := made(10, 4)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == "512 + ce" || r.Strategy == "all + ce" && r.Seed == 2 {
			r.Diverged, r.Failed = true, "the loss is not finite"
		}
	}
	assert.Equal(t, []string{"512 + ce"}, s.Gone("512 + ce", "all + ce", "one without runs"))
	_, stopped := s.RunsOf("all + ce")
	assert.Len(t, stopped, 1)
}
