package anchors

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// spreadDetections lie anywhere in an image of 1333 x 800, of sizes from 16 to 512.
func spreadDetections(n, classes int) []Detection {
	rng := rand.New(rand.NewPCG(21, 22))
	d := make([]Detection, n)
	for i := range d {
		w, h := float32(16*math.Exp2(5*rng.Float64())), float32(16*math.Exp2(5*rng.Float64()))
		x, y := 1333*rng.Float32()-w/2, 800*rng.Float32()-h/2
		d[i] = Detection{Box: Box{x, y, x + w, y + h}, Class: rng.Int32N(int32(classes)), Score: rng.Float32()}
	}
	return d
}

// clusteredDetections lie around one of a hundred objects each, about a tenth of
// its size from it.
func clusteredDetections(n, classes int) []Detection {
	rng := rand.New(rand.NewPCG(23, 24))
	objects := spreadDetections(100, classes)
	d := make([]Detection, n)
	for i := range d {
		d[i] = objects[rng.IntN(len(objects))]
		b := d[i].Box
		for k := range b {
			d[i].Box[k] += 0.1 * float32(rng.NormFloat64()) * (b[2+k%2] - b[k%2])
		}
		d[i].Score = rng.Float32()
	}
	return d
}

// alikeDetections are boxes of one size, as the proposals of small objects are.
func alikeDetections(n, classes int) []Detection {
	d := spreadDetections(n, classes)
	for i := range d {
		d[i].Box[2], d[i].Box[3] = d[i].Box[0]+32, d[i].Box[1]+32
	}
	return d
}

func BenchmarkNMS(b *testing.B) {
	for _, c := range []struct {
		name   string
		d      []Detection
		iou    float32
		keep   int
		inTurn bool
	}{
		{"spread/size=12000", spreadDetections(12_000, 1), 0.7, 12_000, false},
		{"clustered/size=12000", clusteredDetections(12_000, 1), 0.7, 12_000, false},
		{"alike/size=12000", alikeDetections(12_000, 1), 0.7, 12_000, false},
		{"spread/size=12000/iou=0.5", spreadDetections(12_000, 1), 0.5, 12_000, false},
		{"spread/size=12000/iou=0.3", spreadDetections(12_000, 1), 0.3, 12_000, false},
		{"spread/size=12000/iou=0.05", spreadDetections(12_000, 1), 0.05, 12_000, false},
		{"spread/size=2000/classes=80", spreadDetections(2000, 80), 0.5, 100, false},
		{"clustered/size=2000/classes=80", clusteredDetections(2000, 80), 0.5, 100, false},
		{"proposals/size=2000", spreadDetections(2000, 1), 0.7, 1000, true},
		{"detections/size=1000", detections(1000), 0.5, 100, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			if c.inTurn {
				sortByScore(c.d)
			}
			work := slices.Clone(c.d)
			var s Suppressor
			kept := 0
			b.ReportAllocs()
			for b.Loop() {
				copy(work, c.d)
				kept = len(s.NMS(work, c.iou, c.keep))
			}
			b.ReportMetric(float64(kept), "kept")
		})
	}
}
