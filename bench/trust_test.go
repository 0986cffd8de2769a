package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// gone goes on with a comparison and returns the runs that were taken over, and
// what was noted.
func gone(t *testing.T, text string, o Options) (taken []string, notes string) {
	t.Helper()
	o.Resume = true
	o.Progress = func(e Event) {
		if e.Resumed {
			taken = append(taken, fmt.Sprintf("%s #%d", e.Strategy, e.Seed))
		}
	}
	o.Note = func(n store.Note) { notes += n.Text + "\n" }
	_, err := Compare(t.Context(), parsed(t, text), o)
	require.NoError(t, err)
	return taken, notes
}

// rewritten changes a comparison's journal line by line.
func rewritten(t *testing.T, out string, change func(line string) string) {
	t.Helper()
	path := filepath.Join(out, "runs.journal")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, change(line))
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o666))
}

// signed gives a line's content a digest that holds.
func signed(content string) string {
	sum := sha256.Sum256([]byte(content))
	return fmt.Sprintf("%x %012d %s\n", sum[:16], len(content), content)
}

// A record that was edited, by hand or with its digest, or that holds next to
// nothing, is set aside by name and trained again.
func TestARecordThatIsNotTrueIsTrainedAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	text := tinyData + tinyTraining
	for name, change := range map[string]func(content string) string{
		"edited": func(line string) string { return strings.Replace(line, `"ap50":`, `"ap50":0.999,"ap5":`, 1) },
		"edited and signed": func(line string) string {
			return signed(strings.Replace(strings.TrimSuffix(line[46:], "\n"), `"ap50":`, `"ap50":0.999,"ap5":`, 1))
		},
		"a fingerprint alone": func(line string) string {
			var l map[string]any
			require.NoError(t, json.Unmarshal([]byte(line[46:]), &l))
			l["body"] = map[string]any{"fingerprint": l["mark"]}
			content, err := json.Marshal(l)
			require.NoError(t, err)
			return signed(string(content))
		},
		"no classes": func(line string) string {
			var l map[string]any
			require.NoError(t, json.Unmarshal([]byte(line[46:]), &l))
			l["body"].(map[string]any)["run"].(map[string]any)["classes"] = []any{}
			content, err := json.Marshal(l)
			require.NoError(t, err)
			return signed(string(content))
		},
	} {
		out := t.TempDir()
		compared(t, text, Options{Out: out})
		want := results(t, out)
		rewritten(t, out, func(line string) string {
			if strings.Contains(line, `"kind":"run"`) && strings.Contains(line, `"strategy":"focal"`) {
				return change(line)
			}
			return line
		})
		taken, notes := gone(t, text, Options{Out: out})
		assert.Equal(t, []string{"ohem #1"}, taken, name)
		assert.Contains(t, notes, `the run of "focal" with seed 1`, name)
		assert.Contains(t, notes, "set aside as "+filepath.Join(out, "damaged", "focal-1"), name)
		assert.Equal(t, want, results(t, out), name)
		taken, notes = gone(t, text, Options{Out: out})
		assert.Equal(t, []string{"ohem #1", "focal #1"}, taken)
		assert.Empty(t, notes)
	}
}

// Data are told apart by more than what the network sees of them.
func TestOtherDataAreNotTakenFor(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	base := tinyData + tinyTraining
	c := parsed(t, base)
	c.Scenes.Train, c.Scenes.Test = 8, 6
	_, set, err := prepare(t.Context(), *c, "", false)
	require.NoError(t, err)
	text := base + "folder: {size: 48, anchors: false}\n"
	out, data := t.TempDir(), writeCOCO(t, set)
	taken, _ := gone(t, text, Options{Out: out, Data: data})
	assert.Empty(t, taken)
	taken, _ = gone(t, text, Options{Out: out, Data: data})
	assert.Len(t, taken, 2)

	set.Classes = []string{"renamed"}
	other, before := writeCOCO(t, set), results(t, out)
	_, err = Compare(t.Context(), parsed(t, text), Options{Out: out, Data: other, Resume: true})
	require.ErrorContains(t, err, out+" holds another comparison (its data differ: classes [\"disc\"], the other has [\"renamed\"]), and nothing of it was changed", "a class is called something else")
	assert.Equal(t, before, results(t, out))
	assert.NoFileExists(t, filepath.Join(out, "UNFINISHED"))
	taken, _ = gone(t, text, Options{Out: out, Data: data})
	assert.Len(t, taken, 2, "put back, it goes on")
	notes := ""
	_, err = Compare(t.Context(), parsed(t, text), Options{Out: out, Data: other, Note: func(n store.Note) { notes += n.Text }})
	require.NoError(t, err)
	assert.Contains(t, notes, "the results that were in "+out+" are in "+filepath.Join(out, "previous")+" now")
}

// A folder is of one comparison at every moment, or says that it is not
// finished.
func TestAFolderIsOfOneComparison(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	out := t.TempDir()
	a := tinyData + tinyTraining
	b := strings.Replace(a, "noise: 0.01", "noise: 0.02", 1)
	compared(t, a, Options{Out: out, Report: true})
	exports := []string{"config.yaml", "report.html", "results.jsonl", "runs.journal", "summary.json"}
	assert.Equal(t, exports, entries(t, out))

	ctx, cancel := context.WithCancel(t.Context())
	_, err := Compare(ctx, parsed(t, b), Options{Out: out, Report: true, Progress: func(e Event) {
		if e.Done == nil { // the first moment that is told of
			assert.Equal(t, []string{"UNFINISHED", "config.yaml", "lock", "previous", "results.jsonl", "runs.journal"}, entries(t, out))
		} else {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"UNFINISHED", "config.yaml", "previous", "results.jsonl", "runs.journal"}, entries(t, out))
	c, err := config.Load(filepath.Join(out, "config.yaml"))
	require.NoError(t, err)
	assert.Equal(t, 0.02, c.Scenes.Noise, "what is there is of B")
	assert.Len(t, results(t, out), 1)
	assert.Equal(t, exports, entries(t, filepath.Join(out, "previous")), "and A is whole")
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range list {
		if e.Name() != "running" {
			names = append(names, e.Name())
		}
	}
	return names
}

// Going on with a comparison never forgets what is there.
func TestGoingOnNeverForgets(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	out, text := t.TempDir(), tinyData+tinyTraining
	compared(t, text, Options{Out: out, Seeds: 3})
	want := results(t, out)
	require.Len(t, want, 6)
	for _, after := range []int{0, 1, 4} {
		ctx, cancel := context.WithCancel(t.Context())
		if after == 0 {
			cancel()
		}
		n := 0
		_, err := Compare(ctx, parsed(t, text), Options{Out: out, Seeds: 4, Resume: true, Progress: func(Event) {
			if n++; n == after {
				cancel()
			}
		}})
		cancel()
		require.ErrorIs(t, err, context.Canceled)
		got := results(t, out)
		require.GreaterOrEqual(t, len(got), len(want))
		for _, line := range want {
			assert.Contains(t, got, line)
		}
	}
	taken, _ := gone(t, text, Options{Out: out, Seeds: 3})
	assert.Len(t, taken, 6)
}

// Whoever goes on has the report that was there until there is a new one.
func TestAnInterruptedComparisonKeepsTheReportThatWasThere(t *testing.T) {
	out, text := t.TempDir(), tinyData+tinyTraining
	o := Options{Out: out, Seeds: 3, Trainer: newScripted(nil), Report: true}
	_, err := Compare(t.Context(), parsed(t, text), o)
	require.NoError(t, err)
	before := contents(t, out)
	assert.False(t, store.FromBefore(out, store.Report))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	more := o
	more.Seeds, more.Resume, more.Progress = 4, true, func(e Event) {
		if e.Done != nil && !e.Resumed {
			cancel()
		}
	}
	_, err = Compare(ctx, parsed(t, text), more)
	require.ErrorIs(t, err, context.Canceled)
	after := contents(t, out)
	for _, name := range []string{store.Summary, store.Report} {
		assert.Equal(t, before[name], after[name], name)
		assert.True(t, store.FromBefore(out, name))
	}

	more.Progress = nil
	_, err = Compare(t.Context(), parsed(t, text), more)
	require.NoError(t, err)
	assert.NotEqual(t, before[store.Report], contents(t, out)[store.Report])
	more.Report = false
	_, err = Compare(t.Context(), parsed(t, text), more)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(out, store.Report), "one beside results that it may not be of")
}

// What follows from the journal is never read, whatever others have made of it.
func TestEditedExportsAreWrittenAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	out, text := t.TempDir(), tinyData+tinyTraining
	o := Options{Out: out, Trainer: newScripted(nil), Report: true}
	_, err := Compare(t.Context(), parsed(t, text), o)
	require.NoError(t, err)
	want := contents(t, out)
	for _, edit := range []func(text string) string{
		func(text string) string { return strings.ReplaceAll(text, "focal", "mine") },
		func(text string) string { return text[:len(text)/2] },
		func(text string) string { return text + text },
		func(string) string { return "" },
	} {
		for _, name := range []string{store.Results, store.Summary, store.Config, store.Report} {
			require.NoError(t, os.WriteFile(filepath.Join(out, name), []byte(edit(want[name])), 0o666))
		}
		taken, notes := gone(t, text, o)
		assert.Len(t, taken, 2)
		assert.Empty(t, notes)
		assert.Equal(t, want, contents(t, out))
	}
}

// A folder that others change while a comparison runs ends it in words; what had
// ended before is gone on with.
func TestAFolderThatOthersChangeEndsAComparisonInWords(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	text := tinyData + tinyTraining
	for name, c := range map[string]struct {
		change func(out string) error
		says   string
		taken  int
	}{
		"the journal is removed": {func(out string) error { return os.Remove(filepath.Join(out, "runs.journal")) }, "was replaced or removed", 0},
		"the journal is saved by an editor": {func(out string) error {
			path := filepath.Join(out, "runs.journal")
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return errors.Join(os.Rename(path, path+"~"), os.WriteFile(path, text, 0o666))
		}, "was replaced or removed", 1},
		"the folder is a link to a copy": {func(out string) error {
			if err := os.CopyFS(out+"-copy", os.DirFS(out)); err != nil {
				return err
			}
			return errors.Join(os.RemoveAll(out), os.Symlink(out+"-copy", out))
		}, "is no longer the file that this process has open", 1},
		"the folder is gone": {os.RemoveAll, "lock is gone", 0},
	} {
		out := filepath.Join(t.TempDir(), "out")
		o := Options{Out: out, Trainer: newScripted(nil), Jobs: 1}
		o.Progress = func(e Event) {
			if e.Finished == 1 && e.Done != nil {
				require.NoError(t, c.change(out), name)
			}
		}
		_, err := Compare(t.Context(), parsed(t, text), o)
		require.ErrorContains(t, err, c.says, name)
		assert.Equal(t, 1, strings.Count(err.Error(), c.says), "it is said once: %v", err)
		o.Progress = nil
		taken, _ := gone(t, text, o)
		assert.Len(t, taken, c.taken, name)
		assert.Len(t, results(t, out), 2, name)
	}
}

// A trainer of one's own is checked as what is read is.
func TestATrainerThatReturnsNonsenseIsToldSo(t *testing.T) {
	out := t.TempDir()
	wrong := nonsense{newScripted(nil)}
	_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: out, Trainer: wrong})
	assert.ErrorContains(t, err, `the run of "ohem" with seed 1 is not what it should be: ap is 50: expected 0 to 1, or -1 where it is not defined`)
	assert.FileExists(t, filepath.Join(out, "UNFINISHED"))
	text, err := os.ReadFile(filepath.Join(out, "runs.journal"))
	require.NoError(t, err)
	assert.Zero(t, bytes.Count(text, []byte(`"kind":"run"`)), "and not kept")
}

type nonsense struct{ scripted }

func (n nonsense) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	r, err := n.scripted.Train(ctx, job, progress)
	r.Run.AP = 50
	return r, err
}

// A state that is whole but that its run cannot go on from is set aside by
// name, and the run begins anew.
func TestAStateThatDoesNotFitIsSetAside(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	whole, out, text := t.TempDir(), t.TempDir(), tinyData+tinyTraining
	compared(t, text, Options{Out: whole})
	m := &comparison{cfg: parsed(t, text), folder: nil, trials: map[string]trainer.Run{}}
	cfg := scaled(m.cfg, 0)
	m.cfg = &cfg
	require.NoError(t, m.prepare(t.Context()))
	planned, err := m.planned([]uint64{1}, namesOf(m.cfg))
	require.NoError(t, err)
	s, err := store.Open(out, store.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Begin(m.identity, false))
	require.NoError(t, s.SaveState(planned[1].key, planned[1].mark, []byte("another's weights")))
	require.NoError(t, s.Close())
	_, notes := gone(t, text, Options{Out: out})
	assert.Contains(t, notes, "focal-1.state is not to be trusted: its state is not of this run: it cannot be read")
	assert.FileExists(t, filepath.Join(out, "damaged", "focal-1.state.txt"))
	assert.Equal(t, results(t, whole), results(t, out))
}
