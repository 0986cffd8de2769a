package bench

import (
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

// answer is how soon an interrupt is answered, with room for a machine that
// does other things.
const answer = time.Second + 500*time.Millisecond

// stopped interrupts a comparison when a channel says so, and returns how long
// it took to return.
func stopped(t *testing.T, text string, o Options, when <-chan struct{}) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var at time.Time
	go func() {
		<-when
		at = time.Now()
		cancel()
	}()
	_, err := Compare(ctx, parsed(t, text), o)
	require.ErrorIs(t, err, context.Canceled)
	return time.Since(at)
}

func after(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}

func TestAnInterruptIsAnsweredWhileScenesAreGenerated(t *testing.T) {
	text := strings.Replace(tinyData, "size: 48, train: 64", "size: 256, train: 5000", 1) + tinyTraining
	out := filepath.Join(t.TempDir(), "out")
	assert.Less(t, stopped(t, text, Options{Out: out}, after(200*time.Millisecond)), answer)
	assert.NoDirExists(t, out, "nothing was begun, and the folder for its lock is gone")
}

// Thirty large images: each takes longer to decode than one may wait.
func TestAnInterruptIsAnsweredWhileImagesAreDecoded(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	data := t.TempDir()
	picture := image.NewGray(image.Rect(0, 0, 7000, 6000))
	f, err := os.Create(filepath.Join(data, "0.jpg"))
	require.NoError(t, err)
	require.NoError(t, jpeg.Encode(f, picture, nil))
	require.NoError(t, f.Close())
	var images, objects []string
	for i := range 30 {
		if i > 0 {
			require.NoError(t, os.Link(filepath.Join(data, "0.jpg"), filepath.Join(data, fmt.Sprintf("%d.jpg", i))))
		}
		images = append(images, fmt.Sprintf(`{"id":%d,"file_name":"%d.jpg","width":7000,"height":6000}`, i, i))
		objects = append(objects, fmt.Sprintf(`{"id":%d,"image_id":%d,"category_id":1,"bbox":[10,10,2000,2000],"area":4000000,"iscrowd":0}`, i+1, i))
	}
	list := fmt.Sprintf(`{"images":[%s],"annotations":[%s],"categories":[{"id":1,"name":"a"}]}`, strings.Join(images, ","), strings.Join(objects, ","))
	require.NoError(t, os.WriteFile(filepath.Join(data, "annotations.json"), []byte(list), 0o666))
	took := stopped(t, tinyData+tinyTraining, Options{Data: data}, after(300*time.Millisecond))
	assert.Less(t, took, answer)
}

// slow is a trainer whose steps take longer than one may wait, and that does
// not look at its context.
type slow struct {
	scripted
	began chan struct{}
}

func (s slow) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	close(s.began)
	time.Sleep(3 * time.Second)
	return s.scripted.Train(ctx, job, progress)
}

func TestAnInterruptIsAnsweredInALongStep(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	out, s := t.TempDir(), slow{newScripted(nil), make(chan struct{})}
	assert.Less(t, stopped(t, tinyData+tinyTraining, Options{Out: out, Trainer: s}, s.began), answer)
	before := entries(t, out)
	assert.Equal(t, []string{"UNFINISHED", "config.yaml", "results.jsonl", "runs.journal"}, before)
	time.Sleep(3 * time.Second)
	assert.Equal(t, before, entries(t, out), "the step that went on for nobody wrote nothing")
	assert.Empty(t, results(t, out))
}

// While a small detector trains or is evaluated, how far it has come is kept.
func TestAnInterruptKeepsHowFarTheRunHasCome(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	text := strings.Replace(tinyData, "test: 24", "test: 400", 1) + strings.Replace(tinyTraining, "images: 24", "images: 240000", 1) // longer than any machine needs to be interrupted
	for _, when := range []time.Duration{100 * time.Millisecond, 600 * time.Millisecond, 1200 * time.Millisecond} {
		out := t.TempDir()
		began := make(chan struct{}, 1000)
		o := Options{Out: out, Progress: func(e Event) {
			select {
			case began <- struct{}{}:
			default:
			}
		}}
		stop := make(chan struct{})
		go func() {
			<-began
			time.Sleep(when)
			close(stop)
		}()
		assert.Less(t, stopped(t, text, o, stop), answer)
		found, err := filepath.Glob(filepath.Join(out, "running", "*.state"))
		require.NoError(t, err)
		assert.Len(t, found, 1, when)
	}
}

func TestAnInterruptBeforeTheBeginningChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: nothing of it is at a time")
	}
	out := t.TempDir()
	compared(t, tinyData+tinyTraining, Options{Out: out, Report: true})
	before := entries(t, out)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Compare(ctx, parsed(t, tinyData+tinyTraining), Options{Out: out})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, before, entries(t, out))
}
