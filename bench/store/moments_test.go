package store_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/command"
	"detsample/bench/store"
)

// The comparisons that are stopped: two runs of some milliseconds for a seed.
const (
	scenes = `title: tiny
scenes: {size: 32, train: 8, test: 6, max_size: 20}
detector: {channels: 4, depth: 1, proposals: 20, roi_hidden: 8}
training: {images: 4, batch: 4, warmup: 1, checkpoints: 1}
`
	tiny  = scenes + "strategies: [{name: focal, dense: {}}, {name: ce, dense: {cls: ce}}]\n"
	other = scenes + "strategies: [{name: ce, dense: {cls: ce}}]\nscene_seed: 3\n"
)

// everyMoment is which moments are tried: 1 for each, 3 for every third.
const everyMoment = "DETSAMPLE_EVERY_MOMENT"

// scenario is a command that is stopped, and the commands that then come by.
type scenario struct {
	before []string   // what was there, as command lines; OUT is the folder
	do     string     // is stopped
	of     string     // what it is a part of, empty for itself: its results are to be found in the end
	then   [][]string // each what is done next by somebody, with how a line may end beside 0: a status, and a part of what is said
}

// A process is stopped at every moment between two changes of its folder, and
// in the middle of each write. Whoever comes by then, with whatever command, is
// told what is so, and the comparison can be gone on with to what it would have
// been. Nothing that was there before is lost.
func TestWhereverAProcessIsStoppedEveryReaderGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("goes on from hundreds of folders")
	}
	const (
		whole   = "compare --config tiny.yaml --seeds 2 --jobs 1 --out OUT"
		another = "compare --config other.yaml --seeds 2 --jobs 1 --out OUT"
		nothing = " | 1 has no runs"
		missing = " | 3 missing"
		refused = " | 1 holds another comparison"
	)
	for name, s := range map[string]scenario{
		"a comparison begins": {do: whole, then: [][]string{
			{whole + " --resume"},
			{whole},
			{"plan OUT" + nothing, "merge OUT" + missing + nothing, whole + " --resume"},
			{whole + " --shard 1/1", "merge OUT"},
		}},
		"a comparison goes on": {before: []string{strings.Replace(whole, "2", "1", 1)}, do: whole + " --resume", then: [][]string{
			{whole + " --resume"},
			{whole},
			{"plan OUT", "merge OUT" + missing, whole + " --resume"},
			{whole + " --shard 1/1", "merge OUT"},
		}},
		"another takes its place": {before: []string{another, whole}, do: another, then: [][]string{
			{another},
			{another + " --resume" + refused, another},
			{whole + " --resume" + refused, another},
			{"plan OUT" + nothing, "merge OUT" + missing + nothing, another},
		}},
		"a shard": {before: []string{whole + " --shard 1/2"}, do: whole + " --shard 2/2", of: whole, then: [][]string{
			{"plan OUT | 1 has no runs that are joined", "merge OUT" + missing, whole + " --shard 1/2", whole + " --shard 2/2", "merge OUT"},
			{whole + " --shard 2/2", whole + " --shard 1/2", "merge OUT"},
			{whole + " --shard 3/3", whole + " --shard 1/3", whole + " --shard 2/3", "merge OUT"},
			{whole},
			{whole + " --resume"},
		}},
		"shards are merged": {before: []string{whole + " --shard 1/2", whole + " --shard 2/2"}, do: "merge OUT", of: whole, then: [][]string{
			{"merge OUT", "merge OUT"},
			{"plan OUT | 1 has no runs that are joined", whole + " --shard 1/2", "merge OUT"},
			{whole + " --resume"},
			{whole, "merge OUT"},
		}},
	} {
		t.Run(name, func(t *testing.T) { s.check(t) })
	}
}

// line runs a command line in a folder, and returns its status and what it said.
func line(text, out string) (status int, said string) {
	var args []string
	for _, arg := range strings.Fields(text) {
		args = append(args, strings.ReplaceAll(arg, "OUT", out))
	}
	var stdout, stderr bytes.Buffer
	status = command.Main(args, nil, &stdout, &stderr)
	return status, stderr.String()
}

// check stops the scenario's command at every moment.
func (s scenario) check(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.WriteFile("tiny.yaml", []byte(tiny), 0o666))
	require.NoError(t, os.WriteFile("other.yaml", []byte(other), 0o666))
	require.NoError(t, os.Mkdir("out", 0o777))
	for _, text := range s.before {
		status, said := line(text, "out")
		require.Zero(t, status, said)
	}
	status, said := line(cmp.Or(s.of, s.do), "undisturbed")
	require.Zero(t, status, said)
	want := found(t, "undisturbed")
	var moments []string
	seen := map[string]bool{}
	t.Run("is stopped", func(t *testing.T) {
		store.Moments(t, func() {
			if digest := tree(t, "out"); !seen[digest] {
				seen[digest] = true
				copied := fmt.Sprint("moment-", len(moments))
				require.NoError(t, os.CopyFS(copied, os.DirFS("out")))
				moments = append(moments, copied)
			}
		})
		status, said := line(s.do, "out")
		require.Zero(t, status, said)
	})
	require.Greater(t, len(moments), 10)
	stride := 25
	if every := os.Getenv(everyMoment); every != "" {
		var err error
		stride, err = strconv.Atoi(every)
		require.NoError(t, err)
	}
	tried := 0
	for i := 0; i < len(moments); i += stride {
		for _, then := range s.then {
			tried++
			require.NoError(t, os.RemoveAll("next"))
			require.NoError(t, os.CopyFS("next", os.DirFS(moments[i])))
			var history strings.Builder
			for _, text := range then {
				s.next(t, text, &history)
			}
			assert.Equal(t, want, found(t, "next"), "moment %d: %s", i, history.String())
			if t.Failed() {
				list, _ := os.ReadDir(moments[i])
				t.Fatalf("moment %d of %d has %v", i, len(moments), list)
			}
		}
	}
	t.Logf("%d moments, %d times gone on", len(moments), tried)
}

// next does what somebody does then, and checks what it says.
func (s scenario) next(t *testing.T, text string, history *strings.Builder) {
	ways := strings.Split(text, " | ")
	status, said := line(ways[0], "next")
	fmt.Fprintf(history, "\n%s: %d, %s", ways[0], status, said)
	allowed := append([]string{"0 "}, ways[1:]...)
	assert.True(t, slices.ContainsFunc(allowed, func(way string) bool {
		ending, words, _ := strings.Cut(way, " ")
		return ending == fmt.Sprint(status) && strings.Contains(said, words)
	}), history.String())
	for _, never := range []string{"not to be trusted", "is damaged", "does not say", "no such file", "unexpected", "not a result"} {
		assert.NotContains(t, said, never, history.String())
	}
}

// tree is a digest of all in a folder.
func tree(t *testing.T, dir string) string {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == "lock" {
			return err
		}
		fmt.Fprintln(h, path)
		if e.IsDir() {
			return nil
		}
		text, err := os.ReadFile(path)
		fmt.Fprintln(h, len(text))
		h.Write(text)
		return err
	})
	require.NoError(t, err)
	return string(h.Sum(nil))
}

// found is what a comparison found, without its times.
func found(t *testing.T, dir string) (lines []string) {
	assert.NoFileExists(t, filepath.Join(dir, "UNFINISHED"))
	text, err := os.ReadFile(filepath.Join(dir, store.Results))
	require.NoError(t, err)
	for each := range strings.Lines(string(text)) {
		var run map[string]any
		require.NoError(t, json.Unmarshal([]byte(each), &run))
		delete(run, "time")
		text, err := json.Marshal(run)
		require.NoError(t, err)
		lines = append(lines, string(text))
	}
	slices.SortFunc(lines, cmp.Compare[string])
	return lines
}
