package inspect

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

// bccd reads the blood cells' annotations if they are at hand. It reads XML by
// itself, so that a fault of package annotations does not show here.
func bccd(tb testing.TB) *annotations.Set {
	tb.Helper()
	files, _ := filepath.Glob("../../../shared/data/bccd/Annotations/*.xml")
	if len(files) == 0 {
		tb.Skip("no BCCD data")
	}
	names := []string{"RBC", "WBC", "Platelets"}
	set := &annotations.Set{Path: "bccd", Format: annotations.VOC}
	for i, name := range names {
		set.Categories = append(set.Categories, annotations.Category{ID: int64(i), Name: name})
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(tb, err)
		var doc struct {
			Filename string `xml:"filename"`
			Size     struct {
				Width  int `xml:"width"`
				Height int `xml:"height"`
			} `xml:"size"`
			Object []struct {
				Name string `xml:"name"`
				Box  struct {
					X1 float64 `xml:"xmin"`
					Y1 float64 `xml:"ymin"`
					X2 float64 `xml:"xmax"`
					Y2 float64 `xml:"ymax"`
				} `xml:"bndbox"`
			} `xml:"object"`
		}
		require.NoError(tb, xml.Unmarshal(data, &doc))
		img := annotations.Image{ID: int64(i + 1), File: doc.Filename, Width: doc.Size.Width, Height: doc.Size.Height}
		for _, o := range doc.Object {
			b := o.Box
			w, h := b.X2-b.X1+1, b.Y2-b.Y1+1
			if w > 1 && h > 1 {
				img.Objects = append(img.Objects, annotations.Object{Box: [4]float64{b.X1 - 1, b.Y1 - 1, w, h}, Category: int32(slices.Index(names, o.Name)), Area: w * h})
			}
		}
		set.Images = append(set.Images, img)
	}
	return set
}

func TestPlateletsAreBCCDsSmallClassAndBetterAnchorsReachMoreObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("reads much: TestAReportDoesNotDependOnProcessors is the short form")
	}
	c := byDefault()
	r := analysed(t, bccd(t), c)
	require.NotNil(t, r.SmallClass)
	assert.Equal(t, "Platelets", r.SmallClass.Name)
	assert.Contains(t, r.SmallClass.Text, "of its objects have no anchor of IoU 0.5")
	require.NotNil(t, r.Recommended)
	adv := topics(r)["anchor sizes and ratios"]
	require.False(t, adv.Keep)
	before := Share(r.All.Objects-r.All.Unreached, r.All.Objects)
	assert.InDelta(t, before, adv.Before[0].Value, 1e-9)
	assert.Greater(t, adv.After[0].Value, before+0.01)
	for i, class := range r.Classes {
		assert.GreaterOrEqual(t, r.Recommended.Class[i], Share(class.Objects-class.Unreached, class.Objects)-0.005, class.Name)
	}
	assertPromised(t, bccd(t), c, r)
}

func TestEveryPresetNamesBCCDsSmallClass(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	set := bccd(t)
	set.Images = set.Images[:40]
	for _, c := range everyPyramid(t) {
		r := analysed(t, set, c)
		require.NotNil(t, r.SmallClass, c.Name)
		assert.Equal(t, "Platelets", r.SmallClass.Name, c.Name)
	}
}
