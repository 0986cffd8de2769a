package inspect_test

import (
	"context"
	"fmt"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/inspect"
)

func Example() {
	set, err := annotations.ReadCOCO(strings.NewReader(`{
		"images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
		"categories": [{"id": 1, "name": "cell"}],
		"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [100, 100, 32, 32], "area": 1024, "iscrowd": 0}]
	}`), "cells.json", annotations.Options{})
	if err != nil {
		panic(err)
	}
	config, err := inspect.Preset("retinanet")
	if err != nil {
		panic(err)
	}
	report, err := inspect.Analyse(context.Background(), set, config)
	if err != nil {
		panic(err)
	}
	c := report.Candidates
	fmt.Printf("%d anchors, %d positive, %d ignored; best IoU %.2f\n", c.Anchors, c.Positives, c.Ignored, report.All.BestIoU.Median)
	// Output: 160956 anchors, 40 positive, 62 ignored; best IoU 0.82
}
