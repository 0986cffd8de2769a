package inspect

import (
	"context"
	"fmt"
	"slices"
)

// searchMoves bounds how many changes of size and anchors follow one another.
const searchMoves = 12

// move is a change of the image size or of the anchors.
type move struct {
	topic  string
	to     proposal
	how    string // anchors were fitted, "" if not
	fitted bool   // the anchors are others
}

// search changes the image size and the anchors as long as that reaches more
// objects, one change after the other, so that each starts from the figures at
// which the one before it ends.
type search struct {
	root   *analysis
	report *Report
	best   proposal
	steps  []step

	last    *analysis       // that was counted
	alone   map[string]Gain // what each first change is worth by itself
	tried   []move          // last, from best
	started proposal        // of the last step, to join to it what goes on from there
}

// step is a piece of advice that the recommended size and anchors have.
type step struct {
	Advice
	anchors bool // it names anchors
}

// counted returns the analysis with the counts of the best.
func (s *search) counted(ctx context.Context) (*analysis, error) {
	for _, a := range []*analysis{s.root, s.last} {
		if p := &s.best; a != nil && p.Resize == a.Resize && p.PosIoU == a.PosIoU && samePyramid(&p.pyramid, &a.Pyramid) {
			return a, nil
		}
	}
	c := s.best.Config
	c.Pyramid, c.Samplers = s.best.pyramid, nil
	again, err := newAnalysis(s.root.set, c)
	if err != nil {
		return nil, err
	}
	s.last = again
	return again, again.run(ctx)
}

// climb makes of the changes of size and anchors the one that gains most, as long
// as one gains half a point.
func (s *search) climb(ctx context.Context) error {
	for range searchMoves {
		if err := s.try(ctx); err != nil {
			return err
		}
		if s.alone == nil {
			s.alone = map[string]Gain{}
			for _, m := range s.tried {
				s.alone[m.topic] = gained(&s.best, &m.to)
			}
		}
		m := s.choice()
		if m == nil {
			var err error
			if m, err = s.largerAndFitted(ctx); m == nil || err != nil {
				return err
			}
		}
		s.make(m)
	}
	return nil
}

// try measures every change by itself, from the cheapest to train to the dearest.
func (s *search) try(ctx context.Context) error {
	s.tried = nil
	found, how, err := s.best.fitted(ctx)
	if err != nil {
		return err
	}
	if how != "" {
		s.tried = append(s.tried, move{topic: anchorsTopic, to: found, how: how, fitted: true})
	}
	if finest := s.best.pyramid.Levels[0].Stride; finest > finestStride && finest%2 == 0 {
		if found, err = s.best.with(ctx, finer(s.best.pyramid)); err != nil {
			return err
		}
		s.tried = append(s.tried, move{topic: finerTopic, to: found, fitted: true})
	}
	a := s.best.larger()
	if a != nil && !a.feasible(s.best.analysis) && s.best.scale() < original {
		if a, err = s.best.within(); err != nil {
			return err
		}
	}
	if a != nil && a.feasible(s.best.analysis) {
		if found, err = a.propose(ctx, s.best.pyramid); err != nil {
			return err
		}
		s.tried = append(s.tried, move{topic: sizeTopic, to: found})
	}
	return nil
}

// choice returns the change that gains most, nil if none is worth it. A dearer one
// has to gain half a point more than a cheaper one.
func (s *search) choice() (best *move) {
	highest := 0.0
	for i := range s.tried {
		m := &s.tried[i]
		if g := gained(&s.best, &m.to).Points; g >= highest+worthwhile && m.to.share >= s.best.share {
			best, highest = m, g
		}
	}
	return best
}

// largerAndFitted returns the larger size with anchors fitted to it, where neither is
// worth it by itself; nil where both are not, either.
func (s *search) largerAndFitted(ctx context.Context) (*move, error) {
	at := slices.IndexFunc(s.tried, func(m move) bool { return m.topic == sizeTopic })
	if at < 0 {
		return nil, nil
	}
	m := s.tried[at]
	found, how, err := m.to.fitted(ctx)
	if err != nil || how == "" {
		return nil, err
	}
	m.to, m.how, m.fitted = found, how, true
	s.tried[at] = m
	if gained(&s.best, &m.to).Points < worthwhile || m.to.share < s.best.share {
		return nil, nil
	}
	return &m, nil
}

// make makes a change, and advice of it. What only fits the anchors once more is
// joined to the step before.
func (s *search) make(m *move) {
	from, again := s.best, false
	for i := range s.steps {
		again = again || s.steps[i].anchors
	}
	if last := len(s.steps) - 1; m.topic == anchorsTopic && last >= 0 && (s.steps[last].Topic == anchorsTopic || s.steps[last].Topic == refitTopic) {
		again = s.steps[last].Topic == refitTopic
		from, s.steps = s.started, s.steps[:last]
	}
	var adv Advice
	switch m.topic {
	case anchorsTopic:
		adv = anchorsAdvice(m, again)
	case finerTopic:
		adv = finerAdvice(&from, m)
	default:
		adv = s.sizeAdvice(&from, m)
	}
	adv.Gain, adv.Before, adv.After = gained(&from, &m.to), append(from.figures(s.report), adv.Before...), append(m.to.figures(s.report), adv.After...)
	adv.Setting = m.to.setting()
	if g, known := s.alone[m.topic]; known && len(s.steps) > 0 && adv.Topic != refitTopic {
		adv.Because += fmt.Sprintf(" By itself, from what was inspected, it gains %s.", g)
	}
	s.steps = append(s.steps, step{adv, m.fitted})
	s.best, s.started = m.to, from
}

// kept says of anchors that did not change, and of a size that images were shrunk
// to, why they may stay.
func (s *search) kept() (list []Advice) {
	has := func(topic string) bool {
		return slices.ContainsFunc(s.steps, func(t step) bool { return t.Topic == topic })
	}
	var fitted, larger *move
	for i := range s.tried {
		switch m := &s.tried[i]; m.topic {
		case anchorsTopic:
			fitted = m
		case sizeTopic:
			larger = m
		}
	}
	if !slices.ContainsFunc(s.steps, func(t step) bool { return t.anchors }) {
		list = append(list, s.anchorsKept(fitted))
	}
	if !has(sizeTopic) && larger != nil && s.best.scale() < original {
		list = append(list, s.sizeKept(larger))
	}
	return list
}

// replaced says of anchors which later ones are recommended in place of them.
func replaced(steps []step) {
	last := ""
	for i := len(steps) - 1; i >= 0; i-- {
		switch a := &steps[i]; {
		case a.Keep || !a.anchors:
		case last != "":
			a.Advice.Advice += fmt.Sprintf(" In place of these anchors come those of %q.", last)
		default:
			last = a.Topic
		}
	}
}
