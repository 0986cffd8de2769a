package summary

import (
	"math"
	"slices"

	"detsample/bench/trainer"
)

// pointAt returns what a run was after so many images, if it was evaluated there.
func pointAt(r *trainer.Run, images int) (trainer.Point, bool) {
	for _, p := range slices.Backward(r.Curve) {
		if p.Images == images {
			return p, true
		}
	}
	return trainer.Point{}, false
}

// moments returns the images after which any of the runs was evaluated,
// ascending.
func moments(runs []*trainer.Run) []int {
	var list []int
	for _, r := range runs {
		for _, p := range r.Curve {
			list = append(list, p.Images)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// meanCurve averages the moments at which every run was evaluated.
func meanCurve(runs []*trainer.Run) []CurvePoint {
	var curve []CurvePoint
	for _, images := range moments(runs) {
		p := CurvePoint{Images: images, Low: math.Inf(1), High: math.Inf(-1)}
		var points []trainer.Point
		for _, r := range runs {
			if at, ok := pointAt(r, images); ok {
				points = append(points, at)
				p.Low, p.High = min(p.Low, at.AP), max(p.High, at.AP)
			}
		}
		if len(points) == len(runs) {
			p.AP = mean(points, func(p trainer.Point) float64 { return p.AP })
			curve = append(curve, p)
		}
	}
	return curve
}
