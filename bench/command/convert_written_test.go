package command

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The summary of a conversion is of what was written: YOLO has no crowds, Pascal VOC
// no boxes of a pixel, COCO has all.
func TestAConversionSaysWhatItWrote(t *testing.T) {
	gt := file(t, "gt.json", strings.Replace(catsAndDogs, `"annotations": [`, `"annotations": [
		{"id": 8, "image_id": 1, "category_id": 3, "bbox": [60, 60, 20, 20], "area": 400, "iscrowd": 1},
		{"id": 9, "image_id": 1, "category_id": 3, "bbox": [40, 40, 1, 1], "area": 1},`, 1))
	for to, want := range map[string]string{
		"coco": "3 objects of 2 classes in 2 images; 1 crowd or ignored object besides",
		"yolo": "3 objects of 2 classes in 2 images; 1 crowd or ignored object besides, left out",
		"voc":  "2 objects of 2 classes in 2 images; 1 crowd or ignored object besides; 1 object is left out",
	} {
		out := filepath.Join(t.TempDir(), to)
		got := detsample("convert", gt, "--to", to, "--out", out)
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, out+": "+want+"\n", got.stdout)
	}
}
