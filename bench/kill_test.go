//go:build unix

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
)

// A process of its own runs a comparison where these are set: a test kills it.
const (
	childOf    = "DETSAMPLE_TEST_COMPARISON" // short or long
	childOut   = "DETSAMPLE_TEST_OUT"
	childLimit = "DETSAMPLE_TEST_FILE_SIZE" // bytes that a file may grow to
	childEvery = "DETSAMPLE_TEST_STATE_EVERY"
	childShard = "DETSAMPLE_TEST_SHARD" // I/N; empty for everything
)

func TestMain(m *testing.M) {
	if of := os.Getenv(childOf); of != "" {
		os.Exit(child(of))
	}
	os.Exit(m.Run())
}

// killed are the comparisons that processes are killed in: 20 short runs, of
// one-stage and two-stage detectors, and 2 long ones, of a loss and a
// normaliser that remember.
var killed = map[string]struct {
	text  string
	seeds int
}{
	"short": {tinyData + tinyTraining, 10},
	"long": {strings.Replace(tinyData, "train: 64", "train: fresh", 1) + `
training: {images: 1200, batch: 4, warmup: 20, average: 0.9, checkpoints: 4}
strategies:
  - {name: remembers, dense: {cls: {type: eqlv2}, norm: moving_average}}
  - {name: mines, rpn: {sampler: {type: random, num: 32}, box: ghm_r}, roi: {sampler: {type: ohem, num: 16}}}
`, 1},
}

func child(of string) int {
	if limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 64); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			panic(err)
		}
	}
	stateEvery, _ = time.ParseDuration(os.Getenv(childEvery))
	c, err := config.Parse("child.yaml", []byte(killed[of].text))
	if err != nil {
		panic(err)
	}
	o := Options{
		Seeds: killed[of].seeds, Jobs: 2, Out: os.Getenv(childOut), Resume: true, Report: true,
		Note: func(n store.Note) { fmt.Println("note:", n.Text) },
	}
	if text := os.Getenv(childShard); text != "" {
		var shard plan.Shard
		if shard, err = plan.ParseShard(text); err == nil {
			_, err = TrainShard(context.Background(), c, o, shard)
		}
	} else {
		_, err = Compare(context.Background(), c, o)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// process starts a child on a folder.
func process(t *testing.T, of, out string, environment ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(append(os.Environ(), childOf+"="+of, childOut+"="+out, childEvery+"=40ms"), environment...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	require.NoError(t, command.Start())
	return command, &said
}

// finished lets a child run to its end, and returns what it said.
func finished(t *testing.T, of, out string) string {
	t.Helper()
	command, said := process(t, of, out)
	require.NoError(t, command.Wait(), said.String())
	return said.String()
}

// outcome is everything in a folder that does not depend on time: the runs in
// the journal and the exports.
func outcome(t *testing.T, out string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for i, line := range results(t, out) {
		found[fmt.Sprint("line ", i)] = line
	}
	p, err := store.OpenPart(out)
	require.NoError(t, err)
	assert.Empty(t, p.Damaged)
	for _, k := range p.Keys() {
		found[k.String()] = "kept"
	}
	text, err := os.ReadFile(filepath.Join(out, store.Summary))
	require.NoError(t, err)
	var s struct {
		Strategies []struct{ AP, Difference any }
	}
	require.NoError(t, json.Unmarshal(text, &s))
	found["summary"] = fmt.Sprint(s)
	var names []string
	entries, err := os.ReadDir(out)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	found["files"] = strings.Join(names, " ")
	return found
}

// kill kills children of a comparison, so many times, at random moments of
// their lives, then lets one finish, and compares with one undisturbed. It
// returns the lives that ended by themselves.
func kill(t *testing.T, of string, kills int, rng *rand.Rand) {
	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	start := time.Now()
	finished(t, of, whole)
	life := time.Since(start)
	want := outcome(t, whole)

	done, states := 0, 0
	lines := 0
	for done < kills {
		command, said := process(t, of, broken)
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(life))), func() { _ = command.Process.Kill() })
		err := command.Wait()
		timer.Stop()
		require.NotContains(t, said.String(), "damaged")
		require.NotContains(t, said.String(), "not to be trusted")
		if err == nil {
			require.Equal(t, want, outcome(t, broken), "it ended before it was killed")
			require.NoError(t, os.RemoveAll(broken))
			lines = 0
			continue
		}
		require.ErrorContains(t, err, "signal: killed", said.String())
		done++
		found, _ := filepath.Glob(filepath.Join(broken, "running", "*.state"))
		states += len(found)
		if text, err := os.ReadFile(filepath.Join(broken, store.Results)); err == nil {
			now := bytes.Count(text, []byte("\n"))
			require.GreaterOrEqual(t, now, lines, "results.jsonl never shrinks")
			lines = now
		}
		_, marked := os.Stat(filepath.Join(broken, "UNFINISHED"))
		_, begun := os.Stat(filepath.Join(broken, "runs.journal"))
		require.True(t, marked == nil || begun != nil, "a folder that is not finished says so")
	}
	finished(t, of, broken)
	got := outcome(t, broken)
	assert.Equal(t, want, got)
	if of == "long" && kills >= 10 { // a slow machine may not get to a state before two
		assert.Positive(t, states, "some were killed with a state kept")
	}
}

// TestKilledComparisonsEndAsIfTheyHadNotBeen kills a few processes; with
// DETSAMPLE_KILLS, so many.
func TestKilledComparisonsEndAsIfTheyHadNotBeen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	kills := 4
	if text := os.Getenv("DETSAMPLE_KILLS"); text != "" {
		var err error
		kills, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	kill(t, "short", kills/2, rand.New(rand.NewPCG(1, uint64(kills))))
	kill(t, "long", kills-kills/2, rand.New(rand.NewPCG(2, uint64(kills))))
}

// TestKilledShardsEndAsIfTheyHadNotBeen kills shards that share a folder at
// random moments, and merges what there is between.
func TestKilledShardsEndAsIfTheyHadNotBeen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	rng := rand.New(rand.NewPCG(3, 3))
	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	start := time.Now()
	finished(t, "short", whole)
	life := time.Since(start)
	all := func(shards int, most time.Duration) {
		var children []*exec.Cmd
		for i := range shards {
			child, _ := process(t, "short", broken, fmt.Sprintf("%s=%d/%d", childShard, i+1, shards))
			if most > 0 {
				defer time.AfterFunc(time.Duration(rng.Int64N(int64(most))), func() { _ = child.Process.Kill() }).Stop()
			}
			children = append(children, child)
		}
		for _, child := range children {
			if err := child.Wait(); most == 0 {
				require.NoError(t, err)
			}
		}
	}
	for _, shards := range []int{3, 3, 2} {
		all(shards, life)
		parts, err := store.OpenParts(broken)
		require.NoError(t, err)
		if len(parts) > 0 { // some had begun
			_, _, err := Merge(t.Context(), []string{broken}, Options{Out: broken})
			require.NoError(t, err)
		}
	}
	all(3, 0)
	study, next, err := Merge(t.Context(), []string{broken}, Options{Out: broken})
	require.NoError(t, err)
	require.NotNil(t, study, next)
	assert.Equal(t, results(t, whole), results(t, broken))
}

// TestAFullDiskEndsAComparisonThatCanBeGoneOnWith lets a file grow no further
// at random sizes.
func TestAFullDiskEndsAComparisonThatCanBeGoneOnWith(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	finished(t, "short", whole)
	for _, size := range []int{100, 3000, 20_000, 41_000} {
		command, said := process(t, "short", broken, fmt.Sprint(childLimit, "=", size))
		require.Error(t, command.Wait())
		require.Contains(t, said.String(), "file too large")
		require.Contains(t, said.String(), "cannot write "+broken)
		require.NotContains(t, said.String(), ".new")
	}
	finished(t, "short", broken)
	assert.Equal(t, outcome(t, whole), outcome(t, broken))
}

// TestOneFolderHasOneWriter starts two processes on one folder.
func TestOneFolderHasOneWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	out := filepath.Join(t.TempDir(), "out")
	first, _ := process(t, "long", out)
	defer func() {
		_ = first.Process.Kill()
		_ = first.Wait()
	}()
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(out, "runs.journal"))
		return err == nil
	}, 20*time.Second, 10*time.Millisecond)
	_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: out})
	var locked *store.Locked
	require.ErrorAs(t, err, &locked)
	assert.Contains(t, err.Error(), fmt.Sprintf("is being written to by process %d on ", first.Process.Pid))

	require.NoError(t, first.Process.Kill())
	_ = first.Wait()
	var notes []string
	_, err = Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: out, Note: func(n store.Note) { notes = append(notes, n.Text) }})
	require.NoError(t, err)
	assert.Contains(t, notes[0], fmt.Sprintf("lock was left by process %d on ", first.Process.Pid))
}
