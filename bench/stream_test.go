package bench

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/intime"
)

// streamed is a comparison on a folder of which nothing stays in memory, and the
// folder.
func streamed(t *testing.T, training string) (text, folder string) {
	text = strings.Replace(tinyData, "train: 64", "train: 40", 1) + training
	_, set, err := prepare(t.Context(), *parsed(t, text), "", false)
	require.NoError(t, err)
	was := cachedAtMost
	cachedAtMost = 0
	t.Cleanup(func() { cachedAtMost = was })
	return text, writeCOCO(t, set)
}

func TestAnImageThatChangesInTrainingIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	text, folder := streamed(t, `
training: {images: 400, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
`)
	path := filepath.Join(folder, "train", "007.png")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	out := t.TempDir()
	var seen, from atomic.Int64
	compare := func(seen *atomic.Int64, at int) error {
		o := Options{Data: folder, Out: out, Resume: true}
		o.Progress = func(e Event) {
			if e.Images > 0 && e.Done == nil {
				from.CompareAndSwap(0, int64(e.Images))
				seen.Store(int64(e.Images))
			}
			if e.Images == at {
				other := append([]byte{}, data...)
				other[len(other)-20] ^= 1
				assert.NoError(t, os.WriteFile(path, other, 0o666))
			}
		}
		_, err := Compare(t.Context(), parsed(t, text), o)
		return err
	}
	err = compare(&seen, 120)
	require.ErrorContains(t, err, "image train/007.png cannot be read any more: its file has changed: put it back as it was and go on (compare with --resume, a shard as it was)")
	assert.Less(t, seen.Load(), int64(400))

	require.NoError(t, os.WriteFile(path, data, 0o666))
	from.Store(0)
	require.NoError(t, compare(&seen, -1))
	assert.Greater(t, from.Load(), int64(100), "it goes on where it was")

	undisturbed := t.TempDir()
	_, err = Compare(t.Context(), parsed(t, text), Options{Data: folder, Out: undisturbed})
	require.NoError(t, err)
	assert.Equal(t, results(t, undisturbed), results(t, out))
}

func TestAnInterruptIsAnsweredWhileImagesAreRead(t *testing.T) {
	text, folder := streamed(t, `
training: {images: 100000, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
`)
	intime.Within(t, answer, func() time.Duration {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var at time.Time
		o := Options{Data: folder, Out: t.TempDir(), Progress: func(e Event) {
			if e.Images == 80 {
				at = time.Now()
				cancel()
			}
		}}
		_, err := Compare(ctx, parsed(t, text), o)
		require.ErrorIs(t, err, context.Canceled)
		return time.Since(at)
	})
}
