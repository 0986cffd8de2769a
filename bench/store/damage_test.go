package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// checked refuses a body that is not what was put, as a record's Validate does.
func checked(i int) func([]byte) error {
	return func(got []byte) error {
		if !bytes.Equal(got, body(i)) {
			return errors.New("ap is 7")
		}
		return nil
	}
}

// damagedStore is a folder with runs 1 to 5 that have ended, and states of 6
// and 7, all of comparison A, and its lines: that of the comparison, and those
// of the runs.
func damagedStore(t *testing.T) (dir string, lines [][]byte) {
	dir = t.TempDir()
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1, 2, 3, 4, 5)
	for _, i := range []int{6, 7} {
		require.NoError(t, s.SaveState(key(i), mark(i), state(i)))
	}
	require.NoError(t, s.Close())
	text, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	lines = bytes.SplitAfter(text, []byte("\n"))
	return dir, lines[:6]
}

func state(i int) []byte { return bytes.Repeat([]byte{byte(i), 0, '\n'}, 100) }

// forged writes a line with a digest that holds.
func forged(t *testing.T, original []byte, change func(*line)) []byte {
	var l line
	require.NoError(t, json.Unmarshal(bytes.TrimSpace(original[headLength:]), &l))
	change(&l)
	text, err := encode(l)
	require.NoError(t, err)
	return text
}

func flipped(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 1
	return b
}

// damage is what happened to a folder, and what is to come of it.
type damageCase struct {
	name    string
	journal func(t *testing.T, lines [][]byte) []byte // the journal's new content
	folder  func(t *testing.T, dir string)            // or anything else
	runs    []int                                     // that are there afterwards; nil for all
	states  []int                                     // nil for both
	note    string                                    // a part of what is noted, empty for nothing
	err     string                                    // a part of the error, if the folder cannot be used
}

func joined(lines ...[]byte) []byte { return bytes.Join(lines, nil) }

func damageCases() []damageCase {
	journal := func(name string, runs []int, note string, change func(t *testing.T, l [][]byte) []byte) damageCase {
		return damageCase{name: name, journal: change, runs: runs, note: note}
	}
	all := []int{1, 2, 3, 4, 5}
	none := []int{}
	cases := []damageCase{
		journal("untouched", all, "", func(_ *testing.T, l [][]byte) []byte { return joined(l...) }),
		journal("a bit of the first byte", all, "bytes at 0", func(_ *testing.T, l [][]byte) []byte { return flipped(joined(l...), 0) }),
		journal("a bit of the identity", all, "is damaged", func(_ *testing.T, l [][]byte) []byte { return flipped(joined(l...), 120) }),
		journal("a bit of a run's digest", []int{1, 2, 4, 5}, `the run of "s0" with seed 3`, func(_ *testing.T, l [][]byte) []byte {
			l[3] = flipped(l[3], 5)
			return joined(l...)
		}),
		journal("a bit of a run's length", []int{1, 3, 4, 5}, `the run of "s2" with seed 2`, func(_ *testing.T, l [][]byte) []byte {
			l[2] = flipped(l[2], sumLength+12)
			return joined(l...)
		}),
		journal("a bit of a run's head", []int{1, 3, 4, 5}, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			l[2] = flipped(l[2], sumLength)
			return joined(l...)
		}),
		journal("a bit of a run's figures", []int{1, 2, 3, 5}, `set aside as`, func(_ *testing.T, l [][]byte) []byte {
			l[4] = flipped(l[4], len(l[4])-5)
			return joined(l...)
		}),
		journal("a bit of the last run", []int{1, 2, 3, 4}, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			l[5] = flipped(l[5], 100)
			return joined(l...)
		}),
		journal("a bit of a line feed", all, "", func(_ *testing.T, l [][]byte) []byte {
			l[2] = flipped(l[2], len(l[2])-1)
			return joined(l...)
		}),
		journal("the last line feed is missing", all, "", func(_ *testing.T, l [][]byte) []byte {
			return bytes.TrimSuffix(joined(l...), []byte("\n"))
		}),
		journal("a figure edited by hand", []int{1, 2, 4, 5}, `the run of "s0" with seed 3`, func(_ *testing.T, l [][]byte) []byte {
			l[3] = bytes.Replace(l[3], []byte(`"i":3`), []byte(`"i":9`), 1)
			return joined(l...)
		}),
		journal("a figure forged, digest and all", []int{1, 2, 4, 5}, "ap is 7", func(t *testing.T, l [][]byte) []byte {
			l[3] = forged(t, l[3], func(l *line) { l.Body = []byte(`{"i":9}`) })
			return joined(l...)
		}),
		journal("no figures", []int{1, 2, 4, 5}, "ap is 7", func(t *testing.T, l [][]byte) []byte {
			l[3] = forged(t, l[3], func(l *line) { l.Body = nil })
			return joined(l...)
		}),
		journal("a run filed under another's name", []int{1, 2, 4, 5}, `it is filed as "other" with seed 3`, func(t *testing.T, l [][]byte) []byte {
			l[3] = forged(t, l[3], func(l *line) { l.Key.Strategy = "other" })
			return joined(l...)
		}),
		journal("a run without a name", []int{1, 2, 4, 5}, "", func(t *testing.T, l [][]byte) []byte {
			l[3] = forged(t, l[3], func(l *line) { l.Key = nil })
			return joined(l...)
		}),
		journal("two runs' marks swapped", []int{1, 4, 5}, "it is filed as", func(t *testing.T, l [][]byte) []byte {
			l[2] = forged(t, l[2], func(l *line) { l.Mark = mark(3) })
			l[3] = forged(t, l[3], func(l *line) { l.Mark = mark(2) })
			return joined(l...)
		}),
		journal("lines in another order", all, "", func(_ *testing.T, l [][]byte) []byte {
			slices.Reverse(l)
			return joined(l...)
		}),
		journal("a line twice", all, "", func(_ *testing.T, l [][]byte) []byte { return joined(append(l, l[2], l[2])...) }),
		journal("everything twice", all, "", func(_ *testing.T, l [][]byte) []byte { return joined(joined(l...), joined(l...)) }),
		journal("a run twice, with other figures at last", []int{1, 2, 4, 5}, "ap is 7", func(t *testing.T, l [][]byte) []byte {
			return joined(append(l, forged(t, l[3], func(l *line) { l.Body = []byte(`{"i":9}`) }))...)
		}),
		journal("the comparison's line at the end", all, "", func(_ *testing.T, l [][]byte) []byte { return joined(joined(l[1:]...), l[0]) }),
		journal("appended to a part of itself", all, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], l[2][:30], joined(l...))
		}),
		journal("copied with a block of another's", []int{1, 2, 3}, "ends in the middle of a line", func(_ *testing.T, l [][]byte) []byte {
			text := joined(l...)
			for i := len(text) - len(l[5]) - 40; i < len(text); i++ {
				text[i] = "\x7fELF"[i%4]
			}
			return text
		}),
		journal("a line missing", []int{1, 2, 4, 5}, "", func(_ *testing.T, l [][]byte) []byte {
			return joined(slices.Delete(l, 3, 4)...)
		}),
		journal("an unknown kind of line", all, "", func(t *testing.T, l [][]byte) []byte {
			return joined(append(l, forged(t, l[3], func(l *line) { l.Kind = "remark" }))...)
		}),
		journal("cut to nothing", none, "", func(*testing.T, [][]byte) []byte { return nil }),
		journal("cut to a byte", none, "holds no line that is whole", func(_ *testing.T, l [][]byte) []byte { return l[0][:1] }),
		journal("cut in the first line", none, "holds no line that is whole", func(_ *testing.T, l [][]byte) []byte { return l[0][:50] }),
		journal("cut in a head", []int{1, 2}, "ends in the middle of a line", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], l[2], l[3][:20])
		}),
		journal("cut in a run", []int{1, 2}, `ends in the middle of a line (the run of "s0" with seed 3)`, func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], l[2], l[3][:170])
		}),
		journal("cut between runs", []int{1, 2}, "", func(_ *testing.T, l [][]byte) []byte { return joined(l[:3]...) }),
		journal("its first half lost", []int{3, 4, 5}, "", func(_ *testing.T, l [][]byte) []byte { return joined(l[3:]...) }),
		journal("a block of zeros", []int{1, 5}, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], make([]byte, len(l[2])+len(l[3])+len(l[4])-1), []byte("\n"), l[5])
		}),
		journal("a block of zeros over line feeds", []int{1}, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], make([]byte, len(l[2])+len(l[3])+9), l[5])
		}),
		journal("zeros at the end", all, "ends in the middle of a line", func(_ *testing.T, l [][]byte) []byte {
			return joined(joined(l...), make([]byte, 4096))
		}),
		journal("nothing but zeros", none, "holds no line that is whole", func(_ *testing.T, l [][]byte) []byte { return make([]byte, 10000) }),
		journal("garbage between", all, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], l[1], []byte("\x1b[31m garbage\n\n\xff\xfe"), []byte("\n"), joined(l[2:]...))
		}),
		journal("a conflict of merging tools", all, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined(l[0], []byte("<<<<<<< HEAD\n"), l[1], []byte("=======\n"), joined(l[2:]...), []byte(">>>>>>> b\n"))
		}),
		journal("saved with CR LF", all, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return bytes.ReplaceAll(joined(l...), []byte("\n"), []byte("\r\n"))
		}),
		journal("saved with a byte-order mark", all, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			return joined([]byte("\xef\xbb\xbf"), joined(l...))
		}),
		journal("saved as UTF-16", none, "holds no line that is whole", func(_ *testing.T, l [][]byte) []byte {
			var wide []byte
			for _, b := range joined(l...) {
				wide = append(wide, b, 0)
			}
			return wide
		}),
		journal("formatted by an editor", none, "holds no line that is whole", func(_ *testing.T, l [][]byte) []byte {
			return bytes.ReplaceAll(joined(l...), []byte(":"), []byte(": "))
		}),
		journal("a length beyond the file", []int{1, 2, 4, 5}, "is damaged", func(_ *testing.T, l [][]byte) []byte {
			copy(l[3][sumLength+1:], "999999999999")
			return joined(l...)
		}),
	}
	other := damageCase{name: "another comparison's journal", err: "another comparison (its configuration differs), and nothing of it was changed"}
	other.journal = func(t *testing.T, l [][]byte) []byte {
		return joined(forged(t, l[0], func(l *line) { l.Identity = &idB }), forged(t, l[1], func(l *line) { l.Mark = "of B" }))
	}
	newer := damageCase{name: "a newer format", err: "is of format 2, this program reads 1: use the program that wrote it"}
	newer.journal = func(t *testing.T, l [][]byte) []byte {
		return joined(append(l, forged(t, l[5], func(l *line) { l.Format = 2 }))...)
	}
	cases = append(cases, other, newer)

	at := func(name ...string) func(dir string) string {
		return func(dir string) string { return filepath.Join(append([]string{dir}, name...)...) }
	}
	file := func(name string, c damageCase, path func(string) string, change func(t *testing.T, path string, text []byte) []byte) damageCase {
		c.name = name
		c.folder = func(t *testing.T, dir string) {
			text, _ := os.ReadFile(path(dir))
			if text = change(t, path(dir), text); text != nil {
				require.NoError(t, os.WriteFile(path(dir), text, 0o666))
			}
		}
		return c
	}
	blocked := func(t *testing.T, path string, _ []byte) []byte {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o777))
		return nil
	}
	pipe := func(t *testing.T, path string, _ []byte) []byte {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, mkfifo(path))
		return nil
	}
	link := func(t *testing.T, path string, _ []byte) []byte {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.Symlink("/etc/passwd", path))
		return nil
	}
	text := func(s string) func(*testing.T, string, []byte) []byte {
		return func(*testing.T, string, []byte) []byte { return []byte(s) }
	}
	six := at(statesName, "s0-6.state")
	lost := damageCase{states: []int{7}, note: "s0-6.state is not to be trusted"}
	cases = append(cases,
		file("a folder in the journal's place", damageCase{err: "runs.journal: a folder is in its place"}, at(journalName), blocked),
		file("a pipe in the journal's place", damageCase{err: "runs.journal: a named pipe is in its place"}, at(journalName), pipe),
		file("a link in the journal's place", damageCase{err: "runs.journal: a link is in its place"}, at(journalName), link),

		file("a bit of a state's head", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return flipped(b, 60) }),
		file("a bit of a state's digest", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return flipped(b, 3) }),
		file("a bit of a state", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return flipped(b, len(b)-1) }),
		file("a state cut short", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return b[:len(b)-1] }),
		file("a state cut in its head", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return b[:headLength+7] }),
		file("a state that goes on", lost, six, func(_ *testing.T, _ string, b []byte) []byte { return append(b, 0) }),
		file("a state that claims a terabyte", lost, six, func(t *testing.T, path string, _ []byte) []byte {
			require.NoError(t, os.Truncate(path, 1<<40))
			return nil
		}),
		file("two runs' states swapped", damageCase{states: none, note: `it is of "s1" with seed 7`}, at(statesName), func(t *testing.T, path string, _ []byte) []byte {
			six, seven, between := filepath.Join(path, "s0-6.state"), filepath.Join(path, "s1-7.state"), filepath.Join(path, "between")
			require.NoError(t, errors.Join(os.Rename(six, between), os.Rename(seven, six), os.Rename(between, seven)))
			return nil
		}),
		file("a state's head that claims another length", lost, six, func(t *testing.T, _ string, b []byte) []byte {
			end := bytes.IndexByte(b, '\n') + 1
			return append(forged(t, b[:end], func(l *line) { l.Size = 1 << 40 }), b[end:]...)
		}),
		file("a file in the states' place", damageCase{err: "running: a file is in its place"}, at(statesName), func(t *testing.T, path string, _ []byte) []byte {
			require.NoError(t, os.RemoveAll(path))
			return []byte("x")
		}),
		file("a link in the states' place", damageCase{err: "running: a link is in its place"}, at(statesName), link),
		file("a link in the place of what was damaged", damageCase{err: "damaged: a link is in its place"}, at(damagedName), link),
		file("a pipe in the former comparison's place", damageCase{err: "previous: a named pipe is in its place"}, at(previousName), pipe),
		file("a link in the place of what moves aside", damageCase{err: "previous.new: a link is in its place"}, at(previousName+".new"), link),
		file("an empty state", lost, six, text("")),
		file("a state that is none", lost, six, text("weights")),
		file("a state of zeros", lost, six, text(strings.Repeat("\x00", 5000))),
		file("another run's state", damageCase{states: []int{7}, note: `it is of "s1" with seed 7`}, six, func(t *testing.T, path string, _ []byte) []byte {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(path), "s1-7.state"))
			require.NoError(t, err)
			return b
		}),
		file("an older run's state", damageCase{states: []int{7}}, six, func(t *testing.T, _ string, b []byte) []byte {
			end := bytes.IndexByte(b, '\n') + 1
			return append(forged(t, b[:end], func(l *line) { l.Mark = "former" }), b[end:]...)
		}),
		file("a pipe in a state's place", damageCase{err: "s0-6.state: a named pipe is in its place"}, six, pipe),
		file("a state of a newer format", damageCase{err: "s0-6.state is of format 2"}, six, func(t *testing.T, _ string, b []byte) []byte {
			end := bytes.IndexByte(b, '\n') + 1
			return append(forged(t, b[:end], func(l *line) { l.Format = 2 }), b[end:]...)
		}),
		file("no states", damageCase{states: none}, at(statesName), func(t *testing.T, path string, _ []byte) []byte {
			require.NoError(t, os.RemoveAll(path))
			return nil
		}),

		file("a dead process's lock", damageCase{note: "was left by process 4194305"}, at("lock"), func(t *testing.T, _ string, _ []byte) []byte {
			o := self()
			o.Process, o.Since = 1<<22+1, "2100-01-01T00:00:00Z" // the clock has been set since
			b, err := json.Marshal(o)
			require.NoError(t, err)
			return b
		}),
		file("a lock that says nothing", damageCase{}, at("lock"), text("")),
		file("a lock that is none", damageCase{note: "a process that did not leave its name"}, at("lock"), text("\x00{")),
		file("a pipe in the lock's place", damageCase{err: "lock: a named pipe is in its place"}, at("lock"), pipe),

		file("a marker that was left", damageCase{}, at(markerName), text("x")),
		file("results that are none", damageCase{}, at(Results), text("{\x00")),
		file("a folder in the report's place", damageCase{err: "report.html: a folder is in its place"}, at(Report), blocked),
		file("a pipe in the results' place", damageCase{err: "results.jsonl: a named pipe is in its place"}, at(Results), pipe),
		file("a link in the summary's place", damageCase{}, at(Summary), link),
		file("half a new journal", damageCase{}, at(".runs.journal.new"), text("half")),
		file("half a move", damageCase{}, at("previous.new", Summary), func(t *testing.T, path string, _ []byte) []byte {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
			return []byte("{}")
		}),
	)
	return cases
}

func TestDamagedFoldersGiveWhatIsTrueInThem(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	cases := damageCases()
	assert.GreaterOrEqual(t, len(cases), 60)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir, lines := damagedStore(t)
			if c.journal != nil {
				require.NoError(t, os.WriteFile(filepath.Join(dir, journalName), c.journal(t, lines), 0o666))
			} else {
				c.folder(t, dir)
			}
			runs, states, notes, err := recovered(t, dir)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			if c.runs == nil {
				c.runs = []int{1, 2, 3, 4, 5}
			}
			if c.states == nil && (len(c.runs) > 0 || c.note == "is damaged") {
				c.states = []int{6, 7}
			}
			assert.Equal(t, c.runs, runs)
			if len(runs) > 0 {
				assert.Equal(t, c.states, states)
			}
			assert.Contains(t, notes, c.note)
			assert.Equal(t, c.note == "", notes == "", notes)

			again, _, notes, err := recovered(t, dir)
			require.NoError(t, err)
			assert.Equal(t, runs, again, "the second time")
			assert.Empty(t, notes, "the second time")
		})
	}
}

// recovered opens a folder and goes on with comparison A.
func recovered(t *testing.T, dir string) (runs, states []int, notes string, err error) {
	var said []string
	s, err := Open(dir, Options{Note: func(n Note) {
		if n.Trouble {
			said = append(said, n.Text)
		}
	}})
	if err != nil {
		return nil, nil, "", err
	}
	defer s.Close()
	if err := s.Begin(idA, true); err != nil {
		return nil, nil, "", err
	}
	runs = []int{}
	for i := 1; i <= 5; i++ {
		_, ok, err := s.Load(key(i), mark(i), checked(i))
		if err != nil {
			return nil, nil, "", err
		}
		if ok {
			runs = append(runs, i)
		}
	}
	states = []int{}
	for i := 6; i <= 7; i++ {
		got, ok, err := s.LoadState(key(i), mark(i))
		if err != nil {
			return nil, nil, "", err
		}
		if ok {
			require.Equal(t, state(i), got)
			states = append(states, i)
		}
	}
	return runs, states, strings.Join(said, "\n"), nil
}

// Any damage costs at most the lines that it touches, and what is left is true. A
// line whose line feed alone is hit is still read.
func TestRandomDamageCostsTheLinesItHits(t *testing.T) {
	dir, lines := damagedStore(t)
	path := filepath.Join(dir, journalName)
	whole := joined(lines...)
	rapid.Check(t, func(r *rapid.T) {
		text := slices.Clone(whole)
		hit, feed := map[int]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 4).Draw(r, "places") {
			at := rapid.IntRange(0, len(text)-1).Draw(r, "at")
			text[at] ^= byte(rapid.IntRange(1, 255).Draw(r, "by"))
			end := 0
			for i, l := range lines {
				if end += len(l); at < end {
					if at == end-1 {
						feed[i] = true
					} else {
						hit[i] = true
					}
					break
				}
			}
		}
		for i := range lines { // one that is not to be read and does not end takes the next with it
			if hit[i] && feed[i] {
				hit[i+1] = true
			}
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			r.Fatal(err)
		}
		p, err := OpenPart(dir)
		if err != nil {
			r.Fatal(err)
		}
		for i := 1; i <= 5; i++ {
			k, got, ok, err := p.journal.body(mark(i))
			if err != nil {
				r.Fatal(err)
			}
			if ok && (k != key(i) || !bytes.Equal(got, body(i))) {
				r.Fatalf("run %d is %s", i, got)
			}
			if !ok && !hit[i] {
				r.Fatalf("run %d is lost, and was not hit", i)
			}
		}
	})
}

func TestALargeFileThatIsNoJournalIsReadInPieces(t *testing.T) {
	dir, _ := damagedStore(t)
	require.NoError(t, os.Truncate(filepath.Join(dir, journalName), 1<<26)) // mostly a hole
	before := testing.AllocsPerRun(1, func() {
		p, err := OpenPart(dir)
		require.NoError(t, err)
		assert.Len(t, p.Keys(), 5)
	})
	assert.Less(t, before, 2000.0)
}

// Its end may be hours away: nothing is read there, set aside or cut.
func TestAHoleThatNoLineIsAsLongAsIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	dir, lines := damagedStore(t)
	path := filepath.Join(dir, journalName)
	require.NoError(t, os.Truncate(path, 1<<40))
	wrong := fmt.Sprintf("cannot read %s: it has no line feed in the 256 MiB from byte %d on, and no line is so long: move it away, or cut it there to keep what is before",
		path, len(joined(lines...)))
	_, err := OpenPart(dir)
	assert.EqualError(t, err, wrong)
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	assert.EqualError(t, s.Begin(idA, true), wrong)
	require.NoError(t, s.Close())
	require.NoError(t, os.Truncate(path, int64(len(joined(lines...)))))
	p, err := OpenPart(dir)
	require.NoError(t, err)
	assert.Len(t, p.Keys(), 5)
}

// Each such line was read to the file's end, and its digest taken.
func TestLinesThatClaimTheRestOfTheFileCostTheirLength(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	dir, _ := damagedStore(t)
	path := filepath.Join(dir, journalName)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	const lines = 100_000
	text := bytes.NewBuffer(kept)
	for i := range lines {
		fmt.Fprintf(text, "%032d %012d x\n", i, (lines-i-1)*(headLength+2))
	}
	require.NoError(t, os.WriteFile(path, text.Bytes(), 0o666))
	start := time.Now()
	p, err := OpenPart(dir)
	require.NoError(t, err)
	assert.Less(t, time.Since(start), 30*time.Second) // half a second, on an idle machine
	assert.Len(t, p.Keys(), 5)
}
