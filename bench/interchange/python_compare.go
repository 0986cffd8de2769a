package interchange

import (
	"strings"
)

// equal is Python's ==, each comparison of two values a step.
func (e *evaluator) equal(at place, a, b *node) (bool, error) {
	if err := e.enter(at); err != nil {
		return false, err
	}
	defer func() { e.depth-- }()
	if a == b {
		return true, nil
	}
	switch a, b := a.counted(), b.counted(); {
	case a.isNumber() && b.isNumber():
		if a.kind == integer && b.kind == integer {
			return a.whole == b.whole, nil
		}
		return a.float() == b.float(), nil
	case a.kind != b.kind:
		return false, nil
	}
	switch a.kind {
	case null:
		return true, nil
	case text, symbol:
		return a.text == b.text, e.budget.read(at, a)
	case list, tuple:
		if len(a.items) != len(b.items) {
			return false, nil
		}
		for i := range a.items {
			if same, err := e.equal(at, a.items[i], b.items[i]); err != nil || !same {
				return false, err
			}
		}
		return true, nil
	case mapping:
		if len(a.dict.entries) != len(b.dict.entries) {
			return false, nil
		}
		for _, entry := range a.dict.entries {
			other := b.dict.get(entry.key)
			if other == nil {
				return false, nil
			}
			if same, err := e.equal(at, entry.value, other); err != nil || !same {
				return false, err
			}
		}
		return true, nil
	}
	return false, nil
}

// compare orders numbers and strings.
func (e *evaluator) compare(at place, a, b *node) (int, error) {
	switch {
	case a.isNumber() && b.isNumber():
		switch x, y := a.float(), b.float(); {
		case x < y:
			return -1, nil
		case x > y:
			return 1, nil
		}
		return 0, nil
	case a.kind == text && b.kind == text:
		return strings.Compare(a.text, b.text), e.budget.read(at, a)
	}
	return 0, refuse(at, "a comparison of %s with %s", a.kind, b.kind)
}

func (e *evaluator) contains(at place, x, in *node) (bool, error) {
	switch in.kind {
	case text:
		if x.kind == text {
			return strings.Contains(in.text, x.text), nil
		}
	case mapping:
		return in.dict.find(x) != nil, nil
	case list, tuple:
		for _, item := range in.items {
			if same, err := e.equal(at, x, item); err != nil || same {
				return same, err
			}
		}
		return false, nil
	}
	return false, refuse(at, "%s in %s", x.kind, in.kind)
}
