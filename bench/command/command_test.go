package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/catalogue"
	"detsample/bench/config"
	"detsample/bench/strategy"
)

// tiny is a comparison that takes a moment.
const tiny = `title: Tiny
scenes: {size: 32, train: 8, test: 4, max_size: 20}
detector: {channels: 4, depth: 1, proposals: 20, roi_hidden: 8}
training: {images: 16, warmup: 1, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
  - name: two-stage
    rpn: {}
    roi: {}
`

// outcome is what a command left.
type outcome struct {
	status         int
	stdout, stderr string
}

func detsample(args ...string) outcome {
	var stdout, stderr bytes.Buffer
	status := Main(args, nil, &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// file writes a file into a folder of the test's own.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	for _, command := range []string{"compare", "merge", "plan", "list", "check", "preset", "curves", "scenes", "import", "export"} {
		got := detsample(command, "--help")
		assert.Zero(t, got.status)
		assert.Empty(t, got.stderr)
		assert.GreaterOrEqual(t, strings.Count(got.stdout, "    detsample "+command), 1, command)
	}
	assert.Equal(t, detsample("--help"), detsample())
}

func TestVersionIsOneLine(t *testing.T) {
	got := detsample("--version")
	assert.Zero(t, got.status)
	assert.Regexp(t, `^detsample \S.*\n$`, got.stdout)
}

func TestWrongUsageIsOneLineAndStatusTwo(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	path := file(t, "tiny.yaml", tiny)
	presetsAndPeers := strings.Join(slices.Concat(config.Presets(), strategy.Peers()), ", ")
	for _, c := range []struct{ args, message string }{
		{"compare --preset defalt", `unknown preset "defalt": expected one of ` + strings.Join(config.Presets(), ", ") + `; did you mean default?`},
		{"compare --preset zzzzzzzzz", `unknown preset "zzzzzzzzz": expected one of ` + strings.Join(config.Presets(), ", ")},
		{"compare --seeds -1", "--seeds is -1: expected at least 1"},
		{"compare --seeds 0", "--seeds is 0: expected at least 1"},
		{"compare --race --seeds 2", "--seeds is 2: --until and --race look at 3 seeds first"},
		{"compare --until=-1", "--until is -1: expected points of AP, above 0 and at most 100"},
		{"compare --until NaN", "--until is NaN: expected points of AP, above 0 and at most 100"},
		{"compare --first-seed 0", "--first-seed is 0: expected 1 to 4503599627370496"},
		{"compare --jobs -2", "--jobs is -2: expected at least 1"},
		{"compare --budget -0.5", "--budget is -0.5: expected above 0 and at most 1e+06"},
		{"compare --budget nan", "--budget is NaN: expected above 0 and at most 1e+06"},
		{"compare --data=", "--data is empty: expected a folder of images; leave it out for generated scenes"},
		{"compare --preset default --config " + path, "--preset and --config can't be used together; see detsample compare --help"},
		{"compare --config " + path + " --only focl", `unknown strategy "focl": expected one of focal, two-stage; did you mean focal?`},
		{"compare --format xml", `--format must be one of "table","json","markdown" but got "xml"; see detsample compare --help`},
		{"compare --sedes 3", `unknown flag --sedes, did you mean "--seeds"?; see detsample compare --help`},
		{"list smapler", `unknown kind or name "smapler": did you mean sampler? detsample list has them all`},
		{"list foca", `unknown kind or name "foca": did you mean focal? detsample list has them all`},
		{"list zzzzzzzzz", `unknown kind or name "zzzzzzzzz": expected one of assigner, sampler, cls, box, norm, section, preset, peer, or a name that detsample list has`},
		{"preset torchvison", `unknown preset "torchvison": expected one of ` + presetsAndPeers + `; did you mean torchvision?`},
		{"preset defaul", `unknown preset "defaul": expected one of ` + presetsAndPeers + `; did you mean default?`},
		{"check", `expected "<file> ..."; see detsample check --help`},
		{"cmopare", `unexpected argument cmopare, did you mean "compare"?; see detsample --help`},
	} {
		got := detsample(strings.Fields(c.args)...)
		assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: " + c.message + "\n"}, got, c.args)
	}
}

func TestListNamesEverythingRegistered(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list, err := newListed()
	require.NoError(t, err)
	for _, format := range []string{"table", "json", "markdown"} {
		got := detsample("list", "--format", format)
		require.Zero(t, got.status)
		for _, k := range list {
			assert.NotEmpty(t, k.Entries, k.Kind)
			for _, e := range k.Entries {
				assert.Contains(t, got.stdout, e.Name)
				for _, p := range e.Params {
					assert.Contains(t, got.stdout, p.Key[strings.LastIndex(p.Key, ".")+1:], "of %s", e.Name)
				}
			}
		}
	}
	for line := range strings.Lines(detsample("list").stdout) {
		assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), listWidth, line)
	}
}

func TestListOfAKindHasThatKindOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, name := range []string{"sampler", "samplers"} {
		got := detsample("list", name)
		assert.Contains(t, got.stdout, "positive_fraction: 0.5")
		assert.NotContains(t, got.stdout, "smooth_l1")
	}
	kinds := func(of string) (list []catalogue.Kind) {
		require.NoError(t, json.Unmarshal([]byte(detsample("list", of, "--format", "json").stdout), &list))
		return list
	}
	cls := kinds("cls")
	require.Len(t, cls, 1)
	assert.Equal(t, "cls", cls[0].Kind)
	assert.Greater(t, len(cls[0].Entries), 9)

	focal := kinds("focal")
	require.Len(t, focal, 1)
	require.Len(t, focal[0].Entries, 1, "a name is listed alone")
	assert.Equal(t, "focal", focal[0].Entries[0].Name)
}

func TestEveryPresetPassesItsOwnCheck(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, name := range slices.Concat(config.Presets(), strategy.Peers()) {
		printed := detsample("preset", name)
		require.Zero(t, printed.status, printed.stderr)
		got := detsample("check", file(t, name+".yaml", printed.stdout))
		assert.Zero(t, got.status, got.stderr)
	}
}

func TestAComparisonTrainsEveryPeersStrategy(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is trained")
	}
	text := strings.Split(tiny, "strategies:")[0] + "strategies:\n"
	for _, name := range strategy.Peers() {
		yaml, err := strategy.PeerYAML(name)
		require.NoError(t, err)
		text += "  -\n"
		for line := range strings.Lines(string(yaml)) {
			text += "    " + line
		}
	}
	got := detsample("compare", "--config", file(t, "peers.yaml", text), "--out", filepath.Join(t.TempDir(), "out"), "--seeds", "1")
	require.Contains(t, got.stdout, strategy.Peers()[0], got.stderr)
	for _, name := range strategy.Peers() {
		assert.Contains(t, got.stdout, name)
	}
	assert.NotContains(t, got.stdout+got.stderr, "panic")
}

func TestCheckTellsComparisonsFromStrategies(t *testing.T) {
	comparison := file(t, "tiny.yaml", tiny)
	single := file(t, "one.yaml", "name: mine\ndense: {cls: {type: focal, gamma: 3}}\n")
	got := detsample("check", comparison, single)
	assert.Equal(t, outcome{stdout: comparison + ": ok, 2 strategies: focal, two-stage\n" + single + ": ok, a strategy: mine\n"}, got)
}

func TestCheckPrintsAConfigurationThatChecksTheSame(t *testing.T) {
	for _, content := range []string{tiny, "name: mine\nrpn: {}\nroi: {}\n"} {
		first := detsample("check", "--print", file(t, "a.yaml", content))
		require.Zero(t, first.status, first.stderr)
		_, effective, _ := strings.Cut(first.stdout, "\n")
		assert.Contains(t, effective, "positive_fraction:")
		second := detsample("check", "--print", file(t, "b.yaml", effective))
		_, again, _ := strings.Cut(second.stdout, "\n")
		assert.Equal(t, effective, again)
	}
}

func TestAWrongConfigurationIsOneErrorWithItsPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for name, c := range map[string]struct{ content, place, message string }{
		"unknown key":          {"training: {imags: 3}\nstrategies: [{name: a, dense: {}}]\n", "1:12", "did you mean images?"},
		"wrong type":           {tiny + "folder: {size: big}\n", "10:16", "expected a whole number"},
		"negative number":      {tiny + "folder: {max_train: -3}\n", "10:21", "at least 0"},
		"fraction above 1":     {"strategies:\n- name: a\n  dense: {sampler: {type: random, positive_fraction: 1.5}}\n", "3:54", "above 0 and at most 1"},
		"unknown sampler":      {"strategies:\n- name: a\n  dense: {sampler: randm}\n", "3:20", "did you mean random?"},
		"mining beside ghm_c":  {"strategies:\n- name: a\n  dense: {sampler: ohem, cls: ghm_c}\n", "3:3", "ohem"},
		"no classes":           {"scenes: {classes: 0}\nstrategies: [{name: a, dense: {}}]\n", "1:19", "between 1 and 4"},
		"duplicate key":        {"title: a\ntitle: b\nstrategies: [{name: a, dense: {}}]\n", "2:1", "title"},
		"binary file":          {"strategies:\x00\x01\xff", "1:12", "not YAML text"},
		"duplicate strategies": {"strategies: [{name: a, dense: {}}, {name: a, dense: {}}]\n", "1:37", `"a"`},
		"broken YAML":          {"strategies: [\n", "1:13", "not valid YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "wrong.yaml", c.content)
			want := regexp.QuoteMeta(path) + ":" + c.place + ": .*" + regexp.QuoteMeta(c.message) + ".*\n$"
			checked := detsample("check", path)
			assert.Equal(t, statusFailure, checked.status)
			assert.Regexp(t, "^detsample: "+want, checked.stderr)
			compared := detsample("compare", "--seeds", "1", "--config", path, "--out", t.TempDir())
			assert.Equal(t, statusFailure, compared.status)
			assert.Regexp(t, "^detsample: "+want, compared.stderr)
		})
	}
}

func TestWhatCannotBeReadIsOneErrorWithItsName(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing")
	empty := file(t, "empty.yaml", "")
	path := file(t, "tiny.yaml", tiny)
	for _, c := range []struct{ args, message string }{
		{"check " + missing, missing + ": no such file"},
		{"check " + folder, folder + ": this is a folder"},
		{"check " + empty, empty + ": the file is empty"},
		{"compare --config " + missing, missing + ": no such file"},
		{"compare --config " + folder, folder + ": this is a folder"},
		{"compare --config " + empty, empty + ": the file is empty"},
		{"compare --data " + missing + " --config " + path, missing},
		{"compare --data " + folder + " --config " + path, folder + ": no annotations here"},
		{"compare --data " + path + " --config " + path, path},
		{"compare --data " + withoutObjects(t) + " --config " + path, "no annotated object"},
		{"compare --out " + path + " --config " + path, path},
	} {
		got := detsample(strings.Fields(c.args)...)
		assert.Equal(t, statusFailure, got.status, c.args)
		assert.Contains(t, got.stderr, c.message)
		notes := strings.Count("\n"+got.stderr, "\ndata: ")
		assert.Equal(t, 1, strings.Count(got.stderr, "\n")-notes, got.stderr)
		assert.Empty(t, got.stdout)
	}
}

// withoutObjects is a COCO set without any class.
func withoutObjects(t *testing.T) string {
	return imageFolder(t, `"annotations": [], "categories": []`)
}

func TestCheckReportsEveryFile(t *testing.T) {
	good, bad := file(t, "good.yaml", tiny), file(t, "bad.yaml", "strategies: 3\n")
	got := detsample("check", bad, good)
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, bad+":1:13: ")
	assert.Contains(t, got.stdout, good+": ok")
}

// A part of one's own may hang.
func TestACheckCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	name := file(t, "good.yaml", tiny)
	assert.Equal(t, statusInterrupted, execute(ctx, []string{"check", name}, nil, &stdout, &stderr))
	assert.Equal(t, "detsample: interrupted while "+name+" was checked\n", stderr.String())
	assert.Empty(t, stdout.String())
}

func TestAnInterruptedComparisonSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	args := []string{"compare", "--seeds", "1", "--config", file(t, "it's tiny.yaml", tiny), "--out", "a folder"}
	t.Chdir(t.TempDir())
	assert.Equal(t, statusInterrupted, execute(ctx, args, nil, &stdout, &stderr))
	assert.Empty(t, stdout.String())
	assert.Contains(t, stderr.String(), "0 of 2 runs are kept in a folder")
	assert.Regexp(t, `\n  detsample compare --seeds 1 --config '.*it'\\''s tiny\.yaml' --out 'a folder' --resume\n$`, stderr.String())
}

// Scenes say how many classes they have, and regions have one; a folder's are not
// known to the file.
func TestCheckSaysWhichListsDoNotFitTheClasses(t *testing.T) {
	const list = "strategies: [{name: w, dense: {cls: {type: ce, class_weight: [1, 2]}}}]\n"
	const misfit = `: warning: strategy w: dense.cls.class_weight: it has 2, and the classes are 3: expected 3, one for each class, or none; ` +
		"compare refuses it on scenes, and on every folder whose classes it does not fit\n"
	c := file(t, "c.yaml", list)
	assert.Equal(t, outcome{0, c + ": ok, 1 strategy: w\n" + c + misfit, ""}, detsample("check", c))
	for _, fits := range []string{"scenes: {classes: 2}\n" + list, strings.Replace(list, "2]", "2, 3]", 1)} {
		c := file(t, "c.yaml", fits)
		assert.Equal(t, outcome{0, c + ": ok, 1 strategy: w\n", ""}, detsample("check", c), fits)
	}
	for name, text := range map[string]string{
		"single.yaml": "rpn: {cls: {type: ce, class_weight: [1, 2]}}\nroi: {}\n",
		"c.yaml":      "strategies: [{name: single, rpn: {cls: {type: ce, class_weight: [1, 2]}}, roi: {}}]\n",
	} {
		got := detsample("check", file(t, name, text))
		assert.Equal(t, statusFailure, got.status, got.stdout)
		assert.Contains(t, got.stderr, "rpn.cls.class_weight: it has 2, and the classes are 1: expected 1, one for each class, or none")
	}
}
