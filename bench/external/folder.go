package external

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
	"detsample/internal/durable"
	"detsample/internal/regular"
	"detsample/internal/strictyaml"
)

// run is a job with its folder:
//
//	strategy.yaml                what the program is given
//	out/                         what it leaves
//	stdout-1.txt, stderr-1.txt   what it said, by attempts
//	code.json                    by which files of the command it was trained
//	ended.json                   how it ended, once it has
//	owner, running               held by the process that sees to the run, and by the program
type run struct {
	*Trainer
	job  trainer.Job
	data *data
	dir  string
	gpu  config.Device
	lock *lock // nil where there is none
}

// open makes a run's folder, or finds that of an earlier process, and ends a
// program that one has left there. The folder's name stands for all that the
// run follows from, so that it never goes on from what another has left.
func (t *Trainer) open(ctx context.Context, job trainer.Job, d *data) (*run, error) {
	written := *job.Strategy
	written.LRReason, written.ScaleReason = "", ""
	text, err := strictyaml.Marshal(&written, strategy.Types())
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%d\n%d\n", t.Numerics(), filepath.Base(d.dir), text, job.Seed, job.Images)
	name := fmt.Sprintf("%s-%d-%s", plain(job.Strategy.Name), job.Seed, hex.EncodeToString(h.Sum(nil)[:6]))
	dir, err := filepath.Abs(t.path("runs", name))
	if err != nil {
		return nil, err
	}
	r := &run{Trainer: t, job: job, data: d, dir: dir}
	if err := os.MkdirAll(r.out(), 0o777); err != nil {
		return nil, err
	}
	left := func() { t.note(leftRunning(dir)) }
	if r.lock, err = acquire(ctx, dir, left); err != nil {
		return nil, err
	}
	if err := durable.Replace(disk, r.path("strategy.yaml"), text); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *run) close() { r.lock.release() }

func (r *run) path(name string) string { return filepath.Join(r.dir, name) }

func (r *run) out() string { return r.path("out") }

var odd = regexp.MustCompile(`[^a-z0-9_.]+`)

// plain returns what of a name is plain, for the eye.
func plain(name string) string {
	text := odd.ReplaceAllString(strings.ToLower(name), "-")
	return text[:min(len(text), 40)]
}

// values are what the placeholders stand for.
func (r *run) values() map[string]string {
	return map[string]string{
		"strategy": r.path("strategy.yaml"),
		"name":     r.job.Strategy.Name,
		"lr":       strconv.FormatFloat(r.job.Strategy.LR, 'g', -1, 64),
		"seed":     strconv.FormatUint(r.job.Seed, 10),
		"data":     r.data.dir,
		"budget":   strconv.Itoa(r.job.Images),
		"out":      r.out(),
		"gpu":      string(r.gpu),
	}
}

// ended is how a program ended that a later process need not run again.
type ended struct {
	Diverged bool    `json:"diverged"`
	Seconds  float64 `json:"seconds"` // that it ran
}

// mostEnded is far above what [run.keep] writes.
const mostEnded = 1 << 16

// before returns how the program ended for an earlier process, nil if it did
// not, or not well, or if that is not what [run.keep] wrote.
func (r *run) before() *ended {
	text, err := regular.ReadFile(r.path("ended.json"), mostEnded)
	var e ended
	if err != nil || json.Unmarshal(text, &e) != nil || e.Seconds < 0 {
		return nil
	}
	return &e
}

// keep notes how the program ended.
func (r *run) keep(e *ended) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return durable.Replace(disk, r.path("ended.json"), text)
}
