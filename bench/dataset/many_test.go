package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/parallel"
)

// manyImages writes a YOLO folder of JPEGs of side x side pixels: a few pictures
// of texture, each many times with a comment of its own, so that no two files are
// the same.
func manyImages(t testing.TB, dir string, images, side int) {
	var pictures [8][]byte
	for p := range pictures {
		rng, im := rand.New(rand.NewPCG(uint64(p), 1)), image.NewRGBA(image.Rect(0, 0, side, side))
		for y := range side {
			for x := range side {
				at := im.PixOffset(x, y)
				for c := range 3 {
					im.Pix[at+c] = uint8(128 + 60*((x/(7+p)+y/(5+c))%2) + rng.IntN(30))
				}
				im.Pix[at+3] = 255
			}
		}
		var b bytes.Buffer
		require.NoError(t, jpeg.Encode(&b, im, &jpeg.Options{Quality: 80}))
		pictures[p] = b.Bytes()
	}
	for _, sub := range []string{"images", "labels"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, sub), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data.yaml"), []byte("names: [x]\n"), 0o644))
	parallel.For(runtime.GOMAXPROCS(0), images, func(_, i int) {
		comment := fmt.Sprintf("\xff\xfe\x00\x0a%08d", i)
		picture := pictures[i%len(pictures)]
		data := bytes.Join([][]byte{picture[:2], []byte(comment), picture[2:]}, nil)
		name := fmt.Sprintf("%06d", i)
		assert.NoError(t, os.WriteFile(filepath.Join(dir, "images", name+".jpg"), data, 0o644))
		assert.NoError(t, os.WriteFile(filepath.Join(dir, "labels", name+".txt"), []byte("0 0.5 0.5 0.06 0.05\n0 0.2 0.3 0.05 0.06\n"), 0o644))
	})
}

// The folder is DETSAMPLE_MANY images of 640 px, 200 unless it is set, and left in
// DETSAMPLE_MANY_IN where that is set.
func TestAFolderOfManyImagesTakesTheMemoryOfItsCache(t *testing.T) {
	images, dir := 200, os.Getenv("DETSAMPLE_MANY_IN")
	if n, err := strconv.Atoi(os.Getenv("DETSAMPLE_MANY")); err == nil {
		images = n
	}
	if testing.Short() {
		images = 40
	}
	if dir == "" {
		dir = t.TempDir()
	}
	manyImages(t, dir, images, 640)
	start := time.Now()
	const room = 8 << 20
	s, err := Open(t.Context(), dir, Options{Original: true, Cache: room})
	require.NoError(t, err)
	opened := time.Since(start)
	var ahead Ahead
	most := uint64(0)
	for i := range s.Train {
		for ahead.Waiting() < 8 && !ahead.Full() {
			ahead.Ask(&s.Train[(i+ahead.Waiting())%len(s.Train)])
		}
		_, err := ahead.Next()
		require.NoError(t, err)
		if i%50 == 49 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		if i == 2000 {
			break
		}
	}
	// Eight images ahead, as many being decoded, and what annotations take.
	assert.Less(t, most, uint64(room+100<<20+4000*images))
	t.Logf("%d images: opened in %v, at most %d MiB of heap", images, opened, most>>20)
}
