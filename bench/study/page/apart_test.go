package page

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// apartAt returns differences of an experiment, half a point wide to each side.
func apartAt(experiment string, images []int, means ...float64) (list []apart) {
	for i, mean := range means {
		list = append(list, apart{experiment, "", images[i], stats.Estimate{Mean: mean, Low: mean - 0.5, High: mean + 0.5, Seeds: 4}, math.Abs(mean) > 0.6, nil})
	}
	return list
}

func TestADifferenceIsToldWhereItBeginsIsLargestAndEnds(t *testing.T) {
	short, long := []int{100, 200, 400}, []int{400, 800, 1600}
	for _, c := range []struct {
		list []apart
		want string
	}{
		{append(apartAt("short", short, 5, 2, -4), apartAt("long", long, -9, -3, -0.8)...),
			"| **+5.0 ± 0.5** after 100 (`short`) | **-9.0 ± 0.5** after 400 (`long`) | **-0.8 ± 0.5** after 1600 (`long`) |"},
		{apartAt("long", long, 1, 2, 3), "| **+1.0 ± 0.5** after 400 (`long`) | – | **+3.0 ± 0.5** after 1600 (`long`) |"},
		{apartAt("long", long, -3, 2, 0.4), "| **-3.0 ± 0.5** after 400 (`long`) | – | +0.4 ± 0.5 after 1600 (`long`) |"},
		{append(apartAt("short", short, 0.1, 0.2, 0.5), apartAt("long", long, -0.3)...),
			"| +0.1 ± 0.5 after 100 (`short`) | +0.5 ± 0.5 after 400 (`short`) | -0.3 ± 0.5 after 400 (`long`) |"},
		{apartAt("short", short, -2), "| **-2.0 ± 0.5** after 100 (`short`) | – | – |"},
		{[]apart{{"short", "at rates of 0.004 and 0.002", 100, stats.Estimate{Mean: 1, Low: -1, High: 3, Seeds: 4}, false, nil}},
			"| +1.0 ± 2.0 after 100 (`short`, at rates of 0.004 and 0.002) | – | – |"},
	} {
		d := pick([2]string{"a", "b"}, c.list)
		assert.Equal(t, c.want, d.cells())
	}
}

// A difference that its own interval tells from none may be untold beside all others
// of the table.
func TestADifferenceIsToldBesideAllOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many joint distributions")
	}
	tie := [4]float64{0.3, 0.3, 0.3, 0.3}
	one := questions()[:1]
	one[0].pairs = one[0].pairs[:1] // focal less ssd 3:1
	found := 0
	for lead := 0.0; lead < 0.02; lead += 0.001 {
		list := axesOf(t, rivalry("dense", 800, 1000, tie, [4]float64{0.3, 0.3 + lead, 0.3, 0.3}))
		alone, err := allDifferences(list, one)
		require.NoError(t, err)
		all, err := allDifferences(list, questions())
		require.NoError(t, err)
		a, b := alone[0][0].end, all[0][0].end
		assert.Equal(t, a.Estimate, b.Estimate)
		assert.False(t, b.told && !a.told, "lead %v", lead)
		assert.False(t, a.told && !told(a.Estimate), "two cells are told here: wider than its own")
		if told(a.Estimate) && !b.told {
			found++
		}
		if lead > 0.015 {
			assert.True(t, b.told, "lead %v", lead)
		}
	}
	assert.NotZero(t, found, "a lead between")
}
