package dump

import (
	"fmt"

	"detsample/losses"
	"detsample/sampling"
)

// AllOf returns the plan of every registered loss and sampler, with their
// defaults, for which d has what it takes.
func AllOf(d *Dump) Plan {
	var p Plan
	for _, e := range losses.ClsLosses.All() {
		if l := (Loss{e.Name, e.New()}); d.CheckLoss(l) == nil {
			p.Losses = append(p.Losses, l)
		}
	}
	for _, e := range sampling.Samplers.All() {
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
	if link := l.Cls.Link(); link != d.Link && d.Classes != 1 {
		return fmt.Errorf("dump: loss %s reads %v logits, and the dump has %v logits of %d classes, which are not to be had from one another: choose a %v loss, or dump a head trained with one",
			l.Name, link, d.Link, d.Classes, d.Link)
	}
	return nil
}

// CheckSampler reports a sampler that asks for something the dump does not
// hold.
func (d *Dump) CheckSampler(s Sampler) error {
	if s.Sampler == nil {
		return fmt.Errorf("dump: sampler %q has no Sampler", s.Name)
	}
	mines := d.mining(s)
	if err := d.CheckLoss(Loss{s.Name + "'s", mines}); err != nil {
		return err
	}
	need := s.Sampler.Needs()
	truth := d.truth != nil && d.boxed()
	_, pointwise := mines.(losses.Pointwise)
	lacks := func(what, remedy string) error {
		return fmt.Errorf("dump: sampler %s needs %s: %s", s.Name, what, remedy)
	}
	switch {
	case need&(sampling.NeedHardness|sampling.NeedGradient) != 0 && !pointwise:
		return lacks("a loss of each row alone to mine by", "choose a pointwise loss such as ce")
	case need&sampling.NeedBox != 0 && !d.boxed():
		return lacks("the candidates' boxes", "write boxes, (anchors, 4)")
	case need&(sampling.NeedDecoded|sampling.NeedBoxHardness) != 0 && (d.deltas == nil || !d.boxed()):
		return lacks("the predicted boxes", "write deltas, (images, anchors, 4), and boxes")
	case need&(sampling.NeedTruth|sampling.NeedBoxHardness) != 0 && !truth:
		return lacks("the ground truth", "write gt_boxes, gt_classes, gt_image, and boxes")
	case readsIoU(s.Sampler) && !truth:
		return lacks("each candidate's IoU with the ground truth", "write gt_boxes, gt_classes, gt_image, and boxes")
	}
	return nil
}

// readsIoU reports whether a sampler looks at Candidates.IoU, which is no Need.
func readsIoU(s sampling.Sampler) bool {
	switch s := s.(type) {
	case sampling.IoUBalanced:
		return true
	case sampling.Random:
		return s.MinNegativeIoU > 0 || s.MaxNegativeIoU > 0
	case sampling.Combined:
		return readsIoU(s.Positive) || readsIoU(s.Negative)
	case sampling.ISRP:
		return readsIoU(s.Sampler)
	}
	return false
}

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
