package bench

import (
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
	"detsample/internal/intime"
)

// answer is how soon an interrupt is answered, with some room.
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
	intime.Within(t, answer, func() time.Duration {
		out := filepath.Join(t.TempDir(), "out")
		took := stopped(t, text, Options{Out: out}, after(200*time.Millisecond))
		assert.NoDirExists(t, out, "nothing was begun, and the folder for its lock is gone")
		return took
	})
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
	intime.Within(t, answer, func() time.Duration {
		return stopped(t, tinyData+tinyTraining, Options{Data: data}, after(300*time.Millisecond))
	})
}

// slow is a trainer whose step lasts until it is told to end, and that does not look
// at its context.
type slow struct {
	scripted
	began, end, ended chan struct{}
}

func (s slow) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	defer close(s.ended)
	close(s.began)
	<-s.end
	return s.scripted.Train(ctx, job, progress)
}

func TestAnInterruptIsAnsweredInALongStep(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	var out string
	var s slow
	intime.Within(t, answer, func() time.Duration {
		out, s = t.TempDir(), slow{newScripted(nil), make(chan struct{}), make(chan struct{}), make(chan struct{})}
		return stopped(t, tinyData+tinyTraining, Options{Out: out, Trainer: s}, s.began)
	})
	before := entries(t, out)
	assert.Equal(t, []string{"UNFINISHED", "config.yaml", "results.jsonl", "runs.journal"}, before)
	close(s.end)
	<-s.ended
	time.Sleep(time.Second)
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
		intime.Within(t, answer, func() time.Duration {
			out, began, stop := t.TempDir(), make(chan struct{}), make(chan struct{})
			begin := sync.OnceFunc(func() { close(began) })
			go func() {
				<-began
				time.Sleep(when)
				close(stop)
			}()
			took := stopped(t, text, Options{Out: out, Progress: func(Event) { begin() }}, stop)
			found, err := filepath.Glob(filepath.Join(out, "running", "*.state"))
			require.NoError(t, err)
			assert.Len(t, found, 1, when)
			return took
		})
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
