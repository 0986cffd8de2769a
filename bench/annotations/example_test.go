package annotations_test

import (
	"fmt"
	"strings"

	"detsample/bench/annotations"
)

func ExampleReadCOCO() {
	file := `{"images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
"categories": [{"id": 18, "name": "dog"}],
"annotations": [{"id": 1, "image_id": 1, "category_id": 18, "bbox": [10, 20, 30, 40]},
{"id": 2, "image_id": 1, "category_id": 18, "bbox": [10, 20, 0, 40]}]}`
	set, err := annotations.ReadCOCO(strings.NewReader(file), "instances.json", annotations.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range set.Images[0].Objects {
		fmt.Println(set.Categories[o.Category].Name, o.Box)
	}
	fmt.Println(set.Problems[0])
	// Output:
	// dog [10 20 30 40]
	// instances.json:4: annotation 2 (id 2): box [10 20 0 40] (x, y, width, height) has no width: left out
}
