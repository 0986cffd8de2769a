// Package external is a training program of the user's own as a trainer: it
// runs the program once for each run, in a folder of its own, and reads from
// there what the detector found. docs/trainers.md has what program and
// comparison agree on.
package external

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"sync"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/trainer"
	"detsample/internal/regular"
)

// Trainer runs a program; it is a [trainer.Trainer].
type Trainer struct {
	program config.Program
	areas   config.Areas
	dir     string
	note    func(string)
	gpus    []config.Device
	free    chan config.Device // GPUs that no run has
	digests digests            // of the files that the command names

	mu     sync.Mutex
	shared map[*dataset.Set]*data
}

// Options of [New].
type Options struct {
	Areas config.Areas // limits of small and large objects in the evaluation
	Dir   string       // folder in which runs have theirs, and the data
	Note  func(string) // is told what is to be known of a run, and costs it nothing; nil for nobody
}

// New returns a trainer that runs a program, whose command is valid.
func New(p config.Program, o Options) *Trainer {
	t := &Trainer{program: p, areas: o.Areas, dir: o.Dir, note: o.Note, gpus: p.Devices(), shared: map[*dataset.Set]*data{}}
	if t.note == nil {
		t.note = func(string) {}
	}
	t.free = make(chan config.Device, len(t.gpus))
	for _, gpu := range t.gpus {
		t.free <- gpu
	}
	return t
}

// Check returns an error if the program cannot be run here.
func (t *Trainer) Check() error {
	if t.program.Command.Names("gpu") && len(t.gpus) == 0 {
		return errors.New("the trainer's command has {gpu}, and no GPU is named: give --gpus 0,1 or CUDA_VISIBLE_DEVICES")
	}
	name := t.program.Command.Fill(nil)[0]
	if _, err := exec.LookPath(name); err != nil && !errors.Is(err, exec.ErrDot) {
		return fmt.Errorf("the trainer's program cannot be run: %w", err)
	}
	for _, file := range t.program.Inputs {
		if _, err := digestOf(file); err != nil {
			return fmt.Errorf("the trainer's inputs: %w", err)
		}
	}
	return nil
}

// Numerics names what computes a run's figures, apart from configuration and
// data: the command, and the files that it is said to follow from.
func (t *Trainer) Numerics() string {
	words := fmt.Sprintf("the program %s", t.program.Command)
	for _, file := range t.program.Inputs {
		digest, err := digestOf(file)
		if err != nil {
			digest = "unreadable"
		}
		words += fmt.Sprintf(", %s %s", file, digest)
	}
	return words
}

func digestOf(file string) (string, error) {
	f, err := regular.Open(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// Train implements [trainer.Trainer]. A program that fails is a record that
// says how; an error means that ctx ended, or that the run could not be begun.
func (t *Trainer) Train(ctx context.Context, job trainer.Job, progress func(images int)) (trainer.Record, error) {
	d, err := t.data(ctx, job.Data)
	if err != nil {
		return trainer.Record{}, err
	}
	r, err := t.open(ctx, job, d)
	if err != nil {
		return trainer.Record{}, err
	}
	defer r.close()
	if r.gpu, err = t.take(ctx); err != nil {
		return trainer.Record{}, err
	}
	defer t.give(r.gpu)
	end, err := r.end(ctx, progress)
	if err != nil {
		return trainer.Record{}, err
	}
	return r.record(ctx, end)
}

// take waits for a GPU, if runs have one.
func (t *Trainer) take(ctx context.Context) (config.Device, error) {
	if len(t.gpus) == 0 {
		return "", nil
	}
	select {
	case gpu := <-t.free:
		return gpu, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *Trainer) give(gpu config.Device) {
	if gpu != "" {
		t.free <- gpu
	}
}

// path returns where something lies in the trainer's folder.
func (t *Trainer) path(names ...string) string {
	return filepath.Join(append([]string{t.dir}, names...)...)
}
