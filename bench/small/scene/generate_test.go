package scene

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dataset"
)

// few returns the default scenes with every class, but not many of them.
func few() Config {
	c := DefaultConfig()
	c.Classes, c.Train, c.Test = 4, 60, 20
	return c
}

func generate(t testing.TB, c Config, seed uint64) *dataset.Set {
	t.Helper()
	s, err := Generate(c, seed)
	require.NoError(t, err)
	return s
}

func TestSetHasTheSameBitsForAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := generate(t, few(), 7)
	for _, n := range []int{2, 5} {
		runtime.GOMAXPROCS(n)
		assert.True(t, assert.ObjectsAreEqual(one, generate(t, few(), 7)), "%d processors", n)
	}
}

func TestMoreTrainingImagesLeaveTheOthersAsTheyWere(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c := few()
	small := generate(t, c, 7)
	c.Train *= 2
	large := generate(t, c, 7)
	assert.True(t, assert.ObjectsAreEqual(small.Test, large.Test))
	assert.True(t, assert.ObjectsAreEqual(small.Train, large.Train[:len(small.Train)]))
}

func TestSeedSplitAndIndexEachChangeTheImage(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	a, b := generate(t, few(), 1), generate(t, few(), 2)
	assert.NotEqual(t, a.Train[0].Pix, b.Train[0].Pix)
	assert.NotEqual(t, a.Train[0].Pix, a.Test[0].Pix)
	assert.NotEqual(t, a.Train[0].Pix, a.Train[1].Pix)
}

func TestImagesHaveTheShapeTheSetPromises(t *testing.T) {
	c := few()
	s := generate(t, c, 3)
	assert.Equal(t, []string{"disc", "square", "triangle", "cross"}, s.Classes)
	require.Len(t, s.Train, int(c.Train))
	require.Len(t, s.Test, c.Test)
	names := map[string]bool{}
	for _, im := range append(s.Train, s.Test...) {
		assert.Len(t, im.Pix, 3*s.Width*s.Height)
		assert.Equal(t, [2]int{s.Width, s.Height}, [2]int{im.Width, im.Height})
		assert.Equal(t, float32(1), im.Scale)
		names[im.Name] = true
	}
	assert.Len(t, names, int(c.Train)+c.Test)
}

func TestObjectsKeepTheirNumberPlaceAndDistance(t *testing.T) {
	if testing.Short() {
		t.Skip("draws as TestSetHasTheSameBitsForAnyNumberOfProcessors does")
	}
	small := DefaultConfig()
	small.MinSize, small.MaxSize, small.Tail = 6, 16, 1.5
	for _, c := range []Config{few(), small} {
		c.Train, c.Test = 300, 1
		counts := map[int]int{}
		for _, im := range generate(t, c, 5).Train {
			counts[len(im.Objects)]++
			for i, o := range im.Objects {
				require.True(t, o.Box.Valid(), "%s: %v", im.Name, o.Box)
				require.Equal(t, o.Box, o.Box.Clip(float32(c.Size), float32(c.Size)))
				require.Less(t, o.Class, int32(c.Classes))
				require.GreaterOrEqual(t, o.Class, int32(0))
				for _, other := range im.Objects[:i] {
					require.Less(t, anchors.IoU(o.Box, other.Box), float32(0.18), im.Name)
				}
			}
		}
		for n := range counts {
			assert.True(t, n >= c.MinObjects && n <= c.MaxObjects, "%d objects", n)
		}
		assert.Len(t, counts, c.MaxObjects-c.MinObjects+1, "every number occurs")
	}
}

func TestEveryClassIsAboutAsFrequent(t *testing.T) {
	if testing.Short() {
		t.Skip("draws as TestSetHasTheSameBitsForAnyNumberOfProcessors does")
	}
	c := few()
	c.Train = 600
	st, _ := generate(t, c, 11).Stats()
	for class, n := range st.PerClass {
		assert.InDelta(t, 0.25, float64(n)/float64(st.Objects), 0.05, "class %d", class)
	}
}

func TestImageWithoutRoomIsAnErrorThatNamesIt(t *testing.T) {
	c := few()
	c.MinObjects, c.MaxObjects, c.MinSize, c.MaxSize = 32, 32, 60, 60
	_, err := Generate(c, 1)
	assert.ErrorContains(t, err, "train image 0")
	assert.ErrorContains(t, err, "want fewer, smaller ones or a larger image")
}

func BenchmarkGenerate(b *testing.B) {
	c := DefaultConfig()
	b.ReportAllocs()
	for b.Loop() {
		generate(b, c, 1)
	}
	b.ReportMetric(float64(b.N*(int(c.Train)+c.Test))/b.Elapsed().Seconds(), "images/s")
}

func ExampleGenerate() {
	c := DefaultConfig()
	c.Train, c.Test = 100, 50
	s, err := Generate(c, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, _ := s.Stats()
	fmt.Println(s.Classes, s.Width, s.Height, len(s.Train), len(s.Test))
	fmt.Println("an object on average at least 1 an image:", train.Objects >= train.Images)
	// Output:
	// [disc square triangle] 96 96 100 50
	// an object on average at least 1 an image: true
}
