package interchange_test

import (
	"fmt"

	"detsample/bench/interchange"
	"detsample/bench/strategy"
)

func ExampleImport() {
	made, err := interchange.Import("testdata/mmdet/one_stage.py", interchange.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%T %v\n", made.Strategy.Dense.Cls, made.Strategy.Dense.Cls)
	fmt.Println(made.Pyramid.Levels[0])
	fmt.Println(made.Fields[2].Path, "=", made.Fields[2].Value, "->", made.Fields[2].To)
	// Output:
	// losses.Focal {0.25 2}
	// {8 [32 40.317474 50.796833]}
	// model.train_cfg.assigner.type = 'MaxIoUAssigner' -> dense.assigner: max_iou
}

func ExampleExport() {
	s, err := strategy.Peer("torchvision-ssd")
	if err != nil {
		fmt.Println(err)
		return
	}
	fragment, err := interchange.Export(s, nil, "torchvision")
	fmt.Printf("%s%v", fragment.Text, err)
	// Output:
	// # Strategy torchvision-ssd of detsample for torchvision: arguments of a detector's function.
	// # detsample.torch trains torchvision's detectors with any strategy: ds.attach(model, "strategy.yaml").
	// # In Python: ssd300_vgg16(iou_thresh=0.5, positive_fraction=0.25)
	// model: ssd300_vgg16
	// iou_thresh: 0.5
	// positive_fraction: 0.25
	// <nil>
}
