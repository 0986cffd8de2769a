package bench

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/store"
)

// TestManyRunsCostWhatTheyCost does some hundred runs that are next to nothing,
// and with DETSAMPLE_MICRO_RUNS, so many: the time for one does not grow, nor
// does the memory, and the report stays small.
func TestManyRunsCostWhatTheyCost(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	runs := 60
	if text := os.Getenv("DETSAMPLE_MICRO_RUNS"); text != "" {
		var err error
		runs, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	text := strings.Replace(tinyData, "train: 64, test: 24", "train: 8, test: 6", 1) + `
training: {images: 4, batch: 4, warmup: 1, average: 0.5, checkpoints: 1}
strategies:
  - {name: focal, dense: {}}
  - {name: ce, dense: {cls: ce}}
`
	out := t.TempDir()
	var ended []time.Duration
	var heaps []float64
	start := time.Now()
	_, err := Compare(t.Context(), parsed(t, text), Options{Seeds: runs / 2, Out: out, Report: true, Progress: func(e Event) {
		if e.Done == nil {
			return
		}
		ended = append(ended, time.Since(start))
		if e.Finished%max(runs/10, 1) == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heaps = append(heaps, float64(m.HeapAlloc)/(1<<20))
		}
	}})
	require.NoError(t, err)
	took := time.Since(start)
	require.Len(t, ended, runs)
	report, err := os.Stat(filepath.Join(out, store.Report))
	require.NoError(t, err)
	assert.Less(t, report.Size(), int64(5<<20))
	tenths := make([]time.Duration, 10)
	for i := range tenths {
		var each []time.Duration
		for k := max(1, i*runs/10); k < (i+1)*runs/10; k++ {
			each = append(each, ended[k]-ended[k-1])
		}
		slices.Sort(each)
		tenths[i] = each[len(each)/2]
	}
	t.Logf("%d runs in %v, of it %v after the last; report %d KB; median per run of each tenth %v; heap in MiB %.1f",
		runs, took.Round(time.Millisecond), (took - ended[runs-1]).Round(time.Millisecond), report.Size()/1000, tenths, heaps)
}
