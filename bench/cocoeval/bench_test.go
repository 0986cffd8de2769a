package cocoeval

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// scene makes a validation set of COCO's proportions: per ground truth up to
// a few detections near it, the rest false positives of the classes present.
func scene(images, boxes, detections, classes int) ([]GroundTruth, []Detection) {
	rng := rand.New(rand.NewPCG(1, 2))
	box := func() [4]float64 {
		w, h := 8+rng.ExpFloat64()*80, 8+rng.ExpFloat64()*80
		return [4]float64{rng.Float64() * 560, rng.Float64() * 400, w, h}
	}
	gts := make([]GroundTruth, boxes)
	for i := range gts {
		b := box()
		gts[i] = GroundTruth{
			Image: int64(i*images/boxes) * 37,
			Class: int32(rng.IntN(classes)) + 1,
			Box:   b,
			Area:  b[2] * b[3] * 0.7,
			Crowd: rng.IntN(100) == 0,
		}
	}
	dts := make([]Detection, detections)
	for i := range dts {
		g := gts[i*boxes/detections]
		d := Detection{Image: g.Image, Class: g.Class, Box: g.Box, Score: rng.Float64()}
		if i%3 == 0 {
			for j := range d.Box {
				d.Box[j] += g.Box[2+j%2] * rng.NormFloat64() * 0.1
			}
		} else {
			d.Box, d.Score = box(), d.Score*d.Score
			if i%3 == 1 {
				d.Class = int32(rng.IntN(classes)) + 1
			}
		}
		dts[i] = d
	}
	return gts, dts
}

func benchmark(b *testing.B, gts []GroundTruth, dts []Detection) {
	b.ReportAllocs()
	p := DefaultParams()
	for b.Loop() {
		r, err := Evaluate(p, gts, dts)
		if err != nil {
			b.Fatal(err)
		}
		r.Summary()
	}
}

// 1000 images, 7k ground truths, 100k detections.
func BenchmarkEvaluate80Classes(b *testing.B) {
	gts, dts := scene(1000, 7000, 100_000, 80)
	benchmark(b, gts, dts)
}

func BenchmarkEvaluate3Classes(b *testing.B) {
	gts, dts := scene(1000, 7000, 100_000, 3)
	benchmark(b, gts, dts)
}

// peersScene reads the scene that bench/peers left in $COCOEVAL_SCENE, the one it
// times the peers on.
func peersScene(b *testing.B) ([]GroundTruth, []Detection) {
	dir := os.Getenv("COCOEVAL_SCENE")
	if dir == "" {
		b.Skip("COCOEVAL_SCENE is not set")
	}
	return readFiles(b, filepath.Join(dir, "instances.json"), filepath.Join(dir, "results.json"))
}

func BenchmarkLoadPeersScene(b *testing.B) {
	peersScene(b)
	b.ReportAllocs()
	for b.Loop() {
		peersScene(b)
	}
}

func BenchmarkEvaluatePeersScene(b *testing.B) {
	gts, dts := peersScene(b)
	r, err := Evaluate(DefaultParams(), gts, dts)
	require.NoError(b, err)
	b.Logf("%.15f\n%v", r.Summary(), r)
	benchmark(b, gts, dts)
}

func BenchmarkSplitErrorsPeersScene(b *testing.B) {
	gts, dts := peersScene(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := SplitErrors(DefaultErrorParams(), gts, dts); err != nil {
			b.Fatal(err)
		}
	}
}
