package interchange_test

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"detsample/bench/interchange"
	"detsample/bench/strategy"
)

// show prints what a strategy of one line becomes in mmdetection, from a line
// that begins so on, so many lines.
func show(text, from string, lines int) {
	s, err := strategy.Parse("example", []byte("name: example\n"+text))
	if err != nil {
		fmt.Println(err)
		return
	}
	fragment, err := interchange.Export(s, nil, "mmdet")
	if err != nil {
		fmt.Println(err)
		return
	}
	scanner := bufio.NewScanner(bytes.NewReader(fragment.Text))
	for scanner.Scan() && lines > 0 {
		line := strings.TrimSpace(scanner.Text())
		if from == "" || strings.HasPrefix(line, from) {
			from = ""
			lines--
			fmt.Println(line)
		}
	}
}

func ExampleExport_assigner() {
	show("dense: {assigner: {type: atss, topk: 9}}", "assigner=", 1)
	// Output:
	// assigner=dict(_delete_=True, type='ATSSAssigner', topk=9, ignore_iof_thr=0.5),
}

func ExampleExport_sampler() {
	show("rpn: {sampler: {type: random, num: 128, positive_fraction: 0.25}}\nroi: {}", "type='RandomSampler'", 3)
	// Output:
	// type='RandomSampler',
	// num=128,
	// pos_fraction=0.25,
}

func ExampleExport_classificationLoss() {
	show("dense: {cls: {type: focal, alpha: 0.25, gamma: 2}}", "type='FocalLoss'", 4)
	// Output:
	// type='FocalLoss',
	// use_sigmoid=True,
	// alpha=0.25,
	// gamma=2,
}

func ExampleExport_boxLoss() {
	show("dense: {box: {type: balanced_l1, alpha: 0.5, gamma: 1.5, beta: 1}}", "type='BalancedL1Loss'", 4)
	// Output:
	// type='BalancedL1Loss',
	// alpha=0.5,
	// gamma=1.5,
	// beta=1,
}

func ExampleExport_normaliser() {
	show("dense: {norm: moving_average}", "# No equivalent: dense.norm", 1)
	// Output:
	// # No equivalent: dense.norm: moving_average; there it is positives, an image without positives as one with a single one.
}
