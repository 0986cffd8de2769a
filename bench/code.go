package bench

import (
	"fmt"
	"slices"

	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// noteCode tells once, before more is trained, where runs that are there were
// trained by other files than the trainer's command names now: they stay, as an
// edit need not change a figure, but not without a word.
func (m *comparison) noteCode() {
	t, ok := m.trainer.(interface{ Code() []trainer.CodeFile })
	if !ok {
		return
	}
	m.mu.Lock()
	noted := m.coded
	var runs []trainer.Run
	for i := range m.records {
		runs = append(runs, m.records[i].Run)
	}
	for _, r := range m.trials {
		runs = append(runs, r)
	}
	m.mu.Unlock()
	if noted {
		return
	}
	now, others := t.Code(), 0
	var changed []string
	for i := range runs {
		if runs[i].Stopped() || runs[i].Code == nil || slices.Equal(runs[i].Code, now) {
			continue
		}
		others++
		changed = append(changed, trainer.CodeChanged(runs[i].Code, now)...)
	}
	if others == 0 {
		return
	}
	m.mu.Lock()
	m.coded = true
	m.mu.Unlock()
	slices.Sort(changed)
	names := slices.Compact(changed)
	m.note(store.Note{Trouble: true, Text: fmt.Sprintf(
		"%s changed since %d of the runs that are there were trained, and the figures will be of both versions: put back what it was, or leave out --resume to train all anew",
		prose.List(names, "and")+have(names), others)})
}

func have(names []string) string {
	if len(names) == 1 {
		return " has"
	}
	return " have"
}
