package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"detsample/internal/durable"
)

// source is a run's line in one of several journals.
type source struct {
	journal *journal
	mark    string
	place   place
}

// Merge adds the runs of parts to the store, which must have begun with the
// same identity: a part of another is refused, and so are two runs of one mark
// of which prefer says that they cannot both be. It also says which of two to
// keep, below 0 the first, above 0 the second; at 0 it is the one whose line
// sorts first. The journal is written in the order of phases, strategies and
// seeds. So the result does not depend on the order of the parts, nor on how
// often they are merged.
func (s *Store) Merge(parts []*Part, prefer func(a, b []byte) (order int, ok bool)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	best := map[string]source{}
	for mark, at := range s.journal.runs {
		best[mark] = source{s.journal, mark, at}
	}
	for _, p := range parts {
		if err := s.comparable(p); err != nil {
			return err
		}
		for _, c := range p.journal.inOrder() {
			mark := c.mark
			if b, ok := best[mark]; ok {
				var err error
				if c, err = firstOf(b, c, prefer); err != nil {
					return err
				}
			}
			best[mark] = c
		}
	}
	all := slices.SortedFunc(maps.Values(best), compareSources)
	return s.journal.replaceBy(all, s.program)
}

// inOrder lists the runs in the order in which a merged journal has them.
func (j *journal) inOrder() (all []source) {
	for mark, at := range j.runs {
		all = append(all, source{j, mark, at})
	}
	slices.SortFunc(all, compareSources)
	return all
}

func compareSources(a, b source) int {
	return cmp.Or(compareKeys(a.place.key, b.place.key), cmp.Compare(a.mark, b.mark))
}

// comparable returns an error if a part is of another comparison.
func (s *Store) comparable(p *Part) error {
	id, ok := p.Identity()
	if !ok {
		return fmt.Errorf("%s does not say what comparison it is of: it is damaged, or nothing was begun there", p.journal.path)
	}
	if why := s.journal.identity.Differs(id); why != "" {
		return fmt.Errorf("%s is of another comparison than %s: %s", p.Dir, s.dir, why)
	}
	return nil
}

// firstOf returns which of two lines of one run to keep.
func firstOf(a, b source, prefer func(a, b []byte) (order int, ok bool)) (source, error) {
	textA, bodyA, err := a.read()
	if err != nil {
		return source{}, err
	}
	textB, bodyB, err := b.read()
	if err != nil {
		return source{}, err
	}
	order, ok := prefer(bodyA, bodyB)
	if a.place.key != b.place.key || !ok {
		return source{}, fmt.Errorf("%s and %s differ on the run of %v, though both say that it follows from the same program, configuration and data: train it again in one of them",
			a.journal.path, b.journal.path, a.place.key)
	}
	if cmp.Or(order, bytes.Compare(textA, textB)) <= 0 {
		return a, nil
	}
	return b, nil
}

func (c source) read() (text, body []byte, err error) {
	var b bytes.Buffer
	err = c.journal.opened(func() error {
		var ok bool
		if _, body, ok, err = c.journal.body(c.mark); err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%s was changed or damaged while it was read: the run of %v is not where it was; merge again", c.journal.path, c.place.key)
		}
		if err := c.journal.copyLine(&b, c.place.offset, c.place.length); err != nil {
			return durable.Cannot("read", c.journal.path, err)
		}
		return nil
	})
	return b.Bytes(), body, err
}

// replaceBy writes the journal anew, of the lines given.
func (j *journal) replaceBy(all []source, program string) error {
	if j.err != nil {
		return j.err
	}
	return j.replaceWith(func(f durable.File) (size int64, err error) {
		first, err := encode(line{Kind: kindComparison, Format: format, Program: program, Identity: j.identity, Body: j.about})
		if err != nil {
			return 0, err
		}
		if _, err := f.Write(first); err != nil {
			return 0, err
		}
		size = int64(len(first))
		for _, c := range all {
			text, _, err := c.read()
			if err != nil {
				return 0, err
			}
			if _, err := f.Write(text); err != nil {
				return 0, err
			}
			size += int64(len(text))
		}
		return size, nil
	})
}
