package external_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/external"
	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/internal/interrupt"
	"detsample/internal/intime"
)

// answer is how soon an interrupt is answered, with some room.
const answer = 1500 * time.Millisecond

// interrupted runs a comparison until its program has seen some images, and
// returns how long it then took to end.
func interrupted(t *testing.T, command string, o bench.Options, images int) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var at time.Time
	o.Progress = func(e bench.Event) {
		if e.Images >= images && at.IsZero() {
			at = time.Now()
			cancel()
		}
	}
	_, err := bench.Compare(ctx, configuration(t, command, ""), o)
	require.ErrorIs(t, err, context.Canceled)
	return time.Since(at)
}

// alive reports whether a process runs; one that waits to be reaped does not.
func alive(pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(text), ") Z ")
}

func pidIn(t *testing.T, path string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.Fields(read(t, path))[0])
	require.NoError(t, err)
	return pid
}

// A program that an interrupt ended goes on from its own checkpoint.
func TestAnInterruptedProgramIsGivenTheSameFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	var out string
	command := program(t, "-step 10ms -log")
	intime.Within(t, answer, func() time.Duration {
		out = t.TempDir()
		return interrupted(t, command, bench.Options{Out: out}, 8)
	})
	dir := folderOf(t, out, "two-stages-1")
	assert.FileExists(t, filepath.Join(dir, "out", "state"))
	assert.NoFileExists(t, filepath.Join(dir, "ended.json"))
	assert.False(t, alive(pidIn(t, filepath.Join(dir, "running"))))

	study, _ := compared(t, command, "", bench.Options{Out: out, Resume: true})
	assert.Empty(t, study.Records[0].Run.Failed+study.Records[1].Run.Failed)
	assert.Equal(t, "xx", read(t, dir, "out", "starts"))
	seen := strings.Count(read(t, dir, "out", "balance.jsonl"), `"stage"`)
	assert.GreaterOrEqual(t, seen, 24)
	assert.LessOrEqual(t, seen, 25, "it went on where it was")

	fresh := t.TempDir()
	whole, _ := compared(t, command, "", bench.Options{Out: fresh})
	assert.Equal(t, whole.Records[0].Run.Figures, study.Records[0].Run.Figures)
}

// A program that is deaf is killed, with what it has started, within a second, be
// it a shell's, which itself listens.
func TestAnInterruptEndsAProgramThatDoesNotListen(t *testing.T) {
	for _, wrapped := range []func(string) string{func(command string) string { return command }, inShell} {
		var out string
		command := wrapped(program(t, "-child -hangs"))
		intime.Within(t, answer, func() time.Duration {
			out = t.TempDir()
			return interruptedAt(t, command, out, "deaf")
		})
		dir := folderOf(t, out, "two-stages-1")
		for _, file := range []string{"running", "out/child", "out/deaf"} {
			pid := pidIn(t, filepath.Join(dir, file))
			assert.Eventually(t, func() bool { return !alive(pid) }, 20*time.Second, 10*time.Millisecond, file)
		}
	}
}

// A shell that runs a program ends at once when it is asked to; the program has
// the time that it is promised nevertheless, and no more is waited than it takes.
func TestAProgramInAShellHasTimeToEnd(t *testing.T) {
	defer external.Patient()()
	out := t.TempDir()
	took := interruptedAt(t, inShell(program(t, "-polite 50ms")), out, "waits")
	assert.FileExists(t, filepath.Join(folderOf(t, out, "two-stages-1"), "out", "saved"))
	assert.Less(t, took, 20*time.Second)
	compared(t, inShell(program(t, "-polite 50ms -only focal")), "timeout: 2s", bench.Options{Out: out})
	assert.FileExists(t, filepath.Join(folderOf(t, out, "focal-1"), "out", "saved"))
}

// Schedulers send SIGTERM, and wait: a program has time to save then, as Ctrl-C
// does not leave it, until a second signal says that there is none.
func TestSIGTERMLeavesAProgramTimeToSave(t *testing.T) {
	terminated := func(polite string, signals int) (out string, took time.Duration) {
		ctx, stop := interrupt.Context(t.Context())
		defer stop()
		out = t.TempDir()
		took = endedAt(t, ctx, func() {
			for range signals {
				assert.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
				time.Sleep(200 * time.Millisecond)
			}
		}, program(t, "-polite "+polite), out, "waits")
		return out, took
	}
	out, took := terminated("1500ms", 1)
	assert.FileExists(t, filepath.Join(folderOf(t, out, "two-stages-1"), "out", "saved"))
	assert.GreaterOrEqual(t, took, 1500*time.Millisecond)

	out, took = terminated("1m", 2)
	assert.Less(t, took, 5*time.Second)
	dir := folderOf(t, out, "two-stages-1")
	assert.NoFileExists(t, filepath.Join(dir, "out", "saved"))
	assert.False(t, alive(pidIn(t, filepath.Join(dir, "running"))), "it was ended")

	out = t.TempDir()
	assert.Less(t, interruptedAt(t, program(t, "-polite 1500ms"), out, "waits"), 1500*time.Millisecond)
	assert.NoFileExists(t, filepath.Join(folderOf(t, out, "two-stages-1"), "out", "saved"))
}

// A program that took too long has its time to end; not all of it, if the
// comparison is to stop meanwhile.
func TestAnInterruptCutsShortTheTimeAfterATimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	external.SetTimeoutGrace(t, time.Minute)
	start := time.Now()
	late, over := external.Patience(ctx)
	defer over()
	<-late.Done()
	assert.Less(t, time.Since(start), 10*time.Second)
}

// inShell is a command that a shell waits for.
func inShell(command string) string { return "sh -c '" + command + "; true'" }

// interruptedAt runs a comparison until its second strategy's program has left a
// file, and returns how long it then took to end.
func interruptedAt(t *testing.T, command, out, file string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	return endedAt(t, ctx, cancel, command, out, file)
}

// endedAt is interruptedAt with what ends the context.
func endedAt(t *testing.T, ctx context.Context, end func(), command, out, file string) time.Duration {
	t.Helper()
	began := filepath.Join(out, "trainer", "runs", "two-stages-1-*", "out", file)
	go func() {
		for {
			if found, _ := filepath.Glob(began); len(found) > 0 {
				time.Sleep(200 * time.Millisecond)
				end()
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	interrupted := make(chan time.Time, 1)
	context.AfterFunc(ctx, func() { interrupted <- time.Now() })
	_, err := bench.Compare(ctx, configuration(t, command, ""), bench.Options{Out: out})
	require.ErrorIs(t, err, context.Canceled)
	return time.Since(<-interrupted)
}

// What a program leaves running when it ends would hold its GPU, whether it has
// the program's files or not.
func TestWhatAProgramLeavesRunningIsEnded(t *testing.T) {
	for _, flags := range []string{"-child", "-child -closed"} {
		if strings.Contains(flags, "-closed") && runtime.GOOS != "linux" {
			continue
		}
		out := t.TempDir()
		compared(t, program(t, flags), "", bench.Options{Out: out})
		dir := folderOf(t, out, "focal-1")
		pid := pidIn(t, filepath.Join(dir, "out", "child"))
		assert.Eventually(t, func() bool { return !alive(pid) }, 20*time.Second, 10*time.Millisecond, flags)
		assert.NoFileExists(t, fmt.Sprintf("/proc/%d/stat", pidIn(t, filepath.Join(dir, "running"))), "the program itself is reaped")
	}
}

// A process that is killed leaves its program running; the next one ends it
// before it begins another in the same folder.
func TestAProgramWhoseComparisonWasKilledIsEnded(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	for _, named := range []bool{true, runtime.GOOS != "linux"} {
		testAProgramThatWasLeft(t, named)
	}
}

// testAProgramThatWasLeft leaves a program that its owner had named, or had yet
// to name when it was killed.
func testAProgramThatWasLeft(t *testing.T, named bool) {
	out, command := t.TempDir(), program(t, "-step 20ms")
	interrupted(t, command, bench.Options{Out: out}, 2)
	dir := folderOf(t, out, "two-stages-1")
	// What the killed process had: a group that holds the file.
	orphan := left(t, dir, named)
	study, notes := compared(t, command, "", bench.Options{Out: out, Resume: true})
	assert.Contains(t, notes, "a program that an earlier process had left running was ended: "+dir)
	assert.Empty(t, study.Records[1].Run.Failed)
	assert.Error(t, orphan.Wait(), "it was ended")
}

// left starts a program as one that runs on in a run's folder, though the process
// that started it was killed.
func left(t *testing.T, dir string, named bool) *exec.Cmd {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, "running"), os.O_RDWR|os.O_TRUNC, 0o666)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	orphan := exec.Command("sleep", "60")
	orphan.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	orphan.ExtraFiles = []*os.File{f}
	require.NoError(t, orphan.Start())
	host, err := os.Hostname()
	require.NoError(t, err)
	if named {
		_, err = f.WriteString(strconv.Itoa(orphan.Process.Pid) + " " + strconv.Quote(host) + "\n")
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	return orphan
}

// A comparison that begins anew, or goes on with other strategies, has no use for
// a program that was left, which would keep its GPU.
func TestAProgramThatNoRunIsStartedForIsEnded(t *testing.T) {
	command := program(t, "")
	for _, resume := range []bool{false, true} {
		out := t.TempDir()
		compared(t, command, "", bench.Options{Out: out})
		dir := folderOf(t, out, "two-stages-1")
		orphan := left(t, dir, true)
		c := configuration(t, command, "")
		c.Strategies = c.Strategies[:1]
		var notes []string
		_, err := bench.Compare(t.Context(), c, bench.Options{Out: out, Resume: resume, Note: func(n store.Note) { notes = append(notes, n.Text) }})
		require.NoError(t, err)
		assert.Contains(t, notes, "a program that an earlier process had left running was ended: "+dir)
		if assert.False(t, alive(orphan.Process.Pid), "resume: %v", resume) {
			_ = orphan.Wait()
		} else {
			_ = orphan.Process.Kill()
		}
		_, err = os.Stat(filepath.Join(out, "previous"))
		assert.Equal(t, resume, err != nil)
	}

	// One that is seen to is another process's, as a shard's.
	out := t.TempDir()
	compared(t, command, "", bench.Options{Out: out})
	dir := folderOf(t, out, "two-stages-1")
	orphan := left(t, dir, true)
	f, err := os.Open(filepath.Join(dir, "owner"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	require.NoError(t, external.EndLeft(t.Context(), filepath.Join(out, "trainer"), func(text string) { assert.Fail(t, text) }))
	assert.True(t, alive(orphan.Process.Pid))
	require.NoError(t, orphan.Process.Kill())
	_ = orphan.Wait()
	require.NoError(t, external.EndLeft(t.Context(), filepath.Join(out, "none"), nil))
}

func TestAKilledProgramHintsAtMemory(t *testing.T) {
	for command, hint := range map[string]bool{"kill -9 $$": true, "exit 137": true, "exit 9": false, "kill -15 $$": false} {
		study, _ := compared(t, "sh -c '"+command+"'", "", bench.Options{Out: t.TempDir()})
		failed := study.Records[0].Run.Failed
		assert.Equal(t, hint, strings.Contains(failed, " (so the system ends what takes too much memory: see the machine's log, or the job's limit), and said nothing ("), "%s: %s", command, failed)
	}
}

func TestARunIsSeenToByOneProcess(t *testing.T) {
	out, command := t.TempDir(), program(t, "-only focal -results none")
	compared(t, command, "", bench.Options{Out: out})
	dir := folderOf(t, out, "focal-1")
	f, err := os.Open(filepath.Join(dir, "owner"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	study, _ := compared(t, command, "", bench.Options{Out: out, Resume: true})
	assert.Equal(t, "another process sees to the run in "+dir, study.Records[0].Run.Failed)
}

// Shards go on from what the run's program has left, whichever it was begun by,
// and a merged comparison is that of one process.
func TestShardsAndRacesAreThoseOfTheSmallDetectors(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	command, ctx := program(t, ""), t.Context()
	whole, parts := t.TempDir(), t.TempDir()
	single, _ := compared(t, command, "", bench.Options{Out: whole, Seeds: 8, Race: true})
	require.NotNil(t, single.Summary.Rounds)
	assert.True(t, single.Summary.Rounds.Enough)
	assert.Equal(t, "focal", single.Summary.Verdict.Leader)
	rounds := 0
	for {
		for i := range 2 {
			_, err := bench.TrainShard(ctx, configuration(t, command, "retries: 1"), bench.Options{Out: parts, Seeds: 8, Race: true}, plan.Shard{Index: i + 1, Count: 2})
			require.NoError(t, err)
		}
		rounds++
		study, _, err := bench.Merge(ctx, []string{parts}, bench.Options{Out: parts})
		require.NoError(t, err)
		if study == nil {
			continue
		}
		assert.Equal(t, len(single.Records), len(study.Records))
		for i := range single.Records {
			assert.Equal(t, single.Records[i].Run.Figures, study.Records[i].Run.Figures)
		}
		assert.Equal(t, single.Summary.Verdict.MayBe, study.Summary.Verdict.MayBe)
		break
	}
	assert.Greater(t, rounds, 0)
	found, err := filepath.Glob(filepath.Join(parts, "trainer", "data-*"))
	require.NoError(t, err)
	assert.Len(t, found, 1, "the data are there once")
	next, err := bench.Next(ctx, parts, bench.Options{})
	require.NoError(t, err)
	assert.Empty(t, next.Runs)
}

// What a run follows from, and nothing else, makes it another one.
func TestTheIdentityIsOfCommandInputsAndStrategy(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	input := filepath.Join(t.TempDir(), "train.py")
	require.NoError(t, os.WriteFile(input, []byte("lr = 1"), 0o666))
	out, command, inputs := t.TempDir(), program(t, ""), "inputs: [\""+input+"\"]"
	compared(t, command, inputs, bench.Options{Out: out})
	trained := func(command, trainer string) int {
		before, err := filepath.Glob(filepath.Join(out, "trainer", "runs", "*"))
		require.NoError(t, err)
		_, err = bench.Compare(t.Context(), configuration(t, command, trainer), bench.Options{Out: out, Resume: true})
		if _, another := errors.AsType[*store.Another](err); another {
			compared(t, command, trainer, bench.Options{Out: out})
		} else {
			require.NoError(t, err)
		}
		after, err := filepath.Glob(filepath.Join(out, "trainer", "runs", "*"))
		require.NoError(t, err)
		fresh := 0
		for _, dir := range after {
			known := false
			for _, other := range before {
				known = known || dir == other
			}
			if !known {
				fresh++
			}
		}
		return fresh
	}
	assert.Zero(t, trained(command, inputs+", retries: 2, timeout: 1h, gpus: [7]"), "how it is run changes no result")
	assert.Equal(t, 2, trained(program(t, "-checkpoints"), inputs))
	require.NoError(t, os.WriteFile(input, []byte("lr = 2"), 0o666))
	assert.Equal(t, 2, trained(program(t, "-checkpoints"), inputs))
	assert.DirExists(t, filepath.Join(out, "previous", "trainer", "runs"), "what was there before has left")

	require.NoError(t, os.Remove(input))
	_, err := bench.Compare(t.Context(), configuration(t, command, inputs), bench.Options{Out: t.TempDir()})
	assert.ErrorContains(t, err, "the trainer's inputs: "+input)
	_, err = bench.Compare(t.Context(), configuration(t, "no-such-program {out}", ""), bench.Options{Out: t.TempDir()})
	assert.ErrorContains(t, err, `the trainer's program cannot be run: exec: "no-such-program"`)
}

func TestWhatAProgramCannotDoIsRefusedWithTheReason(t *testing.T) {
	c := configuration(t, program(t, ""), "")
	_, err := bench.Compare(t.Context(), c, bench.Options{})
	assert.EqualError(t, err, "a trainer of one's own works in the folder for results: give one")
	_, err = bench.Compare(t.Context(), c, bench.Options{Out: t.TempDir(), Tune: true})
	assert.EqualError(t, err, "tuning tries learning rates, which the trainer's command does not take: put {lr} into it")
	c.Scale = "matched"
	_, err = bench.Compare(t.Context(), c, bench.Options{Out: t.TempDir()})
	assert.ErrorContains(t, err, "which a program of one's own does not tell")
}

func TestRatesAreTunedWhereTheCommandTakesThem(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many programs")
	}
	out := t.TempDir()
	study, _ := compared(t, program(t, "")+" {lr}", "", bench.Options{Out: out, Tune: true})
	require.NotNil(t, study.Summary.Tuning)
	assert.Len(t, study.Summary.Tuning.Strategies[0].Trials, 7)
	assert.NotEmpty(t, study.Summary.Strategies[0].LRReason)
	data, err := filepath.Glob(filepath.Join(out, "trainer", "data-*"))
	require.NoError(t, err)
	assert.Len(t, data, 2, "and validation images apart from test images")
}
