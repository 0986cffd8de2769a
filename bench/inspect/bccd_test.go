package inspect

import (
	"context"
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

func TestPlateletsAreBCCDsSmallClassAndBetterAnchorsReachMoreOfThem(t *testing.T) {
	set := bccd(t)
	for _, name := range Presets() {
		c, err := Preset(name)
		require.NoError(t, err)
		r, err := Analyse(context.Background(), set, c)
		require.NoError(t, err)
		require.NotNil(t, r.SmallClass, name)
		assert.Equal(t, "Platelets", r.SmallClass.Name)
		t.Log(name, r.SmallClass.Text)
		for _, a := range r.Advice {
			t.Logf("%s: %s\n  %s\n  %v\n  %v\n%s", a.Topic, a.Advice, a.Because, a.Before, a.After, a.Setting)
		}
	}
}
