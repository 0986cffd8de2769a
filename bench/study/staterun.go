package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"detsample/bench"
	"detsample/bench/store"
	"detsample/bench/study/boosting"
	"detsample/bench/trainer"
)

// stateRuns trains what an experiment that keeps states trains, or takes it over
// from its folder, and returns it by strategy, then seed.
func (r *runner) stateRuns(ctx context.Context, i int, folder *store.Store, id store.Identity) ([]boosting.Run, error) {
	e := &r.list[i]
	strategies := min(trainedStates, len(e.Config.Strategies))
	runs := make([]boosting.Run, strategies*e.Seeds)
	var mu sync.Mutex
	finished := 0
	total := e.Config.Training.Images
	tell := func(event bench.Event) {
		mu.Lock()
		defer mu.Unlock()
		if event.Done != nil {
			finished++
		}
		event.Phase, event.Total, event.Runs, event.Finished = "weights along training", total, len(runs), finished
		r.tell(i, event)
	}
	ended := func(run *boosting.Run, resumed bool, took time.Duration) {
		tell(bench.Event{Strategy: run.Strategy, Seed: run.Seed, Images: total, Resumed: resumed,
			Done: &trainer.Run{Strategy: run.Strategy, Seed: run.Seed, Images: total, Time: trainer.Time{TrainS: took.Seconds()}}})
	}
	var w *boosting.Watcher
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, r.o.Jobs))
	for k := range runs {
		s, seed := k/e.Seeds, uint64(e.FirstSeed+k%e.Seeds)
		name := e.Config.Strategies[s].Name
		key := store.Key{Strategy: name, Seed: seed}
		mark := digest(id.Numerics, id.Config, key.String())
		_, ok, err := folder.Load(key, mark, func(body []byte) error { return json.Unmarshal(body, &runs[k]) })
		if err != nil {
			return nil, err
		}
		if ok {
			ended(&runs[k], true, 0)
			continue
		}
		if w == nil {
			if w, err = boosting.NewWatcher(e.Config); err != nil {
				return nil, err
			}
		}
		group.Go(func() error {
			start := time.Now()
			tell(bench.Event{Strategy: name, Seed: seed})
			run, err := w.Train(ctx, s, seed, func(images int) { tell(bench.Event{Strategy: name, Seed: seed, Images: images}) })
			if err != nil {
				return err
			}
			body, err := json.Marshal(run)
			if err != nil {
				return err
			}
			if err := folder.Put(key, mark, body); err != nil {
				return err
			}
			runs[k] = run
			ended(&run, false, time.Since(start))
			return nil
		})
	}
	return runs, group.Wait()
}

// digest stands for words.
func digest(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write(append([]byte(w), 0))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
