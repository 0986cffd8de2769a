package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
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

// forecast says how long runs of the comparison itself will take, before they
// begin: by a few steps of one of each kind of detector.
func (m *comparison) forecast(ctx context.Context, missing []one) error {
	if len(missing) == 0 || missing[0].phase != "" || m.o.Note == nil {
		return nil
	}
	measure, ok := missing[0].trainer.(measurer)
	if !ok {
		return nil
	}
	var paces [2]*pace // of one-stage and two-stage detectors
	total := pace{}
	for _, o := range missing {
		kind := 0
		if o.job.Strategy.TwoStage() {
			kind = 1
		}
		if paces[kind] == nil {
			o.key.Phase = "measuring how long it takes"
			if err := m.folder.DropStack(o.key); err != nil {
				return err
			}
			p, err := paceOf(ctx, measure, o.job)
			if caught, ok := errors.AsType[*panics.Panic](err); ok { // the runs tell more, if they panic too
				m.panicked(o.key, err, caught)
				return nil
			} else if err != nil {
				return err
			}
			paces[kind] = &p
		}
		total.train += time.Duration(o.job.Images) * paces[kind].train
		total.test += time.Duration(measure.Evaluations(o.job)*len(o.job.Data.Test)) * paces[kind].test
	}
	jobs := time.Duration(min(max(1, m.o.Jobs), len(missing)))
	took := pace{total.train / jobs, total.test / jobs}
	if took.sum() < worthSaying {
		return nil
	}
	images := "crops"
	if m.set.Crops.Side == 0 {
		images = "images"
	}
	text := fmt.Sprintf("this will take about %s: %s, %d at a time, of %d %s of %dx%d px each (%.0f%% of the time is testing)",
		roughly(took.sum()), prose.Count(len(missing), "run", "runs"), jobs, missing[0].job.Images, images, m.set.Width, m.set.Height, 100*float64(took.test)/float64(took.sum()))
	if took.sum() > tooLong {
		text += "; less: " + strings.Join(m.shorter(took), ", ")
	}
	m.note(store.Note{Text: text})
	return nil
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

// shorter returns what makes a comparison shorter, and to what.
func (m *comparison) shorter(took pace) (ways []string) {
	longest := max(m.set.Width, m.set.Height)
	if m.o.Data != "" && m.set.Crops.Side == 0 && longest > usualSize {
		size := max(usualSize, longest/2/sizeStep*sizeStep)
		share := float64(size) * float64(size) / float64(longest*longest)
		ways = append(ways, fmt.Sprintf("--size %d (%s)", size, roughly(time.Duration(share*float64(took.sum())))))
	}
	if m.o.Data != "" && m.set.Crops.Side > 2*config.MinCrop {
		side := max(2*config.MinCrop, m.set.Crops.Side/2/sizeStep*sizeStep)
		share := float64(side) * float64(side) / float64(m.set.Crops.Side*m.set.Crops.Side)
		ways = append(ways, fmt.Sprintf("--crop %d (%s)", side, roughly(time.Duration(share*float64(took.train))+took.test)))
	}
	budget := 0.5
	if left := float64(tooLong-took.test) / float64(took.train); left > 0 && left < 0.5 {
		budget = math.Max(0.05, math.Floor(20*left)/20)
	}
	ways = append(ways, fmt.Sprintf("--budget %.2g (%s)", budget*cmp.Or(m.o.Budget, 1), roughly(time.Duration(budget*float64(took.train))+took.test)))
	if took.test > took.sum()/4 && m.o.Data != "" {
		ways = append(ways, fmt.Sprintf("--max-test %d (%s)", max(1, len(m.set.Test)/4), roughly(took.train+took.test/4)))
	}
	if seeds := max(1, m.o.Seeds); seeds > 3 && m.adding() == nil {
		ways = append(ways, fmt.Sprintf("--seeds 3 (%s)", roughly(took.sum()*3/time.Duration(seeds))))
	}
	return append(ways, "--only with fewer strategies")
}

// roughly writes a duration in two digits.
func roughly(d time.Duration) string {
	switch minutes := d.Minutes(); {
	case minutes < 1:
		return "less than a minute"
	case minutes < 90:
		return fmt.Sprintf("%.0f min", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%.2g h", minutes/60)
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}
