package annotations

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// train2017 is a file of the size of COCO's instances_train2017.json, made as
// it is read.
type train2017 struct {
	images, objects int // to come
	pending         []byte
	stage           int
}

const (
	trainImages  = 118_287
	trainObjects = 860_001
)

func newTrain2017() *train2017 {
	return &train2017{images: trainImages, objects: trainObjects}
}

// segmentation is a polygon of the average length.
var segmentation = "[[" + strings.TrimSuffix(strings.Repeat("123.45,", 52), ",") + "]]"

func (f *train2017) Read(b []byte) (int, error) {
	for len(f.pending) == 0 {
		switch {
		case f.stage == 0:
			f.pending, f.stage = []byte(`{"info": {"year": 2017}, "images": [`), 1
		case f.stage == 1:
			f.images--
			f.pending = fmt.Appendf(f.pending, `{"license": 3, "file_name": "%012d.jpg", "coco_url": "http://images.cocodataset.org/train2017/%012d.jpg", "height": 480, "width": 640, "flickr_url": "http://farm9.staticflickr.com/8186/8119368305_4e622c8349_z.jpg", "id": %d}`, f.images, f.images, f.images)
			f.next(f.images, `], "annotations": [`)
		case f.stage == 2:
			f.objects--
			n := f.objects
			f.pending = fmt.Appendf(f.pending, `{"segmentation": %s, "area": 702.1057499999998, "iscrowd": 0, "image_id": %d, "bbox": [%d.02, 188.66, 39.92, 277.62], "category_id": %d, "id": %d}`, segmentation, n*7919%trainImages, n%600, n%80+1, n)
			f.next(f.objects, `], "categories": [`)
		case f.stage == 3:
			for k := range 80 {
				f.pending = fmt.Appendf(f.pending, `{"supercategory": "x", "id": %d, "name": "class %d"},`, k+1, k+1)
			}
			f.pending = append(f.pending[:len(f.pending)-1], "]}"...)
			f.stage = 4
		default:
			return 0, io.EOF
		}
	}
	n := copy(b, f.pending)
	f.pending = f.pending[:copy(f.pending, f.pending[n:])]
	return n, nil
}

// next parts elements, or ends the list after the last.
func (f *train2017) next(left int, end string) {
	if left > 0 {
		f.pending = append(f.pending, ", "...)
		return
	}
	f.pending = append(f.pending, end...)
	f.stage++
}

// peakHeap is the largest heap seen while f runs.
func peakHeap(f func()) uint64 {
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	return <-peak
}

func TestAFileOfTrain2017sSizeFitsIntoAGigabyte(t *testing.T) {
	if os.Getenv("ANNOTATIONS_LARGE") == "" {
		t.Skip("ANNOTATIONS_LARGE is not set; it reads 480 MB")
	}
	start := time.Now()
	length, err := io.Copy(io.Discard, newTrain2017())
	require.NoError(t, err)
	making := time.Since(start)
	var s *Set
	start = time.Now()
	peak := peakHeap(func() { s, err = ReadCOCO(newTrain2017(), "train.json", Options{Policy: Policy{Refuse: true}}) })
	require.NoError(t, err)
	t.Logf("%d MB with %d objects in %v, %v of it to make them; heap %d MB at most", length>>20, s.Objects(), time.Since(start), making, peak>>20)
	assert.Equal(t, trainObjects, s.Objects())
	assert.Len(t, s.Images, trainImages)
	assert.Less(t, peak, uint64(1<<30))
}
