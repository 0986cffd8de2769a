package dump

import (
	"cmp"
	"fmt"

	"detsample/internal/registry"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// AllOf returns the plan of every registered loss and sampler, with their
// defaults, for which d has what it takes.
func AllOf(d *Dump) Plan {
	var p Plan
	for _, e := range registry.Of[losses.Cls]().All() {
		if l := (Loss{e.Name, e.New()}); d.CheckLoss(l) == nil {
			p.Losses = append(p.Losses, l)
		}
	}
	for _, e := range registry.Of[sampling.Sampler]().All() {
		if s := (Sampler{Name: e.Name, Sampler: e.New()}); d.CheckSampler(s) == nil {
			p.Samplers = append(p.Samplers, s)
		}
	}
	return p
}

// CheckLoss reports a loss that the dump's logits do not fit. With one class,
// sigmoid and softmax logits are the same up to a shift, and fit both.
func (d *Dump) CheckLoss(l Loss) error {
	if l.Cls == nil {
		return fmt.Errorf("dump: loss %q has no Cls", l.Name)
	}
	if err := cmp.Or(registry.Check(l.Cls), stage.CheckClasses(l.Cls, d.Classes)); err != nil {
		return fmt.Errorf("dump: loss %s: %w", l.Name, err)
	}
	if link := l.Cls.Link(); link != d.Link && d.Classes != 1 {
		return fmt.Errorf("dump: loss %s reads %v logits, and the dump has %v logits of %d classes, which are not to be had from one another: choose a %v loss, or dump a head trained with one",
			l.Name, link, d.Link, d.Classes, d.Link)
	}
	return nil
}

// CheckSampler reports a sampler that reads something the dump does not hold.
func (d *Dump) CheckSampler(s Sampler) error {
	if s.Sampler == nil {
		return fmt.Errorf("dump: sampler %q has no Sampler", s.Name)
	}
	mines := d.mining(s)
	if err := d.CheckLoss(Loss{s.Name + "'s", mines}); err != nil {
		return err
	}
	if err := stage.CheckSampler(s.Sampler); err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	who := registry.Name(s.Sampler)
	if s.Name != who {
		who += " of " + s.Name
	}
	need := s.Sampler.Needs()
	if _, pointwise := mines.(losses.Pointwise); need&(sampling.NeedHardness|sampling.NeedGradient) != 0 && !pointwise {
		return fmt.Errorf("dump: sampler %s reads %v, which %s does not give, since there a row's loss depends on the batch: choose a pointwise loss such as ce",
			who, need&(sampling.NeedHardness|sampling.NeedGradient), registry.Name(mines))
	}
	truth := d.truth != nil && d.boxed()
	predicted := d.deltas != nil && d.boxed()
	for _, lacking := range []struct {
		need   sampling.Need
		held   bool
		remedy string
	}{
		{sampling.NeedIoU, truth, "write gt_boxes, gt_classes, gt_image, and boxes"},
		{sampling.NeedBox, d.boxed(), "write boxes, (anchors, 4)"},
		{sampling.NeedTruth, truth, "write gt_boxes, gt_classes, gt_image, and boxes"},
		{sampling.NeedBoxHardness, predicted && truth, "write deltas, (images, anchors, 4), coder, gt_boxes, gt_classes, gt_image, and boxes"},
		{sampling.NeedDecoded, predicted, "write deltas, (images, anchors, 4), coder, and boxes"},
	} {
		if need&lacking.need != 0 && !lacking.held {
			return fmt.Errorf("dump: sampler %s reads %v, which this dump does not hold: %s", who, lacking.need, lacking.remedy)
		}
	}
	if s.Stage == nil {
		return nil
	}
	if err := registry.Check(*s.Stage); err != nil {
		return fmt.Errorf("dump: sampler %s: its stage's %w", who, err)
	}
	if s.Stage.Box == nil {
		return fmt.Errorf("dump: sampler %s is of a stage without a box loss", who)
	}
	if a := s.Stage.Assigner; a != nil && d.label == nil {
		if needs, remedy := d.unlabelled(a, s.Stage.Coder); needs != "" {
			return fmt.Errorf("dump: assigner %s of %s needs %s, which this dump does not hold: %s", registry.Name(a), s.Name, needs, remedy)
		}
	}
	if unclear := d.ambiguous(s.Stage.Coder); unclear != "" && need&predicts != 0 {
		return fmt.Errorf("dump: sampler %s reads %v, and %s: write %s", who, need&predicts, unclear, writeCoder)
	}
	return nil
}

// predicts are the needs that deltas are read for.
const predicts = sampling.NeedBoxHardness | sampling.NeedDecoded

// mining returns the loss that a sampler mines by.
func (d *Dump) mining(s Sampler) losses.Cls {
	if s.Cls == nil {
		return crossEntropy(d.Link)
	}
	return s.Cls
}

// crossEntropy returns the plain loss of a link.
func crossEntropy(link losses.Link) losses.Pointwise {
	if link == losses.Softmax {
		return losses.SoftmaxCE{}
	}
	return losses.CE{}
}
