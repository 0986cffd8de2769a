package stats

import "math"

// overImages is how means over seeds vary with the choice of test images:
// means[k] is the mean over seeds on the k-th draw of images.
//
// The seeds' own spread is measured on one set of images, so that it holds no
// variance that all seeds owe to the images. It does hold what a seed owes to
// them alone, the interaction of seeds and images; and so does the variance of
// means over draws. The interaction's share is taken out of the latter, so
// that it counts once: in a crossed layout Var = seeds/n + images +
// interaction/n, the spread over seeds is seeds + interaction, and the
// variance over draws is images + interaction/n.
//
// Draws of m images vary by (m-1)/m of what a choice of m others would, and say
// no more of it than m images do: the variances are m/(m-1) times those of the
// draws, with m-1 degrees of freedom at most.
type overImages struct {
	means    []float64
	variance float64 // of the images, without the interaction where that is known: 0 at least
	whole    float64 // variance of means over draws
	freedom  float64 // of both
}

// varyImages takes a figure, or a difference of two, of each seed on each
// draw of so many images, 0 where their number is not known.
func varyImages(seeds [][]float64, images int) overImages {
	var v overImages
	if len(seeds) == 0 || len(seeds[0]) < 2 {
		return v
	}
	n, draws := float64(len(seeds)), float64(len(seeds[0]))
	v.means = make([]float64, len(seeds[0]))
	for _, s := range seeds {
		for k, x := range s {
			v.means[k] += x / n
		}
	}
	grand := 0.0
	for _, m := range v.means {
		grand += m / draws
	}
	for _, m := range v.means {
		v.whole += (m - grand) * (m - grand) / (draws - 1)
	}
	scale := 1.0
	v.freedom = draws - 1
	if images > 1 {
		scale = float64(images) / float64(images-1)
		v.freedom = math.Min(v.freedom, float64(images-1))
	}
	v.whole *= scale
	v.variance = v.whole
	if len(seeds) < 2 {
		return v
	}
	interaction := 0.0
	for _, s := range seeds {
		own := 0.0
		for _, x := range s {
			own += x / draws
		}
		for k, x := range s {
			r := x - own - v.means[k] + grand
			interaction += r * r
		}
	}
	interaction *= scale / ((n - 1) * (draws - 1))
	v.variance = math.Max(0, v.whole-interaction/n)
	return v
}
