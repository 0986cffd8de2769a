package losses

import "errors"

// ImageNorm is a normaliser that divides each image's rows apart.
// ImageDivisor returns what the rows of an image are divided by, given what
// was counted in it and in the whole batch.
type ImageNorm interface {
	Norm
	ImageDivisor(image, batch Count) float64
}

// PerImage divides the rows of each image by what Of divides that image by, and
// all by the number of images: the mean over images, in which an image with
// few objects counts as much as one with many.
//
// Source: torchvision's RetinaNet, with the number of positives.
type PerImage struct {
	Of Norm `doc:"what each image is divided by"`
}

var _ ImageNorm = PerImage{}

// Divisor implements [Norm], for a batch taken for one image.
func (p PerImage) Divisor(n Count) float64 { return p.Of.Divisor(n) }

// ImageDivisor implements [ImageNorm].
func (p PerImage) ImageDivisor(image, batch Count) float64 {
	return atLeastOne(batch.Images) * p.Of.Divisor(image)
}

// Validate reports a normaliser that cannot look at one image.
func (p PerImage) Validate() error {
	if p.Of == nil {
		return errors.New("per_image needs the normaliser of an image (of), for instance positives")
	}
	if _, ok := p.Of.(ImageNorm); ok {
		return errors.New("per_image of per_image divides by the images twice: give another normaliser, such as positives")
	}
	if _, ok := p.Of.(Stateful); ok {
		return errors.New("per_image needs a normaliser that looks at one image alone, such as positives, not a running mean")
	}
	return nil
}
