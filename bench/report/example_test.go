package report_test

import (
	"bytes"
	"fmt"
	"strings"

	"detsample/bench/report"
	"detsample/bench/stats"
	"detsample/bench/summary"
)

func ExampleWrite() {
	study := &summary.Study{Summary: summary.Summary{
		Title:   "Focal loss against cross entropy",
		Verdict: summary.Verdict{Headline: "Use focal: 2.9 AP above CE."},
		Seeds:   []uint64{1, 2, 3},
		Data:    summary.Data{TestImages: 300},
		Strategies: []summary.Strategy{
			{Strategy: "CE", Detector: "one-stage", Runs: 3, AP: stats.Estimate{Mean: 0.311, Low: 0.300, High: 0.322}},
			{
				Strategy: "focal", Detector: "one-stage", Runs: 3, AP: stats.Estimate{Mean: 0.340, Low: 0.330, High: 0.350},
				Difference: &stats.Estimate{Mean: 0.029, Low: 0.018, High: 0.040},
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
	// Output: Use focal: 2.9 AP above CE.
}
