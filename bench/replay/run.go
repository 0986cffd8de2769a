package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/annotations"
	"detsample/bench/dump"
	"detsample/bench/strategy"
	"detsample/internal/promptly"
	"detsample/losses"
)

// Options says what is replayed. The zero value replays every registered loss
// and sampler with its defaults.
type Options struct {
	// Strategies, if there are any, are replayed in place of the registered
	// samplers, beside cross entropy alone: of each the stage that the dump can be the
	// state of. Of a dump without labels, the assigner of that stage labels the
	// candidates for it.
	Strategies []strategy.Strategy
	// Annotations, if not nil, name the classes where there are as many, and are
	// the ground truth of a dump that has none, by its image_ids.
	Annotations *annotations.Set
	// LabelMap is as in [dump.Options].
	LabelMap string
	// Progress, if not nil, is told the share of the work that is done.
	Progress func(done float64)
}

// Run replays a dump. The error says what is wrong with it, or is the context's,
// soon after that ends.
func Run(ctx context.Context, path string, o Options) (*Report, error) {
	return promptly.Get(ctx, func() (*Report, error) { return run(ctx, path, o) })
}

func run(ctx context.Context, path string, o Options) (*Report, error) {
	options := dump.Options{LabelMap: o.LabelMap, Truth: truthOf(o.Annotations)}
	d, err := dump.Load(path, options)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	plan, notes := dump.AllOf(d), []string(nil)
	if len(o.Strategies) > 0 {
		if plan, notes, err = planOf(d, o.Strategies); err != nil {
			return nil, err
		}
	}
	plan.Progress = func(done float64) {
		if o.Progress != nil && ctx.Err() == nil {
			o.Progress(done)
		}
	}
	result, err := dump.Replay(d, plan)
	if err != nil {
		return nil, err
	}
	r := reportOf(result, d, classNames(o.Annotations, d.Classes))
	r.Path, r.Strategies, r.Notes = path, len(o.Strategies) > 0, append(notes, r.Notes...)
	r.name(plan.Samplers)
	r.Conclusion = conclude(r)
	return r, nil
}

// planOf returns the strategies' stages that the dump can be the state of.
func planOf(d *dump.Dump, strategies []strategy.Strategy) (plan dump.Plan, notes []string, err error) {
	plain := dump.Loss{Name: "plain ce", Cls: losses.CE{}}
	if d.Link == losses.Softmax {
		plain = dump.Loss{Name: "plain softmax_ce", Cls: losses.SoftmaxCE{}}
	}
	plan.Losses = []dump.Loss{plain}
	var otherLink []string
	for i := range strategies {
		s := stageOf(&strategies[i], d.Classes, d.Link)
		if d.CheckLoss(dump.Loss{Name: s.Name, Cls: s.Cls}) != nil {
			otherLink = append(otherLink, s.Name)
			continue
		}
		if err := d.CheckSampler(s); err != nil {
			notes = append(notes, fmt.Sprintf("%s is left out: %s", s.Name, strings.TrimPrefix(err.Error(), "dump: ")))
			continue
		}
		plan.Samplers = append(plan.Samplers, s)
	}
	if len(otherLink) > 0 {
		notes = append(notes, fmt.Sprintf("left out, as the loss does not read the %v logits of this dump: %s", d.Link, listed(otherLink)))
	}
	if len(plan.Samplers) == 0 {
		return plan, nil, errors.New("no strategy of the configuration can be replayed on this dump: " + strings.Join(notes, "; "))
	}
	return plan, notes, nil
}

// reportOf writes a result as a report.
func reportOf(result *dump.Result, d *dump.Dump, classes []string) *Report {
	r := &Report{Images: result.Images, Labels: labelsOf(&result.Labels), Unlike: result.Unlike, Notes: slices.Clone(result.Notes)}
	for i := range result.Others {
		r.Others = append(r.Others, labelsOf(&result.Others[i]))
	}
	for c := range d.Classes {
		name := fmt.Sprintf("class %d", c)
		if c < len(classes) && classes[c] != "" {
			name = classes[c]
		}
		r.Classes = append(r.Classes, name)
	}
	r.Classes = append(r.Classes, "background")
	for _, l := range result.Losses {
		r.Losses = append(r.Losses, Loss{
			Name: l.Name, Loss: divided(l.Loss.Decile), Gradient: divided(l.Gradient.Decile), LossClass: l.Loss.Classes, GradientClass: l.Gradient.Classes,
			Weight: divided(l.Weight), NegativesLoss: negatives(l.Loss.Decile), NegativesWeight: negatives(l.Gradient.Decile),
		})
	}
	images := float64(max(1, result.Images))
	for _, s := range result.Samplers {
		r.Samplers = append(r.Samplers, Sampler{
			Name: s.Name, Labels: s.Labels, Positives: float64(s.Positives) / images, Negatives: float64(s.Negatives) / images, Decile: divided(s.Decile), Mass: s.Mass,
			Gradient: divided(s.Gradient.Decile), GradientClass: s.Gradient.Classes,
		})
	}
	r.Likeness = Likeness{Names: result.Similar.Names, Top: defined(result.Similar.Top), Spearman: defined(result.Similar.Spearman)}
	return r
}
