package cocoeval_test

import (
	"fmt"

	"detsample/bench/cocoeval"
)

// One of two objects is found well, the other loosely, and one detection is
// wrong.
func Example() {
	gts := []cocoeval.GroundTruth{
		{Image: 1, Class: 0, Box: [4]float64{10, 10, 40, 40}, Area: 1600},
		{Image: 2, Class: 0, Box: [4]float64{50, 20, 20, 30}, Area: 600},
	}
	dts := []cocoeval.Detection{
		{Image: 1, Class: 0, Box: [4]float64{10, 10, 40, 40}, Score: 0.9},
		{Image: 1, Class: 0, Box: [4]float64{80, 80, 40, 40}, Score: 0.8},
		{Image: 2, Class: 0, Box: [4]float64{50, 20, 20, 21}, Score: 0.7},
	}
	r, err := cocoeval.Evaluate(cocoeval.DefaultParams(), gts, dts)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Summary()
	fmt.Printf("AP %.3f, AP50 %.3f, AP75 %.3f, small %.3f, medium %.3f\n", s.AP, s.AP50, s.AP75, s.APS, s.APM)
	fmt.Print(r)
	// Output:
	// AP 0.670, AP50 0.835, AP75 0.505, small 0.500, medium 1.000
	//  Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.670
	//  Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.835
	//  Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ] = 0.505
	//  Average Precision  (AP) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] = 0.500
	//  Average Precision  (AP) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ] = 1.000
	//  Average Precision  (AP) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] = -1.000
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ] = 0.750
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets= 10 ] = 0.750
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.750
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] = 0.500
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ] = 1.000
	//  Average Recall     (AR) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] = -1.000
}
