package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// history is what a disk's stores have acknowledged.
type history struct {
	t        *testing.T
	disk     *faulty
	rng      *rand.Rand
	identity Identity          // of the comparison begun last
	runs     map[int]string    // kept, by number
	put      map[string]bool   // every run that was kept, of any comparison, with its mark
	ever     map[string]bool   // every run and state that any process tried to keep, with its mark
	states   map[int][2]string // the state kept last, and the one being kept
	notes    []string
	script   []string
}

func newHistory(t *testing.T, seed uint64) *history {
	rng := rand.New(rand.NewPCG(seed, 77))
	h := &history{t: t, disk: newFaulty(rng), rng: rng, runs: map[int]string{}, states: map[int][2]string{}, ever: map[string]bool{}, put: map[string]bool{}}
	require.NoError(t, h.disk.Mkdir("out"))
	require.NoError(t, h.disk.Sync(""))
	return h
}

func (h *history) open() *Store {
	return newStore(h.disk, "out", Options{Program: "test", Note: func(n Note) { h.notes = append(h.notes, n.Text) }})
}

// text is what a run, a state or an export holds: what it is of, and a length
// that crosses from page to page.
func (h *history) text(what string) string {
	return fmt.Sprintf("%s of %s %s", what, h.identity.Config, strings.Repeat("x", h.rng.IntN(300)))
}

// process does a random piece of work, until it is done, killed or fails.
func (h *history) process() (err error) {
	s := h.open()
	id, resume := h.identity, h.rng.IntN(4) > 0
	if id.Config == "" || h.rng.IntN(4) == 0 {
		id = []Identity{idA, idB}[h.rng.IntN(2)]
	}
	if !resume || id != h.identity { // the runs move aside, sooner or later
		h.identity, h.runs, h.states = id, map[int]string{}, map[int][2]string{}
	}
	h.script = append(h.script, fmt.Sprintf("begin %s %v", id.Config, resume))
	if err := h.begin(s, id, resume); err != nil {
		return err
	}
	if h.rng.IntN(2) == 0 {
		if err := s.Replace(Config, []byte(id.Config)); err != nil {
			return err
		}
	}
	for range h.rng.IntN(12) {
		if err := h.work(s); err != nil {
			return err
		}
	}
	if h.rng.IntN(2) == 0 {
		h.script = append(h.script, "leave")
		return nil
	}
	for _, name := range exports {
		if err := s.Replace(name, []byte(id.Config)); err != nil {
			return err
		}
	}
	h.script = append(h.script, "finish")
	h.states = map[int][2]string{}
	return s.Finish()
}

// begin begins anew where the folder is another comparison's.
func (h *history) begin(s *Store, id Identity, resume bool) error {
	err := s.Begin(id, resume)
	if _, another := errors.AsType[*Another](err); another {
		require.True(h.t, resume)
		h.script = append(h.script, "anew")
		err = s.Begin(id, false)
	}
	return err
}

func (h *history) work(s *Store) error {
	i := h.rng.IntN(8)
	switch h.rng.IntN(4) {
	case 0:
		if _, done := h.runs[i]; done {
			return nil
		}
		body := fmt.Sprintf("%q", h.text("run"))
		h.ever[h.mark(i)+body] = true
		h.script = append(h.script, fmt.Sprint("put ", i))
		delete(h.states, i)
		if err := s.Put(key(i), h.mark(i), []byte(body)); err != nil {
			return err
		}
		h.runs[i] = body
		h.put[h.mark(i)+body] = true
	case 1:
		if _, done := h.runs[i]; done {
			return nil
		}
		state := h.text("state")
		h.ever[h.mark(i)+state] = true
		h.states[i] = [2]string{h.states[i][0], state}
		h.script = append(h.script, fmt.Sprint("state ", i))
		if err := s.SaveState(key(i), h.mark(i), []byte(state)); err != nil {
			return err
		}
		h.states[i] = [2]string{state, ""}
	case 2:
		return s.Append(Results, []byte(h.identity.Config))
	case 3:
		return s.Replace(Results, []byte(h.identity.Config))
	}
	return nil
}

func (h *history) mark(i int) string { return h.identity.Config + mark(i) }

// check opens what is on the disk and compares it with what was acknowledged.
func (h *history) check(what string) {
	t := h.t
	h.exports(what)
	h.notes = nil
	s := h.open()
	h.kept(what)
	require.NoError(t, h.begin(s, h.identity, true), "%s %v", what, h.script)
	for i := range 8 {
		var at string
		want, acknowledged := h.runs[i]
		body, ok, err := s.Load(key(i), h.mark(i), good)
		require.NoError(t, err)
		at = fmt.Sprintf("%s: run %d, %v %v", what, i, h.script, h.notes)
		switch {
		case acknowledged:
			require.True(t, ok, at)
			require.Equal(t, want, string(body), at)
		case ok: // a process was killed before it said so, or before it moved this aside
			require.True(t, h.ever[h.mark(i)+string(body)], at)
			h.runs[i] = string(body)
			delete(h.states, i)
			continue
		}
		state, ok, err := s.LoadState(key(i), h.mark(i))
		require.NoError(t, err)
		switch kept := h.states[i]; {
		case kept[0] != "":
			require.True(t, ok, at)
			require.Contains(t, kept[:], string(state), at)
			h.states[i] = [2]string{string(state), ""}
		case ok:
			require.True(t, h.ever[h.mark(i)+string(state)], at)
			if !acknowledged {
				h.states[i] = [2]string{string(state), ""}
			}
		}
	}
	for _, n := range h.notes {
		require.NotContains(t, n, "not to be trusted", what)
		require.NotContains(t, n, "is damaged", what)
	}
}

// kept looks for every run that was ever acknowledged, here or where it has
// moved to.
func (h *history) kept(what string) {
	found := map[string]bool{}
	for _, dir := range append([]string{"."}, slices.Collect(maps.Keys(h.disk.find("out").files))...) {
		if dir != "." && !strings.HasPrefix(dir, previousName) {
			continue
		}
		p, err := openPart(h.disk, filepath.Join("out", dir))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(h.t, err, what)
		for mark := range p.journal.runs {
			_, body, ok, err := p.journal.body(mark)
			require.NoError(h.t, err)
			found[mark+string(body)] = ok
		}
	}
	for run := range h.put {
		require.True(h.t, found[run], "%s: %.20s is lost, %v", what, run, h.script)
	}
}

// exports looks at the folder as a reader does: without a marker it is complete
// and of one comparison; with one, no files of two are side by side.
func (h *history) exports(what string) {
	out := h.disk.find("out")
	var of []string
	for _, name := range exports {
		if n := out.files[name]; n != nil && len(n.data) > 0 && n.data[0] != 0 { // lines that are not synced may be zeros
			of = append(of, string(n.data[:1]))
		}
	}
	slices.Sort(of)
	of = slices.Compact(of)
	require.LessOrEqual(h.t, len(of), 1, "%s: exports of %v, %v", what, of, h.script)
	if out.files[markerName] != nil || len(of) == 0 {
		return
	}
	for _, name := range exports {
		n := out.files[name]
		require.NotNil(h.t, n, "%s: no %s, and no marker, %v", what, name, h.script)
		require.Equal(h.t, of[0], string(n.data), "%s: %s, %v", what, name, h.script)
	}
}

// TestNothingThatWasAcknowledgedIsLost kills processes at every operation they
// may be at, with and without a loss of power.
func TestNothingThatWasAcknowledgedIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	kills := 0
	for seed := range uint64(1500) {
		h := newHistory(t, seed)
		for round := range 4 {
			h.disk.stop = 1 + h.rng.IntN(60)
			err := h.process()
			if err != nil {
				require.ErrorIs(t, err, errKilled)
				kills++
			}
			power := h.rng.IntN(2) == 0
			h.disk.reboot(power)
			h.check(fmt.Sprintf("seed %d, round %d, power %v", seed, round, power))
		}
	}
	assert.Greater(t, kills, 2000)
}

// TestAFullDiskOrAFailingOneCostsTheRunAtHand lets the disk fill up, or fail,
// in the middle of the work.
func TestAFullDiskOrAFailingOneCostsTheRunAtHand(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	full, failed := 0, 0
	for seed := range uint64(600) {
		h := newHistory(t, seed)
		h.disk.room = h.rng.IntN(3000)
		if seed%2 == 0 {
			h.disk.room, h.disk.tears = -1, seed%4 == 0
			h.failAfter(h.rng.IntN(40))
		}
		err := h.process()
		switch {
		case errors.Is(err, syscall.ENOSPC):
			full++
		case errors.Is(err, syscall.EIO):
			failed++
		default:
			require.NoError(t, err)
		}
		if err != nil {
			require.Regexp(t, `^cannot (write|open|replace|read|remove|move aside|make the folder|write to) out`, err.Error())
			require.NotContains(t, err.Error(), ".new:", "the file that the user knows")
		}
		h.disk.reboot(true)
		h.check(fmt.Sprintf("seed %d", seed))
	}
	assert.Greater(t, full, 50)
	assert.Greater(t, failed, 50)
}

// failAfter makes the disk fail from some number of operations on.
func (h *history) failAfter(ops int) {
	d := h.disk
	after := d.ops + ops
	d.watch = func() {
		if d.ops >= after {
			d.fail = syscall.EIO
		}
	}
}

// A server may rename a file and its answer be lost: asked again, it says that
// there is no such file.
func TestARenameThatIsSaidToHaveFailedLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	failed := 0
	for seed := range uint64(600) {
		h := newHistory(t, seed)
		for round := range 3 {
			h.disk.lies = 6
			if err := h.process(); err != nil {
				failed++
				require.ErrorIs(t, err, syscall.ENOENT)
				require.Regexp(t, `^cannot (write|move aside) out/[a-zU]`, err.Error())
				require.NotContains(t, err.Error(), ".new: ", "the file that the user knows")
			}
			h.disk.reboot(h.rng.IntN(2) == 0)
			h.check(fmt.Sprintf("seed %d, round %d", seed, round))
		}
	}
	assert.Greater(t, failed, 500)
}

// After a failure a journal takes nothing more, and what it had is whole.
func TestAJournalThatFailedTakesNothingMore(t *testing.T) {
	h := newHistory(t, 1)
	s := h.open()
	require.NoError(t, s.Begin(idA, false))
	put(t, s, 1)
	h.disk.room = 20
	err := s.Put(key(2), mark(2), body(2))
	assert.EqualError(t, err, "cannot write out/runs.journal: no space left on device")
	h.disk.room = -1
	assert.Equal(t, err, s.Put(key(3), mark(3), body(3)))
	assert.Equal(t, []int{1}, has(t, s))
	h.disk.reboot(true)
	s = h.open()
	require.NoError(t, s.Begin(idA, true))
	assert.Equal(t, []int{1}, has(t, s))
	assert.Empty(t, h.notes, "the half line was cut off")
}

// A read-only disk is noticed when the store is begun.
func TestAReadOnlyFolderIsNoticedFirst(t *testing.T) {
	h := newHistory(t, 1)
	h.disk.fail = syscall.EROFS
	err := h.open().Begin(idA, false)
	assert.EqualError(t, err, "cannot write out/UNFINISHED: read-only file system")
}

// What is damaged is put where it outlasts the power before it is taken out.
func TestWhatIsSetAsideIsKept(t *testing.T) {
	for seed := range uint64(20) {
		h := newHistory(t, seed)
		s := h.open()
		require.NoError(t, s.Begin(idA, false))
		put(t, s, 1, 2)
		journal := h.disk.find("out/" + journalName)
		journal.data = slices.Clone(journal.data)
		journal.data[200] ^= 4
		damaged := string(journal.data[148:])
		journal.durable = slices.Clone(journal.data)
		require.NoError(t, h.open().Begin(idA, true))
		h.disk.reboot(false)
		kept := h.disk.find("out/damaged/s1-1.txt")
		require.NotNil(t, kept)
		require.True(t, strings.HasPrefix(damaged, string(kept.data)))
		require.Greater(t, len(kept.data), 100)
		require.Contains(t, strings.Join(h.notes, "\n"), `out/runs.journal is damaged (the run of "s1" with seed 1): set aside as out/damaged/s1-1.txt`)
		require.NoError(t, s.Begin(idA, true))
		require.Equal(t, []int{2}, has(t, s))
	}
}

// What was moved aside is there after a loss of power too.
func TestWhatIsMovedAsideIsKept(t *testing.T) {
	for seed := range uint64(20) {
		h := newHistory(t, seed)
		s := h.open()
		require.NoError(t, s.Begin(idA, false))
		put(t, s, 1, 2)
		require.NoError(t, h.open().Begin(idB, false))
		h.disk.reboot(false)
		p, err := openPart(h.disk, "out/previous")
		require.NoError(t, err)
		require.Equal(t, []Key{key(1), key(2)}, p.Keys())
	}
}

// The work for a run does not depend on how many there are: so many operations
// on files, so many bytes.
func TestTheWorkForARunIsTheSameForAny(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	h := newHistory(t, 1)
	s := h.open()
	require.NoError(t, s.Begin(idA, false))
	work := func(i int) (ops, bytes int) {
		journal := h.disk.find("out/" + journalName)
		before, size := h.disk.ops, len(journal.data)
		k := Key{Strategy: "s", Seed: uint64(10000 + i)}
		require.NoError(t, s.Put(k, mark(10000+i), []byte(`{}`)))
		require.NoError(t, s.Append(Results, []byte("{}\n")))
		return h.disk.ops - before, len(journal.data) - size
	}
	work(0)
	ops, bytes := work(1)
	for i := range 2000 {
		if o, b := work(2 + i); o != ops || b != bytes {
			t.Fatalf("run %d: %d operations and %d bytes, the second run %d and %d", i, o, b, ops, bytes)
		}
	}
	assert.LessOrEqual(t, ops, 4)
}

// A reader of a journal that is being written sees what is whole.
func TestAPartIsReadWhileItIsWritten(t *testing.T) {
	h := newHistory(t, 1)
	s := h.open()
	require.NoError(t, s.Begin(idA, false))
	put(t, s, 1, 2)
	journal := h.disk.find("out/" + journalName)
	whole := journal.data
	begun := bytes.IndexByte(whole, '\n') + 1
	run := begun + bytes.IndexByte(whole[begun:], '\n')
	for cut := range len(whole) {
		journal.data = whole[:cut]
		p, err := openPart(h.disk, "out")
		if cut < run { // there is none yet, and no description
			require.ErrorIs(t, err, fs.ErrNotExist)
			continue
		}
		require.NoError(t, err)
		for _, k := range p.Keys() {
			_, body, ok, err := p.journal.body(mark(int(k.Seed)))
			require.NoError(t, err)
			require.True(t, ok)
			require.NotEmpty(t, body)
		}
		require.Empty(t, p.Damaged)
	}
}
