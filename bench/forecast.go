package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/panics"
	"detsample/internal/prose"
)

// measurer is a trainer that tells by a few steps how long a job will take.
type measurer interface {
	Measure(ctx context.Context, job trainer.Job) (train, test time.Duration, err error)
	Evaluations(job trainer.Job) int
}

const (
	worthSaying = time.Minute // shorter comparisons are waited for
	tooLong     = time.Hour   // from which on it is said what to change
)

// forecast says how long runs will take, and in how much memory, before they begin: by
// a few steps of one of each kind of detector. What is said of the first that choose
// settings includes the others that do, and the runs of the comparison itself.
func (m *comparison) forecast(ctx context.Context, missing []one) error {
	if len(missing) == 0 || m.o.Note == nil {
		return nil
	}
	if _, ok := missing[0].trainer.(measurer); !ok {
		return nil
	}
	settings, own, said, err := m.ahead(missing)
	if err != nil || said {
		return err
	}
	paces, err := m.paces(ctx, slices.Concat(own, settings))
	if err != nil || paces == nil {
		return err
	}
	jobs := min(max(1, m.o.Jobs), max(len(missing), len(own)))
	choosing, running := took(settings, paces, jobs), took(own, paces, jobs)
	total := pace{choosing.train + running.train, choosing.test + running.test}
	if total.sum() < worthSaying {
		return nil
	}
	var what []string
	if len(settings) > 0 {
		what = append(what, prose.Count(len(settings), "training that chooses settings", "trainings that choose settings"))
	}
	if len(own) > 0 {
		what = append(what, prose.Count(len(own), "run", "runs"))
	}
	if len(what) == 2 {
		what[0] = fmt.Sprintf("at most %s (%s), then ", what[0], prose.Time(choosing.sum().Seconds()))
	}
	text := fmt.Sprintf("this will take about %s: %s, %d at a time", prose.Time(total.sum().Seconds()), strings.Join(what, ""), jobs)
	if len(own) > 0 {
		images := "crops"
		if m.set.Crops.Side == 0 {
			images = "images"
		}
		text += fmt.Sprintf(", of %d %s of %dx%d px each", own[0].job.Images, images, m.set.Width, m.set.Height)
	}
	if bytes := m.takes(slices.Concat(own, settings), jobs); bytes > 0 {
		text += fmt.Sprintf(", in about %s of memory", gibibytes(bytes))
	}
	text += fmt.Sprintf(" (%.0f%% of the time is testing)", 100*float64(total.test)/float64(total.sum()))
	if total.sum() > tooLong && len(own) > 0 {
		text += "; less: " + strings.Join(m.shorter(running, choosing), ", ")
	}
	m.note(store.Note{Text: text})
	return nil
}

// paces returns the paces of one-stage and of two-stage detectors, as far as runs have
// them; nil if one panics as it is measured.
func (m *comparison) paces(ctx context.Context, runs []one) (*[2]*pace, error) {
	var paces [2]*pace
	for _, o := range runs {
		kind := kindOf(o)
		if paces[kind] != nil {
			continue
		}
		o.key.Phase = "measuring how long it takes"
		if err := m.folder.DropStack(o.key); err != nil {
			return nil, err
		}
		p, err := paceOf(ctx, o.trainer.(measurer), o.job)
		if caught, ok := errors.AsType[*panics.Panic](err); ok { // the runs tell more, if they panic too
			m.panicked(o.key, err, caught)
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		paces[kind] = &p
	}
	return &paces, nil
}

func kindOf(o one) int {
	if o.job.Strategy.TwoStage() {
		return 1
	}
	return 0
}

// took returns the time that runs take, so many of a phase at a time at most.
func took(runs []one, paces *[2]*pace, jobs int) (total pace) {
	count := map[string]int{}
	for _, o := range runs {
		count[o.phase]++
	}
	for _, o := range runs {
		p, n := paces[kindOf(o)], time.Duration(min(max(1, jobs), count[o.phase]))
		total.train += time.Duration(o.job.Images) * p.train / n
		total.test += time.Duration(o.trainer.(measurer).Evaluations(o.job)*len(o.job.Data.Test)) * p.test / n
	}
	return total
}

// takes returns the bytes that so many of the runs take at a time at most, with the
// data; 0 where their trainer does not say.
func (m *comparison) takes(runs []one, jobs int) float64 {
	most := 0.0
	for _, o := range runs {
		t, ok := o.trainer.(interface{ Memory(trainer.Job) float64 })
		if !ok {
			return 0
		}
		most = max(most, t.Memory(o.job))
	}
	return float64(jobs)*most + m.set.Memory()
}

// paceOf measures the pace of a job; a panic is an error.
func paceOf(ctx context.Context, by measurer, job trainer.Job) (pace, error) {
	return panics.Get(func() (p pace, err error) {
		p.train, p.test, err = by.Measure(ctx, job)
		return p, err
	})
}

// pace is a time in training and one in testing.
type pace struct{ train, test time.Duration }

func (p pace) sum() time.Duration { return p.train + p.test }

// shorter returns what makes a comparison shorter, and to what, given the time of its
// runs and of those before by which its settings are chosen. A smaller budget is taken
// to leave these as they are, which may be as long as the budget.
func (m *comparison) shorter(took, before pace) (ways []string) {
	all := pace{took.train + before.train, took.test + before.test}
	longest := max(m.set.Width, m.set.Height)
	if m.o.Data != "" && m.set.Crops.Side == 0 && longest > usualSize {
		size := max(usualSize, longest/2/sizeStep*sizeStep)
		share := float64(size) * float64(size) / float64(longest*longest)
		ways = append(ways, fmt.Sprintf("--size %d (%s)", size, prose.Time(share*all.sum().Seconds())))
	}
	if m.o.Data != "" && m.set.Crops.Side > 2*config.MinCrop {
		side := max(2*config.MinCrop, m.set.Crops.Side/2/sizeStep*sizeStep)
		share := float64(side) * float64(side) / float64(m.set.Crops.Side*m.set.Crops.Side)
		ways = append(ways, fmt.Sprintf("--crop %d (%s)", side, prose.Time((time.Duration(share*float64(all.train))+all.test).Seconds())))
	}
	budget := 0.5
	if left := float64(tooLong-took.test-before.sum()) / float64(took.train); left > 0 && left < 0.5 {
		budget = math.Max(0.05, math.Floor(20*left)/20)
	}
	ways = append(ways, fmt.Sprintf("--budget %.2g (%s)", budget*cmp.Or(m.o.Budget, 1), prose.Time((time.Duration(budget*float64(took.train))+took.test+before.sum()).Seconds())))
	if took.test > all.sum()/4 && m.o.Data != "" {
		ways = append(ways, fmt.Sprintf("--max-test %d (%s)", max(1, len(m.set.Test)/4), prose.Time((took.train+took.test/4+before.sum()).Seconds())))
	}
	if seeds := max(1, m.o.Seeds); seeds > 3 && m.adding() == nil {
		ways = append(ways, fmt.Sprintf("--seeds 3 (%s)", prose.Time((took.sum()*3/time.Duration(seeds)+before.sum()).Seconds())))
	}
	return append(ways, "--only with fewer strategies")
}
