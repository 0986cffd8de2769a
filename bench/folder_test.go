package bench

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

// writeCOCO writes images enlarged to twice their size, with their objects, as
// the train and val splits of a COCO folder.
func writeCOCO(t *testing.T, set *dataset.Set) string { return writeCOCOAt(t, set, 2) }

// writeCOCOAt is writeCOCO with images enlarged by a factor.
func writeCOCOAt(t *testing.T, set *dataset.Set, times int) string {
	t.Helper()
	dir, f, crowd := t.TempDir(), float32(times), map[bool]int{true: 1}
	for split, images := range map[string][]dataset.Image{"train": set.Train, "val": set.Test} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, split), 0o777))
		var list struct {
			Images      []map[string]any `json:"images"`
			Annotations []map[string]any `json:"annotations"`
			Categories  []map[string]any `json:"categories"`
		}
		list.Categories = []map[string]any{{"id": 1, "name": set.Classes[0]}}
		for i, m := range images {
			name := fmt.Sprintf("%03d.png", i)
			writeEnlarged(t, filepath.Join(dir, split, name), &m, times)
			list.Images = append(list.Images, map[string]any{"id": i, "file_name": name, "width": times * m.Width, "height": times * m.Height})
			for _, o := range m.Objects {
				list.Annotations = append(list.Annotations, map[string]any{
					"id": len(list.Annotations) + 1, "image_id": i, "category_id": 1, "iscrowd": crowd[o.Ignore],
					"bbox": []float32{f * o.Box[0], f * o.Box[1], f * o.Box.Width(), f * o.Box.Height()}, "area": f * f * o.Box.Area(),
				})
			}
		}
		text, err := json.Marshal(list)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "annotations"), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "annotations", "instances_"+split+".json"), text, 0o666))
	}
	return dir
}

func writeEnlarged(t *testing.T, path string, m *dataset.Image, times int) {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, times*m.Width, times*m.Height))
	for y := range times * m.Height {
		for x := range times * m.Width {
			p := 3 * (y/times*m.Width + x/times)
			picture.Set(x, y, color.RGBA{m.Pix[p], m.Pix[p+1], m.Pix[p+2], 255})
		}
	}
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, picture))
	require.NoError(t, f.Close())
}

// reached counts the training objects with an anchor of an IoU.
func reached(set *dataset.Set, p *anchors.Pyramid, iou float32) (n int) {
	all := p.Append(nil, set.Width, set.Height)
	for i := range set.Train {
		for _, o := range set.Train[i].Objects {
			if slices.ContainsFunc(all, func(a anchors.Box) bool { return anchors.IoU(a, o.Box) >= iou }) {
				n++
			}
		}
	}
	return n
}

func TestAFolderIsComparedLikeScenes(t *testing.T) {
	c := parsed(t, tinyData+`
folder: {size: 48, anchors: true, areas: {small: 30, large: 46}}
training: {images: 600, batch: 4, warmup: 20, average: 0.95, checkpoints: 1}
strategies:
  - {name: two-stage, lr: 0.005, rpn: {sampler: {type: random, num: 64}}, roi: {sampler: {type: random, num: 32}}}
`)
	set, err := scene.Generate(c.Scenes, 1)
	require.NoError(t, err)
	folder := writeCOCO(t, set)
	study, err := Compare(t.Context(), c, Options{Data: folder})
	require.NoError(t, err)

	assert.Equal(t, 48, study.Set.Width)
	assert.Len(t, study.Set.Train, 64)
	r := study.Records[0].Run
	assert.Greater(t, r.AP, 0.3, "0.74 was measured")
	assert.GreaterOrEqual(t, r.APS, 0.0, "some objects are small at twice the size")
	assert.Equal(t, config.Areas{Small: 30, Large: 46}, study.Config.Areas)
	assert.GreaterOrEqual(t, reached(study.Set, &study.Config.Detector.Pyramid, 0.7), reached(study.Set, &c.Detector.Pyramid, 0.7)+10, "anchors are fitted in network pixels")
	assert.Equal(t, float32(12), c.Detector.Pyramid.Levels[0].Sizes[0], "the caller's configuration is left as it was")
	assert.Equal(t, filepath.Base(folder), study.Summary.Data.Name)
}
