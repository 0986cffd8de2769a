package trainer

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"

	"detsample/losses"
)

// Validate reports a record that cannot be one of this job: of another
// strategy or seed, of another shape than its data give, or with a figure out
// of its bounds. AP and AR are from 0 to 1, or -1 where they are not defined;
// counts and times are not negative.
func (r *Record) Validate(job Job) error {
	run := &r.Run
	switch {
	case run.Strategy != job.Strategy.Name:
		return fmt.Errorf("it is of strategy %q", run.Strategy)
	case run.Seed != job.Seed:
		return fmt.Errorf("it is of seed %d", run.Seed)
	case run.Images < 0 || run.Images > job.Images:
		return fmt.Errorf("it says that it saw %d images of %d", run.Images, job.Images)
	case run.Failed == "" && run.Images != job.Images:
		return fmt.Errorf("it ended after %d images of %d, and does not say why", run.Images, job.Images)
	}
	return cmp.Or(run.Sound(), run.validateClasses(job), run.validateStages(job), r.Trace.validate(job))
}

// Sound reports what cannot be of any run: figures out of their bounds, or that
// contradict each other.
func (r *Run) Sound() error {
	switch {
	case r.Steps < 0 || r.Steps > r.Images:
		return fmt.Errorf("it says that it took %d steps over %d images", r.Steps, r.Images)
	case r.Stopped() && strings.TrimSpace(r.Failed) == "":
		return errors.New("it stopped early, and does not say why")
	case r.TestImages < 0:
		return fmt.Errorf("it says that %d test images have objects", r.TestImages)
	case len(r.Resamples) != 0 && len(r.Resamples) != Resamples:
		return fmt.Errorf("it has %d resamples, and not %d", len(r.Resamples), Resamples)
	}
	return cmp.Or(r.Figures.validate(), r.soundClasses(), r.validateCurve(), r.soundStages(),
		shares("resamples", r.Resamples), r.validateEnd(), r.Time.validate())
}

// share reports a figure that is neither from 0 to 1 nor -1.
func share(name string, v float64) error {
	if v == -1 || v >= 0 && v <= 1 {
		return nil
	}
	return fmt.Errorf("%s is %v: expected 0 to 1, or -1 where it is not defined", name, v)
}

func shares(name string, values []float64) error {
	for i, v := range values {
		if share(name, v) != nil {
			return share(fmt.Sprintf("%s[%d]", name, i), v)
		}
	}
	return nil
}

// amount reports a count or a time that is negative or not finite.
func amount(name string, v float64) error {
	if v >= 0 && !math.IsInf(v, 0) {
		return nil
	}
	return fmt.Errorf("%s is %v: expected 0 or more", name, v)
}

// finite reports a share of a loss that is no number; one that can be negative
// may have any.
func finite(name string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%s is %v", name, v)
	}
	return nil
}

func (f Figures) validate() error {
	return cmp.Or(share("ap", f.AP), share("ap50", f.AP50), share("ap75", f.AP75), share("ap_s", f.APS),
		share("ap_m", f.APM), share("ap_l", f.APL), share("ar1", f.AR1), share("ar10", f.AR10), share("ar100", f.AR100))
}

// validateClasses compares the classes with those of the data.
func (r *Run) validateClasses(job Job) error {
	if r.Broken && len(r.Classes) == 0 {
		return nil
	}
	if len(r.Classes) != len(job.Data.Classes) {
		return fmt.Errorf("it has figures of %d classes, the data have %d", len(r.Classes), len(job.Data.Classes))
	}
	for i, c := range r.Classes {
		if want := job.Data.Classes[i]; c.Class != want {
			return fmt.Errorf("class %d is %q, in the data %q", i, c.Class, want)
		}
	}
	return nil
}

// soundClasses checks the figures of classes.
func (r *Run) soundClasses() error {
	for _, c := range r.Classes {
		if err := cmp.Or(amount("objects", float64(c.Objects)), share("ap", c.AP), share("ap50", c.AP50)); err != nil {
			return fmt.Errorf("class %q: %w", c.Class, err)
		}
	}
	return nil
}

// validateCurve compares the moments of training with the figures: the first
// is untrained, the last is what the figures say.
func (r *Run) validateCurve() error {
	if r.Broken && len(r.Curve) == 0 {
		return nil
	}
	if len(r.Curve) == 0 {
		return errors.New("it has no evaluation")
	}
	for i, p := range r.Curve {
		if err := cmp.Or(share("ap", p.AP), share("ap50", p.AP50), share("ap_s", p.APS)); err != nil {
			return fmt.Errorf("curve[%d]: %w", i, err)
		}
		if i > 0 && p.Images < r.Curve[i-1].Images || p.Images < 0 || p.Images > r.Images {
			return fmt.Errorf("curve[%d] is after %d images, out of order", i, p.Images)
		}
	}
	first, last := r.Curve[0], r.Curve[len(r.Curve)-1]
	switch {
	case first.AP != r.UntrainedAP:
		return fmt.Errorf("untrained_ap is %v, and %v along training", r.UntrainedAP, first.AP)
	case last.AP != r.AP || last.AP50 != r.AP50 || last.APS != r.APS:
		return fmt.Errorf("ap, ap50 and ap_s are %v, %v and %v, and %v, %v and %v at the end of training",
			r.AP, r.AP50, r.APS, last.AP, last.AP50, last.APS)
	}
	return nil
}

// validateStages compares the stages with those of the strategy; a run that
// did not complete a step has none.
func (r *Run) validateStages(job Job) error {
	want := []string{"dense"}
	if job.Strategy.TwoStage() {
		want = []string{"rpn", "roi"}
	}
	if len(r.Stages) != 0 && len(r.Stages) != len(want) {
		return fmt.Errorf("it has figures of %d stages, the strategy has %d", len(r.Stages), len(want))
	}
	for i, s := range r.Stages {
		if s.Stage != want[i] {
			return fmt.Errorf("stage %d is %q, the strategy's %q", i, s.Stage, want[i])
		}
	}
	return nil
}

// soundStages checks the figures of stages.
func (r *Run) soundStages() error {
	for _, s := range r.Stages {
		err := cmp.Or(amount("positives", s.Positives), amount("negatives", s.Negatives),
			amount("used_positives", s.UsedPositives), amount("used_negatives", s.UsedNegatives),
			amount("trunk_gradient", s.Trunk.Cls), amount("trunk_gradient", s.Trunk.Box), amount("trunk_gradient", s.Trunk.Both),
			soundScarcity(s.Scarcity), finite("negative_loss", s.NegativeLoss), finite("negative_gradient", s.NegativeGrad))
		if err != nil {
			return fmt.Errorf("stage %s: %w", s.Stage, err)
		}
	}
	return nil
}

func soundScarcity(s losses.Scarcity) error {
	for name, n := range s.All() {
		if err := amount("scarcity."+name, float64(n)); err != nil {
			return err
		}
	}
	return nil
}

// validateEnd checks what is measured at the end of training alone.
func (r *Run) validateEnd() error {
	c := r.Calibration
	if err := cmp.Or(amount("detections", float64(c.Detections)), share("error", c.Error), share("score", c.Score), share("precision", c.Precision)); err != nil {
		return fmt.Errorf("the calibration: %w", err)
	}
	for i, p := range r.Proposals {
		if p.Limit < 1 || i > 0 && p.Limit <= r.Proposals[i-1].Limit {
			return fmt.Errorf("the recall of %d proposals an image is out of order", p.Limit)
		}
		if err := cmp.Or(share("ar", p.AR), share("ar_s", p.ARS), share("ar_m", p.ARM), share("ar_l", p.ARL)); err != nil {
			return fmt.Errorf("the recall of proposals: %w", err)
		}
	}
	return nil
}

func (t Time) validate() error {
	return cmp.Or(amount("step_ms", t.StepMS), amount("step_cpu_ms", t.StepCPUMS), amount("train_s", t.TrainS), amount("evaluate_s", t.EvaluateS))
}

func (t *Trace) validate(job Job) error {
	for _, l := range t.Losses {
		if len(l.Share) != len(l.Loss) || l.Candidates < 0 {
			return fmt.Errorf("the distribution of %s's loss has %d shares and %d losses over %d candidates", l.Stage, len(l.Share), len(l.Loss), l.Candidates)
		}
		for k := range l.Share {
			if err := cmp.Or(share("share", l.Share[k]), finite("loss", l.Loss[k])); err != nil {
				return fmt.Errorf("the distribution of %s's loss: %w", l.Stage, err)
			}
		}
	}
	for _, p := range t.Pictures {
		if p.Image < 0 || p.Image >= len(job.Data.Test) {
			return fmt.Errorf("it pictures test image %d of %d", p.Image, len(job.Data.Test))
		}
		for _, d := range p.Detections {
			if d.Class < 0 || int(d.Class) >= len(job.Data.Classes) {
				return fmt.Errorf("it pictures an object of class %d of %d", d.Class, len(job.Data.Classes))
			}
			if err := share("score", float64(d.Score)); err != nil {
				return err
			}
			for _, v := range d.Box {
				if err := finite("a pictured box", float64(v)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
