package report

import (
	"fmt"

	"detsample/bench/annotations"
	"detsample/bench/summary"
)

// dataTable describes the data.
type dataTable struct {
	Facts       []fact
	Shown, Rest []objectRow
	Notices     []string
	Defects     []string
	Counted     int // defects, those that are not listed included
}

// objectRow counts the objects of a class.
type objectRow struct{ Class, Train, Test string }

// shownDefects is the number of defects that the page lists.
const shownDefects = 500

func dataOf(d *summary.Data) dataTable {
	t := dataTable{
		Facts: []fact{
			{"name", d.Name},
			{"image size as trained on", fmt.Sprintf("%d × %d px", d.Width, d.Height)},
			{"training images", trainingImages(d)},
			{"test images", fmt.Sprintf("%s with %s", count(d.TestImages), number(sum(d.TestObjects), "object")) + besides(d.TestIgnored)},
			{"object side as trained on, √area", fmt.Sprintf("median %.1f px; 5%% below %.1f px, 5%% above %.1f px", d.MedianSide, d.SmallestSide, d.LargestSide)},
		},
	}
	if d.Cropped != nil {
		t.Facts[1] = fact{"trained on crops", fmt.Sprintf("%d × %d px, %s", d.Width, d.Height, ofOriginals(d))}
	}
	if d.AnchorsPerImg > 0 {
		t.Facts = append(t.Facts, fact{"anchors per image", count(d.AnchorsPerImg)})
	} else {
		t.Facts[1].Name, t.Facts[4].Name = "size of the largest images", "object side, √area"
	}
	for _, p := range d.Problems {
		if p.Notice {
			t.Notices = append(t.Notices, p.Text)
			continue
		}
		if t.Counted += max(1, p.More); len(t.Defects) < shownDefects {
			t.Defects = append(t.Defects, p.Text)
		}
	}
	for i, class := range d.Classes {
		row := objectRow{Class: class, Train: countAt(d.TrainObjects, i), Test: countAt(d.TestObjects, i)}
		if i < shownClasses {
			t.Shown = append(t.Shown, row)
		} else {
			t.Rest = append(t.Rest, row)
		}
	}
	return t
}

// ofOriginals says how large the images are that crops are of.
func ofOriginals(d *summary.Data) string {
	return fmt.Sprintf("of images up to %d × %d px", d.Cropped.Width, d.Cropped.Height)
}

func countAt(counts []int, i int) string {
	if i >= len(counts) {
		return dash
	}
	return count(counts[i])
}

// besides is [annotations.Besides] of a number as the page writes it.
func besides(ignored int) string { return annotations.Besides(ignored, count(ignored)) }

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// trainingImages says how many there are.
func trainingImages(d *summary.Data) string {
	counted := fmt.Sprintf("%s with %s", count(d.TrainImages), number(sum(d.TrainObjects), "object")) + besides(d.TrainIgnored)
	if d.Fresh {
		return "each new, never repeated; of these " + counted + " were counted"
	}
	return counted
}
