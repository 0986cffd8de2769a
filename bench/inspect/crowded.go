package inspect

import (
	"fmt"

	"detsample/internal/prose"
)

// countedDetections is how many detections of an image COCO's AP counts.
const countedDetections = 100

// crowded says how many of the objects can be found at most where images have more
// than there are detections that count, "" where none has.
func (a *analysis) crowded() string {
	images, found := 0, 0
	for i := range a.images {
		n := int(a.first[i+1] - a.first[i])
		if n > countedDetections {
			images++
		}
		found += min(n, countedDetections)
	}
	if images == 0 {
		return ""
	}
	return fmt.Sprintf("%s more than %d objects, and COCO's AP counts %d detections of an image: at most %s of the objects can be found, whatever is trained; images that are cut into parts have fewer each",
		prose.Count(images, "image has", "images have"), countedDetections, countedDetections, percent(Share(found, len(a.objects))))
}
