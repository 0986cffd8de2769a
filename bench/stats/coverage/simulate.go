package main

import (
	"math"
	"math/rand/v2"
	"strconv"

	"detsample/bench/stats"
)

// shape is how the strategies of a simulated comparison vary, in points of AP.
type shape struct {
	name      string
	deviation func(i, strategies int) float64 // over seeds, of strategy i
	heavy     bool                            // Student's t with 5 degrees over seeds, in place of normal
}

var shapes = []shape{
	{name: "equal deviations", deviation: func(int, int) float64 { return 1 }},
	{name: "deviations from 0.5 to 2", deviation: fourfold},
	{name: "one deviates 4 times as far", deviation: one},
	{name: "equal deviations, t with 5 degrees", deviation: func(int, int) float64 { return 1 }, heavy: true},
	{name: "deviations from 0.5 to 2, t with 5 degrees", deviation: fourfold, heavy: true},
}

// fourfold rises from 0.5 to 2 in equal ratios.
func fourfold(i, strategies int) float64 {
	return 0.5 * math.Pow(4, float64(i)/float64(max(1, strategies-1)))
}

// one has the last strategy stand out.
func one(i, strategies int) float64 {
	if i == strategies-1 {
		return 2
	}
	return 0.5
}

// What a figure owes to the test images, as deviations of its mean over them;
// and to the seed, whatever the strategy. The stored runs have about as much.
const (
	testImages = 60
	resamples  = 100

	ofImages     = 0.5  // the same for all runs
	ofStrategies = 0.25 // for all seeds of a strategy
	ofRuns       = 0.3
	ofSeeds      = 0.5
)

// world is a set of test images with their resamples, on which any number of
// runs is tested.
type world struct {
	shape  shape
	means  []float64
	rng    *rand.Rand
	common []float64   // of each image
	own    [][]float64 // of each strategy and image
	counts [][]float64 // of each resample: how often it drew each image, over their number
}

func newWorld(s shape, means []float64, key, replicate uint64) *world {
	w := &world{shape: s, means: means, rng: rand.New(rand.NewPCG(key, replicate))}
	w.common = w.perImage(ofImages)
	for range means {
		w.own = append(w.own, w.perImage(ofStrategies))
	}
	for range resamples {
		count := make([]float64, testImages)
		for range testImages {
			count[w.rng.IntN(testImages)] += 1.0 / testImages
		}
		w.counts = append(w.counts, count)
	}
	return w
}

func (w *world) perImage(ofMean float64) []float64 {
	list := make([]float64, testImages)
	for x := range list {
		list[x] = ofMean * math.Sqrt(testImages) * w.rng.NormFloat64()
	}
	return list
}

// runs draws the runs of all strategies with some seeds.
func (w *world) runs(seeds int) []stats.Run {
	var list []stats.Run
	for s := range seeds {
		seed := ofSeeds * w.rng.NormFloat64()
		for i := range w.means {
			list = append(list, w.run(i, uint64(s+1), seed))
		}
	}
	return list
}

func (w *world) run(i int, seed uint64, ofSeed float64) stats.Run {
	deviate := w.rng.NormFloat64()
	if w.shape.heavy {
		chi := 0.0
		for range 5 {
			z := w.rng.NormFloat64()
			chi += z * z
		}
		deviate /= math.Sqrt(chi/5) * math.Sqrt(5.0/3)
	}
	fixed := w.means[i] + ofSeed + w.shape.deviation(i, len(w.means))*deviate
	images := w.perImage(ofRuns)
	r := stats.Run{Strategy: name(i), Seed: seed, Value: fixed, Resamples: make([]float64, resamples)}
	for x := range images {
		images[x] += w.common[x] + w.own[i][x]
		r.Value += images[x] / testImages
	}
	for k, count := range w.counts {
		r.Resamples[k] = fixed
		for x, c := range count {
			r.Resamples[k] += c * images[x]
		}
	}
	return r
}

func name(i int) string { return "strategy " + strconv.Itoa(10+i) }

func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = name(i)
	}
	return list
}
