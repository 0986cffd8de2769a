package dataset

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bccd is the blood cell set of Shenggan/BCCD_Dataset.
const bccd = "../../../shared/data/bccd"

func openBCCD(t testing.TB, o Options) *Set {
	t.Helper()
	if _, err := os.Stat(bccd); err != nil {
		t.Skip("the BCCD set is not at ", bccd)
	}
	s, err := Open(t.Context(), bccd, o)
	require.NoError(t, err)
	return s
}

func TestBCCDIsReadWholeButForItsTwoDegenerateBoxes(t *testing.T) {
	if testing.Short() {
		t.Skip("reads much: TestReadsTheBloodCellsOfVOC is the short form")
	}
	s := openBCCD(t, Options{})
	assert.Equal(t, "bccd", s.Name)
	assert.Equal(t, []string{"Platelets", "RBC", "WBC"}, s.Classes)
	assert.Equal(t, [2]int{160, 128}, [2]int{s.Width, s.Height})
	train, test := s.Stats()
	assert.Equal(t, [2]int{292, 72}, [2]int{train.Images, test.Images})
	assert.Equal(t, 4888-2, train.Objects+test.Objects)
	for class, n := range []int{361, 4155 - 2, 372} {
		assert.Equal(t, n, train.PerClass[class]+test.PerClass[class], s.Classes[class])
	}
	require.Len(t, s.Problems, 2)
	assert.Equal(t, "Annotations/BloodImage_00338.xml:158: object 13 (RBC): box [504 337 0 0] (x, y, width, height) has no width and no height: left out", s.Problems[0].String())
	assert.Equal(t, "Annotations/BloodImage_00343.xml:50: object 4 (RBC): box [181 329 0 0] (x, y, width, height) has no width and no height: left out", s.Problems[1].String())
	for _, im := range s.Train {
		require.Equal(t, float32(0.25), im.Scale)
		for _, o := range im.Objects {
			require.True(t, o.Box.Valid() && o.Box == o.Box.Clip(160, 120))
		}
	}
}

func TestBCCDUnderRefuseStopsAtItsFirstDegenerateBox(t *testing.T) {
	openBCCD(t, Options{MaxTrain: 1, MaxTest: 1})
	_, err := Open(t.Context(), bccd, Options{Refuse: true})
	assert.ErrorContains(t, err, "Annotations/BloodImage_00338.xml:158: object 13 (RBC)")
}
