package inspect

import (
	"detsample/bench/config"
	"detsample/bench/crops"
)

// MostPixels of a training image, as it is padded, are what small detectors are for:
// ten times those of the largest size that compare chooses by itself.
const MostPixels = 10 * config.DearestSize * config.DearestSize

// canvas returns the sides of a training image: all images are padded to the widest
// and the highest of them, or crops are trained on.
func (a *analysis) canvas() (width, height int) {
	if a.Crop > 0 {
		return a.Crop, a.Crop
	}
	for i := range a.images {
		width, height = max(width, int(a.images[i].width)), max(height, int(a.images[i].height))
	}
	return width, height
}

// padded returns how many pixels a training image has, by which a step's time goes.
func (a *analysis) padded() float64 {
	width, height := a.canvas()
	return float64(width) * float64(height)
}

// affordable reports whether small detectors are for images as they are padded.
func (a *analysis) affordable() bool { return a.padded() <= MostPixels }

// feasible reports whether a comparison trains as the analysis is, or did not before,
// either. Whole images that are as large as they are may be enlarged: nothing else
// shows more of them.
func (a *analysis) feasible(before *analysis) bool {
	enlarged := before.Crop == 0 && before.scale() >= original
	return (a.trainable() || !before.trainable()) && (a.affordable() || enlarged || !before.affordable())
}

// within returns what shows more of the pixels than the analysis does and costs less
// than images of a size that is not feasible: crops of the original pixels, if fewer
// objects are too long for their tiles than are tiny now, as compare chooses them;
// else images as large as the median is. It is nil where there is neither.
func (a *analysis) within() (*analysis, error) {
	whole, err := a.resized(Resize{})
	if err != nil {
		return nil, err
	}
	extents := make([]float64, len(whole.objects))
	for i := range whole.objects {
		box := &whole.objects[i].box
		extents[i] = float64(max(box.Width(), box.Height()))
	}
	side := crops.Side(extents)
	if _, long := crops.Overlapping(side, extents); Share(long, len(extents)) < a.tiny().Value {
		whole.Crop = side
		return whole, nil
	}
	found, err := a.resized(Resize{Long: a.side()})
	if err != nil || !found.feasible(a) {
		return nil, err
	}
	return found, nil
}
