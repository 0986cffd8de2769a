package inspect

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
)

var scaleImages = flag.Int("scale-images", 0, "inspect a generated COCO file of this many images; train2017 has 118287")

// writeCOCO writes a file with the sizes and counts of COCO train2017: 7.3
// objects an image, geometrically spread, a hundredth of the images empty, 80
// classes whose frequencies fall by a power law, and sides of which two fifths
// are below 32 pixels and a quarter above 96.
func writeCOCO(path string, images int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	rng := rand.New(rand.NewPCG(17, 17))
	sizes := [][2]int{{640, 480}, {640, 480}, {640, 480}, {480, 640}, {640, 427}, {427, 640}, {640, 426}, {500, 375}, {640, 360}, {612, 612}}
	fmt.Fprint(w, `{"categories":[`)
	for c := range 80 {
		fmt.Fprintf(w, `%s{"id":%d,"name":"class %d"}`, comma(c), c+1, c+1)
	}
	fmt.Fprint(w, `],"images":[`)
	dims := make([][2]int, images)
	for i := range images {
		dims[i] = sizes[rng.IntN(len(sizes))]
		fmt.Fprintf(w, `%s{"id":%d,"file_name":"%012d.jpg","width":%d,"height":%d}`, comma(i), i+1, i+1, dims[i][0], dims[i][1])
	}
	fmt.Fprint(w, `],"annotations":[`)
	id := 0
	for i := range images {
		n := 0
		if rng.IntN(100) > 0 {
			n = 1 + int(rng.ExpFloat64()*6.85)
		}
		for range n {
			side := min(42*math.Exp(1.15*rng.NormFloat64()), 700)
			ratio := math.Exp(0.5 * rng.NormFloat64())
			bw, bh := min(side/math.Sqrt(ratio), float64(dims[i][0])-1), min(side*math.Sqrt(ratio), float64(dims[i][1])-1)
			bw, bh = max(bw, 1), max(bh, 1)
			x, y := rng.Float64()*(float64(dims[i][0])-bw), rng.Float64()*(float64(dims[i][1])-bh)
			class := min(80, 1+int(80*math.Pow(rng.Float64(), 3)))
			crowd := 0
			if rng.IntN(86) == 0 {
				crowd = 1
			}
			fmt.Fprintf(w, `%s{"id":%d,"image_id":%d,"category_id":%d,"iscrowd":%d,"area":%.2f,"bbox":[%.2f,%.2f,%.2f,%.2f]}`,
				comma(id), id+1, i+1, class, crowd, bw*bh, x, y, bw, bh)
			id++
		}
	}
	fmt.Fprint(w, `]}`)
	return w.Flush()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ",\n"
}

// checkCounts compares every step-th image's labels with those of the plain
// assigner over all its boxes.
func checkCounts(t *testing.T, a *analysis, step int) (compared int) {
	t.Helper()
	w := worker{analysis: a}
	var plain anchors.Assignment
	var boxes []anchors.Box
	for i := 0; i < len(a.images); i += step {
		img := a.images[i]
		w.readTruth(i)
		boxes = a.Pyramid.Append(boxes[:0], int(img.width), int(img.height))
		a.Assigner.Assign(&plain, &anchors.Candidates{Box: boxes, Grid: a.Pyramid.Grids(int(img.width), int(img.height)), Width: float32(img.width), Height: float32(img.height)}, &w.truth)
		var want labelled
		positives := make([]int32, len(w.truth.Box))
		for _, gt := range plain.GT {
			switch {
			case gt >= 0:
				want.positives++
				positives[gt]++
			case gt == anchors.Ignored:
				want.ignored++
			}
		}
		require.Equal(t, want, a.labels[0][i], "image %d", i)
		for g, o := range a.objects[a.first[i]:a.first[i+1]] {
			require.Equal(t, positives[g], o.positives, "image %d, object %d", i, g)
		}
		compared++
	}
	return compared
}

func TestAFileOfCOCOsSizeIsInspectedInMinutes(t *testing.T) {
	if *scaleImages == 0 {
		t.Skip("pass -scale-images=118287")
	}
	path := filepath.Join(t.TempDir(), "instances.json")
	require.NoError(t, writeCOCO(path, *scaleImages))
	start := time.Now()
	set, err := annotations.Open(path, annotations.Options{})
	require.NoError(t, err)
	read := time.Since(start)
	c, err := Preset("retinanet")
	require.NoError(t, err)
	a, err := newAnalysis(set, c)
	require.NoError(t, err)
	require.NoError(t, a.run(context.Background()))
	assigned := time.Since(start)
	r, err := a.report(context.Background())
	require.NoError(t, err)
	took := time.Since(start)
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM") {
			t.Log(strings.TrimSpace(line))
		}
	}
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	t.Logf("processor time %.1f s", float64(usage.Utime.Nano()+usage.Stime.Nano())/1e9)
	t.Logf("%d images, %d objects, %.0f anchors an image: read %v, assigned %v, all %v", r.Data.Images, r.Data.Objects, r.Candidates.PerImage, read, assigned, took)
	t.Logf("%d images compared with the plain assigner", checkCounts(t, a, 1000))
	assert.Less(t, took, 3*time.Minute)
}
