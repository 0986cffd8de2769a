package main_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/capi/abi"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// client builds the library and the C program beside it, runs the program and
// returns what it printed.
func client(t *testing.T) string {
	if testing.Short() {
		t.Skip("builds the library and a C program")
	}
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("the C program is built on Linux and macOS alone")
	}
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler (cc) is here: the library was not built")
	}
	dir := t.TempDir()
	library, program := filepath.Join(dir, "libdetsample.so"), filepath.Join(dir, "client")
	for _, command := range [][]string{
		{"go", "build", "-buildmode=c-shared", "-o", library, "."},
		{cc, "-std=gnu99", "-ffp-contract=off", "-Wall", "-Werror", "-o", program, "testdata/client.c", library, "-lm", "-lpthread", "-Wl,-rpath," + dir},
		{program},
	} {
		run := exec.Command(command[0], command[1:]...)
		run.Env = append(run.Environ(), "CGO_ENABLED=1")
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%v: %s", command, out)
		if command[0] == program {
			return string(out)
		}
	}
	return ""
}

func TestAProgramInC(t *testing.T) {
	out := client(t)
	lines := map[string]bool{}
	for line := range strings.Lines(out) {
		lines[strings.TrimSuffix(line, "\n")] = true
	}
	for _, want := range append(places(), steps()...) {
		assert.True(t, lines[want], "%q is not in\n%s", want, out)
	}
	for _, want := range []string{
		"abi 1", "presets 1", "length 1", "describe 1 1", "warnings 1", "threads alike 4",
		"error room for text: 3 room for 5 of", "error preset: 1 unknown peer \"sdd\"", "did you mean ssd?",
		"error yaml: 1 my.yaml:2:22: unknown key \"gama\" in classification loss focal", "did you mean gamma?",
		"error which: 1 my.yaml: has several strategies: name one of a, b",
		"error none such: 1 my.yaml: unknown strategy \"c\": expected one of a, b",
		"error stage: 1 strategy b has no stage dense: it has rpn and roi",
		"error twice: 2 the strategy is none: was it freed?",
		"error freed: 2 the work is none: was it freed?", "error zero: 2 the work is 0, which is none",
		"error null gradients: 2 grad_logits or grad_deltas is NULL",
		"error class: 1 image 0 (id 7): ground truth 1 has class 5: expected 0 to 2, the head's",
		"error size: 2 detsample_batch.size is 8: expected sizeof(detsample_batch), at least",
		"error box: 1 image 0 (id 7): ground truth 1 is [60 30 30 50]: expected finite x1 < x2 and y1 < y2; leave it out",
		"error image size: 2 ", "image 0 (ID 7) is 65 x 32, and the batch 64 x 64", "padding ignored 32", "padding unknown 0",
		"error cut: 2 the work is", "error kind: 2 the work is of stage dense or rpn",
		"error early: 2 detsample_roi_join comes first", "error room: 3 room for 3 of 67",
		"error no head: 2 roi: Sample: 0 logits and 0 deltas for 67 candidates of 4 and 4 columns",
		"roi 67 candidates, 16 regions", "taken 3, hardness 1", "error short: 3 room for 1 of",
		"error descending: 2 sample of image 0: candidate 2 after 4", "error no strategy: 2 strategy is NULL: the result is written there", "memory 0 0 1 0",
	} {
		assert.Contains(t, out, want)
	}
	assert.NotContains(t, out, "FAILED")
}

// places are where the fields of the structs of package abi lie.
func places() (lines []string) {
	place := func(name, field string, offset uintptr) {
		lines = append(lines, fmt.Sprintf("offset %s %s %d", name, field, offset))
	}
	place("options", "coder", unsafe.Offsetof(abi.Options{}.Coder))
	place("options", "max_scale", unsafe.Offsetof(abi.Options{}.MaxScale))
	place("batch", "anchors", unsafe.Offsetof(abi.Batch{}.Anchors))
	place("batch", "grid", unsafe.Offsetof(abi.Batch{}.Grid))
	place("batch", "seed", unsafe.Offsetof(abi.Batch{}.Seed))
	place("batch", "hardness", unsafe.Offsetof(abi.Batch{}.Hardness))
	place("batch", "grad_deltas", unsafe.Offsetof(abi.Batch{}.GradDeltas))
	place("batch", "image_size", unsafe.Offsetof(abi.Batch{}.ImageSize))
	place("annotations", "ignore_box", unsafe.Offsetof(abi.Annotations{}.IgnoreBox))
	place("value", "grad_negatives", unsafe.Offsetof(abi.Value{}.GradNegatives))
	place("value", "scarcity", unsafe.Offsetof(abi.Value{}.Scarcity))
	place("counts", "scarcity", unsafe.Offsetof(abi.Counts{}.Scarcity))
	place("lists", "box_truth", unsafe.Offsetof(abi.Lists{}.BoxTruth))
	place("lists", "box_rows", unsafe.Offsetof(abi.Lists{}.BoxRows))
	place("proposals", "proposal_box", unsafe.Offsetof(abi.Proposals{}.ProposalBox))
	return lines
}

// steps are what the C program must print of its dense stage: the same step in
// Go, on the same numbers.
func steps() []string {
	const images, n, classes = 2, 64, 3
	c := rpn.OneStage()
	c.Sampler, c.Cls = sampling.HardNegative{Ratio: 3}, losses.CE{}
	b := rpn.Batch{
		Classes: classes,
		Key:     sampling.Key{Seed: 1, Step: 5, Stage: sampling.StageDense},
		Images: []rpn.Image{
			{ID: 7, Truth: anchors.Truth{Box: []anchors.Box{{4, 4, 20, 22}, {30, 30, 60, 50}}, Class: []int32{0, 2}}},
			{ID: 9, Truth: anchors.Truth{Box: []anchors.Box{{10, 34, 30, 60}}, Class: []int32{1}}},
		},
		Logits: make([]float32, images*n*classes), GradLogits: make([]float32, images*n*classes),
		Deltas: make([]float32, images*n*4), GradDeltas: make([]float32, images*n*4),
	}
	for i := range n {
		x, y := float32(i%8*8+4), float32(i/8*8+4)
		b.Anchors.Box = append(b.Anchors.Box, anchors.Box{x - 8, y - 8, x + 8, y + 8})
	}
	for i := range b.Logits {
		b.Logits[i] = float32(i*37%101)/25 - 2
	}
	for i := range b.Deltas {
		b.Deltas[i] = float32(i*53%97)/97 - 0.5
	}
	var w rpn.Work
	v := c.Step(&w, &b)
	sum := func(x []float32) (s float64) {
		for i, g := range x {
			s += float64(float64(i%7+1) * float64(g))
		}
		return s
	}
	targets := c.Targets(&w, &b)
	used := v.Balance.UsedPositives + v.Balance.UsedNegatives
	return []string{
		fmt.Sprintf("step %.17g %.17g %d %d %.17g %.17g", v.Cls, v.Box, v.Balance.UsedPositives, v.Balance.UsedNegatives, sum(b.GradLogits), sum(b.GradDeltas)),
		fmt.Sprintf("sample %d of %d, %d with weight 1", used, v.Balance.Positives+v.Balance.Negatives, used),
		fmt.Sprintf("targets %.17g %.17g, by hand %.12g", v.Cls, v.Box, byHand(&b, targets.Cls)),
		fmt.Sprintf("pairs %d %.12g", len(targets.Box.Rows), pairs(c.Box, targets.Box)),
		"restored 1", // a running mean of the number of positives
	}
}

func byHand(b *rpn.Batch, t *losses.Batch) (sum float64) {
	for i, r := range t.Rows {
		sum += float64(t.Weight[i]) * losses.CE{}.Row(nil, b.Logits[3*r:3*r+3], losses.Hard(t.Class[r]))
	}
	return sum
}

func pairs(l losses.Box, t *losses.BoxBatch) (sum float64) {
	for i := range t.Rows {
		sum += float64(t.Weight[i]) * l.Row(nil, t.Anchor[i], t.Truth[i])
	}
	return sum
}
