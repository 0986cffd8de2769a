package registry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

type perClassLists struct {
	Weight []float64 `per:"class" range:"[0,)"`
	Alpha  []float64 `per:"column"`
	Other  []float64
}

func TestAListPerClassFitsTheClasses(t *testing.T) {
	list := func(n int) []float64 { return make([]float64, n) }
	for _, c := range []struct {
		weight, alpha int
		want          string
	}{
		{0, 0, ""}, {3, 0, ""}, {0, 3, ""}, {3, 4, ""},
		{2, 0, "weight: it has 2, and the classes are 3: expected 3, one for each class, or none"},
		{4, 0, "weight: it has 4, and the classes are 3: expected 3, one for each class, or none"},
		{3, 2, "alpha: it has 2, and the classes are 3: expected 3, one for each class, or 4 with the background's last, or none"},
		{3, 5, "alpha: it has 5, and the classes are 3: expected 3, one for each class, or 4 with the background's last, or none"},
	} {
		lists := perClassLists{list(c.weight), list(c.alpha), list(7)}
		if c.want == "" {
			assert.NoError(t, CheckClasses(&lists, 3), "%+v", c)
			continue
		}
		assert.EqualError(t, CheckClasses(lists, 3), c.want)
		assert.EqualError(t, CheckClasses(struct{ Cls any }{&lists}, 3), "cls."+c.want)
		assert.EqualError(t, CheckClasses(struct{ Parts []perClassLists }{[]perClassLists{{}, lists}}, 3), "parts[1]."+c.want)
		assert.EqualError(t, CheckClasses(struct{ Parts map[string]*perClassLists }{map[string]*perClassLists{"a": nil, "b": &lists}}, 3), "parts.b."+c.want)
	}
	assert.NoError(t, CheckClasses(nil, 3))
	assert.NoError(t, CheckClasses((*perClassLists)(nil), 3))
}

func TestATagPerWhatIsNoListOfClassesIsMalformed(t *testing.T) {
	assert.PanicsWithValue(t, `registry: Params: field A of struct { A []int "per:\"anchor\"" }: it is per "anchor": expected "class" or "column"`, func() {
		Params(struct {
			A []int `per:"anchor"`
		}{})
	})
	assert.PanicsWithValue(t, `registry: Params: field A of struct { A int "per:\"class\"" }: a list has an entry per class, a int has none`, func() {
		Params(struct {
			A int `per:"class"`
		}{})
	})
}
