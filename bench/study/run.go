package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"detsample/bench"
	"detsample/bench/annotations"
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/small"
	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/program"
)

// Options say how a study is run; none but Data, Links, Size, Seeds, FirstSeed,
// Quick and Shard changes what is in Out.
type Options struct {
	Out       string       // folder of the study; an experiment has one of its name within it
	Data      string       // annotated images in place of generated scenes
	Links     bool         // follow symbolic links that lead out of the folder
	Size      *config.Size // longest side of the images of Data; nil as the presets have it
	Seeds     int          // of every strategy; 0 as each experiment has it
	FirstSeed uint64       // 0 as each experiment has it
	Quick     bool         // a few experiments, few seeds, short trainings
	Jobs      int          // runs at a time, a core each; 0 means 1
	Names     []string     // the studies and experiments that were asked for, kept beside the runs; none for all
	Command   string       // kept beside the runs, too

	Shard plan.Shard // train this share alone, for Merge to join; a count of 0 trains all

	// Progress, Note and Read, if not nil, are told of what happens, of what was
	// found in Out, and of what is wrong with the data; one call at a time.
	Progress func(Event)
	Note     func(store.Note)
	Read     func([]annotations.Problem)
}

// Event is a moment of a study.
type Event struct {
	bench.Event
	Experiment string
	Index, Of  int           // the experiment's place in the study, from 1
	Share      float64       // of the whole study that is done, by what it was estimated to take
	Left       time.Duration // to its end, 0 while that is not known
}

// Planned is an experiment as it will be run.
type Planned struct {
	Experiment
	Config  *config.Config
	Seconds float64    // about what it takes, of one core
	Seen    bench.Seen // the images of a folder, once [See] has read them
	folder  bool       // of images in a folder
}

// Plan returns the experiments as options have them run. Their names must
// differ. Of experiments whose configuration is wrong the error names the first.
func Plan(experiments []Experiment, o Options) ([]Planned, error) {
	images := 0
	if o.Quick {
		var err error
		if experiments, images, err = quicken(experiments); err != nil {
			return nil, err
		}
	}
	list := make([]Planned, 0, len(experiments))
	for _, e := range experiments {
		c, err := e.Config()
		if err != nil {
			return nil, err
		}
		if o.Data != "" && e.AboutScenes() {
			continue
		}
		if o.Seeds > 0 {
			e.Seeds = o.Seeds
		}
		if o.FirstSeed > 0 {
			e.FirstSeed = int(o.FirstSeed)
		}
		if images > 0 {
			c.Training = shortened(c.Training, images)
		}
		if o.Size != nil {
			c.Folder.Size = *o.Size
		}
		p := Planned{Experiment: e, Config: c, folder: o.Data != ""}
		p.Seconds = p.estimate()
		list = append(list, p)
	}
	return list, nil
}

// Found says how an experiment has ended.
type Found struct {
	Experiment string
	Stopped    int         // runs that diverged or broke
	Next       string      // what is missing of it, or comes next, where others train a part
	Missing    bench.Round // the runs of that, where they are known by name
}

// Run does experiments one after the other, each in its folder within Out, and
// writes beside its results what they were made by. What is there already and
// still holds is taken over. If ctx ends, its error is returned within a second,
// and what has ended is kept.
func Run(ctx context.Context, list []Planned, o Options) ([]Found, error) {
	if err := Refused(list, o); err != nil { // before hours of the first
		return nil, err
	}
	r := newRunner(list, o)
	for i := range list {
		if err := r.experiment(ctx, i); err != nil {
			return r.found, err
		}
	}
	return r.found, nil
}

// runner runs a study.
type runner struct {
	o     Options
	list  []Planned
	found []Found

	pace    pace
	resumed int   // runs of the experiment under way that were taken over
	noted   bool  // that this command trained a part of it
	failed  error // to note so
}

func newRunner(list []Planned, o Options) *runner {
	return &runner{o: o, list: list, pace: newPace(list)}
}

// experiment does the i-th.
func (r *runner) experiment(ctx context.Context, i int) (err error) {
	e, dir := &r.list[i], filepath.Join(r.o.Out, r.list[i].Name)
	r.resumed, r.noted, r.failed = 0, false, nil
	defer func() {
		r.pace.end(e)
		err = errors.Join(err, r.failed)
	}()
	if e.States {
		return r.states(ctx, i, dir)
	}
	o := e.comparison(r.o, dir)
	o.Progress = func(event bench.Event) { r.tell(i, event) }
	if r.o.Shard.Count > 0 {
		shard, err := bench.TrainShard(ctx, e.Config, o, r.o.Shard)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		found := Found{Experiment: e.Name, Next: "complete: nothing is left to train"}
		if n := len(shard.Round.Runs); n > 0 {
			found.Next = fmt.Sprintf("%d of %d runs are in its folder", len(shard.Runs), n)
		}
		r.found = append(r.found, found)
		return nil
	}
	study, err := bench.Compare(ctx, e.Config, o)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	r.ended(e, study.Records)
	return r.claimed(dir)
}

// ended takes note of an experiment that is complete.
func (r *runner) ended(e *Planned, records []trainer.Record) {
	found := Found{Experiment: e.Name}
	for i := range records {
		if records[i].Run.Stopped() {
			found.Stopped++
		}
	}
	r.found = append(r.found, found)
}

// origin is what this command is.
func (r *runner) origin() Origin {
	o := Origin{
		Program: program.Version(), Command: r.o.Command, Of: r.o.Names, Data: r.o.Data, Links: r.o.Links, Quick: r.o.Quick,
		Machine:  fmt.Sprintf("%s, %d processors, %s/%s", program.Processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH),
		Numerics: small.Trainer{}.Numerics(),
	}
	if len(o.Of) == 0 {
		o.Of = Names()
	}
	if r.o.Size != nil {
		text, _ := r.o.Size.MarshalText() // has no error
		o.Size = string(text)
	}
	return o
}

// states does an experiment that keeps states. Its first strategies train.
func (r *runner) states(ctx context.Context, i int, dir string) (err error) {
	e := &r.list[i]
	if r.o.Shard.Count > 0 && r.o.Shard.Index != 1 { // it takes minutes, of one machine
		r.found = append(r.found, Found{Experiment: e.Name, Next: "the first shard alone trains it"})
		return nil
	}
	folder, err := store.Open(dir, store.Options{Program: program.Version(), Note: r.o.Note})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	id, text, err := e.stateIdentity()
	if err != nil {
		return err
	}
	if err := folder.Begin(id, true); err != nil {
		return err
	}
	if err := folder.Replace(store.Config, text); err != nil {
		return err
	}
	runs, err := r.stateRuns(ctx, i, folder, id)
	if err != nil {
		return err
	}
	var lines []byte
	for _, run := range runs {
		line, err := json.Marshal(run)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	if err := folder.Replace(store.Results, lines); err != nil {
		return err
	}
	r.found = append(r.found, Found{Experiment: e.Name})
	if err := r.claimed(dir); err != nil {
		return err
	}
	return folder.Finish()
}

// stateIdentity returns what the runs of an experiment that keeps states follow
// from, with its configuration as it is kept.
func (p *Planned) stateIdentity() (id store.Identity, config []byte, err error) {
	config, err = p.Config.YAML()
	return store.Identity{Numerics: small.Trainer{}.Numerics() + program.Code(), Config: digest(string(config))}, config, err
}
