package crops_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/crops"
)

// An object that two tiles of an image show is one detection of the image.
func Example() {
	c := crops.Config{Side: 256, Overlap: 64}
	tiles := c.Tiles(nil, 448, 256)
	object := anchors.Box{200, 100, 240, 130}
	var found [][]anchors.Detection
	for _, tile := range tiles {
		cut, _ := c.Cut(object, tile)
		found = append(found, []anchors.Detection{{Box: cut, Score: 0.9}})
	}
	var merger crops.Merger
	for _, d := range merger.Merge(448, 256, tiles, found, 0.5, 100) {
		fmt.Println(len(tiles), d.Box)
	}
	// Output: 2 [200 100 240 130]
}
