package bench

import (
	"encoding/json"
	"math"
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
	"detsample/bench/trainer"
)

// micro makes runs that are next to nothing.
var micro = strings.Replace(tinyData, "train: 64, test: 24", "train: 8, test: 6", 1) + `
training: {images: 4, batch: 4, warmup: 1, average: 0.5, checkpoints: 1}
strategies:
  - {name: focal, dense: {}}
  - {name: ce, dense: {cls: ce}}
`

// What a comparison holds of a run does not depend on its images, nor on how
// long it trained: its figures, of which AP over resampled images, 800 bytes, is
// most. The pictures of the first seeds alone are held, whichever these are.
func TestARunCostsItsFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("is about memory")
	}
	const seeds, first = drawnSeeds + 2, 1001
	text := micro + "  - {name: mines, rpn: {}, roi: {sampler: {type: ohem, num: 16}}}\n"
	study, err := Compare(t.Context(), parsed(t, text), Options{Seeds: seeds, FirstSeed: first})
	require.NoError(t, err)
	require.Len(t, study.Records, 3*seeds)
	for _, r := range study.Records {
		drawn := r.Run.Seed < first+drawnSeeds
		assert.Equal(t, drawn, len(r.Trace.Pictures) > 0, r.Run.Seed)
		assert.Equal(t, drawn, len(r.Trace.Losses) > 0, r.Run.Seed)
		assert.Equal(t, r.Run.Strategy == "mines", len(r.Run.Proposals) > 0, "every seed has its figures")
	}
	drawn := study.Records[2*seeds] // a two-stage detector's, which has more figures
	drawn.Run.Seed += drawnSeeds
	body, err := json.Marshal(&drawn)
	require.NoError(t, err)
	m := &comparison{o: Options{FirstSeed: first}, trials: map[string]trainer.Run{}}
	held := func() float64 {
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return float64(memory.HeapAlloc)
	}
	const runs = 300
	each := math.Inf(1)
	for range 5 { // what an earlier test has left running may allocate meanwhile
		before := held()
		for range runs {
			var r trainer.Record
			require.NoError(t, json.Unmarshal(body, &r))
			m.take(r, "")
		}
		if grown := (held() - before) / runs; grown > 8*trainer.Resamples {
			each = min(each, grown)
		}
	}
	t.Logf("%.0f bytes a run, of %d in the journal", each, len(body))
	assert.Less(t, each, 3000.0)
	runtime.KeepAlive(m)
}

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
	out := t.TempDir()
	var ended []time.Duration
	var heaps []float64
	start := time.Now()
	_, err := Compare(t.Context(), parsed(t, micro), Options{Seeds: runs / 2, Out: out, Report: true, Progress: func(e Event) {
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
	if runs >= 1000 {
		assert.Less(t, tenths[9], 4*tenths[0], "the last runs take no longer than the first")
		assert.Less(t, (heaps[9]-heaps[1])*(1<<20)/(0.8*float64(runs)), 2200.0, "bytes more for each")
	}
	t.Logf("%d runs in %v, of it %v after the last; report %d KB; median per run of each tenth %v; heap in MiB %.1f",
		runs, took.Round(time.Millisecond), (took - ended[runs-1]).Round(time.Millisecond), report.Size()/1000, tenths, heaps)
}
