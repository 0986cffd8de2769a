package small

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"time"

	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/bench/trainer"
	"detsample/losses"
)

// state is all of a training that does not follow from its job, apart from
// weights. The place in the order of images, and in that of mirroring, follows
// from the images seen.
type state struct {
	Run      trainer.Run
	Seen     int
	Step     int
	Elapsed  time.Duration
	Computed time.Duration
	Balances map[string]losses.Balance
	Probes   map[string][3][]float64
	Memory   []losses.Memory
	Found    [][]anchors.Detection // in the last evaluation
	Weights  []byte                // as [nn.Save] writes them: the network's, the optimiser's and their average
}

// keep gives the keeper, if there is one, what the training can go on from.
func (t *training) keep() {
	if t.Keeper == nil {
		return
	}
	var text bytes.Buffer
	if err := t.save(&text); err != nil {
		panic("small: a state cannot be written to memory: " + err.Error())
	}
	t.Keeper.Keep(text.Bytes())
}

func (t *training) save(w *bytes.Buffer) error {
	s := state{
		Run: t.run, Seen: t.seen, Step: t.step, Elapsed: t.elapsed, Computed: t.computed,
		Balances: map[string]losses.Balance{}, Probes: map[string][3][]float64{}, Found: t.eval.found,
	}
	for name, b := range t.balances {
		s.Balances[name] = *b
	}
	for name, p := range t.probes {
		s.Probes[name] = [3][]float64{p.cls, p.box, p.both}
	}
	for _, m := range t.detector.Memory() {
		s.Memory = append(s.Memory, *m)
	}
	var weights bytes.Buffer
	if err := nn.Save(&weights, t.weights()); err != nil {
		return err
	}
	s.Weights = weights.Bytes()
	return gob.NewEncoder(w).Encode(&s)
}

// weights lists every array that training moves.
func (t *training) weights() []*nn.Param {
	all := append(append([]*nn.Param{}, t.params...), t.optimize.State()...)
	if t.average != nil {
		all = append(all, t.average.State()...)
	}
	return all
}

// restore sets a training that has not begun to where another of the same job
// was. On an error the training must not be used.
func (t *training) restore(text []byte) error {
	var s state
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&s); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	memory := t.detector.Memory()
	switch {
	case s.Run.Strategy != t.Strategy.Name || s.Run.Seed != t.Seed:
		return fmt.Errorf("it is of %q with seed %d", s.Run.Strategy, s.Run.Seed)
	case s.Seen < 0 || s.Seen > t.Images || s.Step < 0 || s.Step > t.steps() || len(s.Run.Curve) > len(t.checkpoints()):
		return fmt.Errorf("it is at step %d, after %d images", s.Step, s.Seen)
	case len(s.Memory) != len(memory):
		return fmt.Errorf("it has %d stages, the detector %d", len(s.Memory), len(memory))
	case len(s.Found) != len(t.eval.found):
		return fmt.Errorf("it has detections on %d images, the data have %d", len(s.Found), len(t.eval.found))
	}
	weights := bytes.NewReader(s.Weights)
	if err := nn.Load(weights, t.weights()); err != nil {
		return err
	}
	if weights.Len() > 0 {
		return errors.New("something follows its weights")
	}
	t.run, t.seen, t.step, t.elapsed, t.computed = s.Run, s.Seen, s.Step, s.Elapsed, s.Computed
	for name, b := range s.Balances {
		t.balances[name] = &b
	}
	for name, p := range s.Probes {
		t.probes[name] = &probes{p[0], p[1], p[2]}
	}
	for i, m := range s.Memory {
		*memory[i] = m
	}
	t.eval.found = s.Found
	t.loader.skip(s.Seen)
	return nil
}
