package page

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"detsample/bench/trainer"
)

func TestThePageOfTheGPUIsOfItsRuns(t *testing.T) {
	dir := filepath.Join(keptIn, "gpu")
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	answers, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "answers.md"))
	require.NoError(t, err)
	for title, set := range map[string]struct {
		name               string
		strategies, images int
	}{"Generated scenes": {"scenes", 11, 5600}, "Blood cells": {"bccd", 11, 5600}, "Blood cells, small detectors": {"small", 3, 4800}} {
		_, part, found := strings.Cut(string(page), "\n## "+title+"\n")
		require.True(t, found, title)
		part, _, _ = strings.Cut(part, "\n## ")
		runs := trained(t, filepath.Join(dir, set.name))
		require.Len(t, runs, set.strategies, title)
		var positives, negatives float64 // of the dense head, an image
		for _, run := range runs["ce"] {
			positives, negatives = positives+run.Stages[0].Positives/3, negatives+run.Stages[0].Negatives/3
		}
		assert.Contains(t, words(part), fmt.Sprintf("%.1f positive anchors an image, %.0f negatives for each", positives, negatives/positives), title)
		for strategy, r := range runs {
			require.Len(t, r, 3, "%s: %s", title, strategy)
			detector, measure := "RetinaNet", "ce"
			switch {
			case set.name == "small":
				detector = "small, one stage"
			case r[0].Detector == "two-stage":
				detector, measure = "Faster R-CNN", "rpn 512 + ce"
			}
			var ap, ap50 []float64
			for _, run := range r {
				require.Equal(t, set.images, run.Images)
				ap, ap50 = append(ap, 100*run.AP), append(ap50, 100*run.AP50)
			}
			difference := "–"
			if strategy != measure {
				difference = fmt.Sprintf("%+.1f ± %.1f", pairedBy(r, runs[measure])...)
			}
			row := fmt.Sprintf("\n| %s | %s | %.1f | %.1f (%.1f) | %.1f | %s |\n", strategy, detector,
				apAfter(t, r, set.images/2), stat.Mean(ap, nil), stat.StdDev(ap, nil), stat.Mean(ap50, nil), difference)
			assert.Contains(t, part, row, title)
		}
		if set.name == "scenes" {
			assert.Contains(t, words(string(page)), fmt.Sprintf("OHEM 64 is ahead of focal loss by %.1f ± %.1f AP, and 3:1 by %.1f ± %.1f, not told apart",
				append(pairedBy(runs["ohem 64"], runs["focal"]), pairedBy(runs["ssd 3:1"], runs["focal"])...)...))
			assert.Contains(t, words(string(page)), fmt.Sprintf("On 512 anchors focal loss is %.1f ± %.1f ahead of focal loss over all of them on the scenes",
				pairedBy(runs["rpn 512 + focal"], runs["rpn all + focal"])...))
		}
		if set.name == "small" {
			assert.Contains(t, words(string(page)), fmt.Sprintf("The small detectors do not collapse with it on the same cells: 3:1 has %.1f AP after %d images,", meanAP(runs["ssd 3:1"]), set.images))
		}
		if set.name == "bccd" {
			kept := 0.0
			for _, run := range runs["ohem 64"] {
				kept += run.Stages[0].UsedPositives / 3
			}
			assert.Contains(t, words(string(page)), fmt.Sprintf("of the 64 that it kept of an image %.0f were positives", kept))
		}
		for _, said := range answered(set.name, runs) {
			assert.Contains(t, words(string(answers)), said)
		}
	}
}

// answered is what docs/answers.md says of a set.
func answered(set string, runs map[string][]trainer.Run) []string {
	switch set {
	case "scenes":
		return []string{
			fmt.Sprintf("On generated scenes OHEM 64 was %.1f ± %.1f AP ahead of focal loss", pairedBy(runs["ohem 64"], runs["focal"])...),
			fmt.Sprintf("there it is not ahead after 350 steps: %.1f ± %.1f on scenes", pairedBy(runs["roi 512 + focal"], runs["rpn 512 + ce"])...),
		}
	case "bccd":
		ohem, ssd := meanAP(runs["ohem 64"]), meanAP(runs["ssd 3:1"])
		behind := pairedBy(runs["rpn 512 + ce"], runs["roi ohem 64"])
		return []string{
			fmt.Sprintf("OHEM 64 and 3:1 collapsed, to %.1f and %.1f AP against %.1f of cross entropy and %.1f of focal loss", ohem, ssd, meanAP(runs["ce"]), meanAP(runs["focal"])),
			fmt.Sprintf("OHEM 64 was %.1f ± %.1f behind cross entropy on the cells", behind...),
			fmt.Sprintf(" on scenes, %.1f ± %.1f on the cells", pairedBy(runs["roi 512 + focal"], runs["rpn 512 + ce"])...),
		}
	}
	return nil
}

func TestThePageOfTheGPUQuotesTheRatios(t *testing.T) {
	dir := keptIn
	page, err := os.ReadFile(filepath.Join(dir, "gpu", "README.md"))
	require.NoError(t, err)
	var figures []any
	runs := trained(t, filepath.Join(dir, "ratio"))
	for _, name := range []string{"1:1", "3:1"} {
		for _, images := range []int{2400, 9600} {
			figures = append(figures, apAfter(t, runs[name], images))
		}
	}
	few := trained(t, filepath.Join(dir, "images-300"))
	assert.Contains(t, words(string(page)), fmt.Sprintf("300 scenes at one rate for all end with %.1f and %.1f AP, and %.1f for focal loss",
		meanAP(few["ssd 3:1"]), meanAP(few["ohem 64"]), meanAP(few["focal"])))
	var kept []any
	mined := trained(t, filepath.Join(dir, "cells", "ohem"))
	for _, images := range []int{2400, 9600} {
		for _, name := range []string{"ohem 16", "ohem 64", "ohem 256", "ohem 1024"} {
			kept = append(kept, apAfter(t, mined[name], images))
		}
	}
	assert.Contains(t, words(string(page)), fmt.Sprintf("OHEM 16, 64, 256 and 1024 have %.1f, %.1f, %.1f and %.1f AP after 600 steps, and %.1f, %.1f, %.1f and %.1f after 2400;", kept...))
	assert.Contains(t, words(string(page)), fmt.Sprintf("1:1 have %.1f AP after 600 steps, and %.1f after 2400, where 3:1 has %.1f and %.1f.", figures...))
}

// apAfter returns the mean of three runs' AP after some images, in points.
func apAfter(t *testing.T, runs []trainer.Run, images int) float64 {
	t.Helper()
	var ap []float64
	for _, run := range runs {
		for _, moment := range run.Curve {
			if moment.Images == images {
				ap = append(ap, 100*moment.AP)
			}
		}
	}
	require.Len(t, ap, 3)
	return stat.Mean(ap, nil)
}

// meanAP returns the mean of runs' AP at the end, in points.
func meanAP(runs []trainer.Run) float64 {
	sum := 0.0
	for _, r := range runs {
		sum += 100 * r.AP
	}
	return sum / float64(len(runs))
}

// words returns a text whose lines are not broken.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// pairedBy returns by how many points of AP the first three runs are ahead of the
// others, and half of the 95% interval over seeds.
func pairedBy(a, b []trainer.Run) []any {
	var apart []float64
	for i := range a {
		apart = append(apart, 100*(a[i].AP-b[i].AP))
	}
	of95 := distuv.StudentsT{Sigma: 1, Nu: 2}.Quantile(0.975)
	return []any{stat.Mean(apart, nil), of95 * stat.StdDev(apart, nil) / math.Sqrt(3)}
}

// trained reads results by strategy, in the order of their seeds.
func trained(t *testing.T, dir string) map[string][]trainer.Run {
	text, err := os.ReadFile(filepath.Join(dir, "results.jsonl"))
	require.NoError(t, err)
	runs := map[string][]trainer.Run{}
	for line := range strings.Lines(string(text)) {
		var r trainer.Run
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.NoError(t, r.Sound())
		require.EqualValues(t, len(runs[r.Strategy])+1, r.Seed)
		runs[r.Strategy] = append(runs[r.Strategy], r)
	}
	return runs
}
