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
	runs := make([]boosting.Run, e.trained()*e.Seeds)
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
	keyOf := func(k int) (key store.Key, mark string) {
		key = store.Key{Strategy: e.Config.Strategies[k/e.Seeds].Name, Seed: uint64(e.FirstSeed + k%e.Seeds)}
		return key, digest(id.Numerics, id.Config, key.String())
	}
	var left []int
	for k := range runs { // all that is there, before the first that ends
		key, mark := keyOf(k)
		_, ok, err := folder.Load(key, mark, func(body []byte) error { return json.Unmarshal(body, &runs[k]) })
		switch {
		case err != nil:
			return nil, err
		case ok:
			ended(&runs[k], true, 0)
		default:
			left = append(left, k)
		}
	}
	if len(left) == 0 {
		return runs, nil
	}
	w, err := boosting.NewWatcher(e.Config)
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, r.o.Jobs))
	for _, k := range left {
		group.Go(func() error {
			key, mark := keyOf(k)
			name, seed, start := key.Strategy, key.Seed, time.Now()
			tell(bench.Event{Strategy: name, Seed: seed})
			run, err := w.Train(ctx, k/e.Seeds, seed, func(images int) { tell(bench.Event{Strategy: name, Seed: seed, Images: images}) })
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
