package report_test

import (
	"bytes"
	"fmt"
	"strings"

	"detsample/bench"
	"detsample/bench/report"
)

func ExampleWrite() {
	study := &bench.Study{Summary: bench.Summary{
		Title: "Focal loss against cross entropy",
		Seeds: []uint64{1, 2, 3},
		Data:  bench.DataSummary{TestImages: 300},
		Strategies: []bench.StrategySummary{
			{Strategy: "CE", Detector: "one-stage", Runs: 3, AP: bench.Estimate{Mean: 0.311, Low: 0.300, High: 0.322}},
			{
				Strategy: "focal", Detector: "one-stage", Runs: 3, AP: bench.Estimate{Mean: 0.340, Low: 0.330, High: 0.350},
				Difference: &bench.Estimate{Mean: 0.029, Low: 0.018, High: 0.040},
			},
		},
	}}
	var page bytes.Buffer
	if err := report.Write(&page, study); err != nil {
		fmt.Println(err)
		return
	}
	_, sentence, _ := strings.Cut(page.String(), "<strong>")
	sentence, _, _ = strings.Cut(sentence, "</strong>")
	fmt.Println(sentence)
	// Output: focal has the highest AP, 34.0 (95% interval 33.0 to 35.0), with 3 seeds on 300 test images; CE follows with 31.1.
}
