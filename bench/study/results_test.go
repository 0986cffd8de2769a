package study

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/store"
	"detsample/bench/trainer"
)

// lineOf returns the line of a run of some images.
func lineOf(t testing.TB, strategy string, seed, images int) string {
	r := trainer.Run{Strategy: strategy, Seed: uint64(seed), Images: images, Steps: images / 4, Figures: trainer.Figures{AP: 0.25},
		Curve: []trainer.Point{{Images: 0}, {Images: images, AP: 0.25}}}
	text, err := json.Marshal(&r)
	require.NoError(t, err)
	return string(text) + "\n"
}

// diverged returns the line of a run that stopped early.
func diverged(t testing.TB, strategy string, seed int) string {
	text, err := json.Marshal(&trainer.Run{Strategy: strategy, Seed: uint64(seed), Images: 8, Failed: "the loss is NaN", Diverged: true, Curve: []trainer.Point{{Images: 0}}})
	require.NoError(t, err)
	return string(text) + "\n"
}

// broken returns the line of a run of which nothing is known.
func broken(t testing.TB, strategy string, seed int) string {
	text, err := json.Marshal(&trainer.Run{Strategy: strategy, Seed: uint64(seed), Failed: "no memory", Broken: true, Figures: trainer.Figures{AP: -1}})
	require.NoError(t, err)
	return string(text) + "\n"
}

// keptIn is the folder of the study that this repository keeps.
var keptIn = filepath.Join("..", "..", "docs", "study")

// storedAs returns an experiment of a list.
func storedAs(list []Stored, name string) *Stored {
	return &list[slices.IndexFunc(list, func(s Stored) bool { return s.Name == name })]
}

// holding returns a study's folder whose experiment has these results.
func holding(t testing.TB, experiment, text string) (out, name string) {
	out = t.TempDir()
	dir := filepath.Join(out, experiment)
	require.NoError(t, os.MkdirAll(dir, 0o777))
	name = filepath.Join(dir, "results.jsonl")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	return out, name
}

const putBack = ": put the file back as it was, or take the line out"

func TestARunThatCannotBeIsNamedWithItsLine(t *testing.T) {
	two := lineOf(t, "ce", 1, 16) + lineOf(t, "focal", 1, 16)
	third := lineOf(t, "ce", 2, 16)
	in := func(old, text string) string {
		require.Contains(t, third, old)
		return strings.Replace(third, old, text, 1)
	}
	_, point, _ := strings.Cut(third, `"curve":[`)
	point, _, _ = strings.Cut(point, "}")
	point += "}"
	for line, why := range map[string]string{
		in(`"ap":0.25,`, `"ap":25,`):                                    "ap is 25: expected 0 to 1, or -1 where it is not defined",
		in(`"ap":0.25,`, ``):                                            "it has no ap",
		in(`"ap":0.25,`, `"ap":null,`):                                  "it has no ap",
		in(`"ap":0.25,`, `"ap":0.5,`):                                   "ap, ap50 and ap_s are 0.5, 0 and 0, and 0.25, 0 and 0 at the end of training",
		strings.ReplaceAll(third, `"ap":0.25`, `"ap":-1`):               "ap is -1, of a run that did not break",
		in(`{"images":16,"ap":0.25,`, `{"images":16,`):                  "it has no curve[1].ap",
		in(`"curve":[`, `"curve":[{"images":0}],"CURVE":[`):             "it has no curve[0].ap",
		in(`"curve":[`, `"curve":[`+point+`],"CURVE":[`):                "it has no curve[1]",
		in(`"seed":2`, `"seed":0`):                                      "seed is 0: seeds begin at 1",
		in(`"seed":2,`, ``):                                             "it has no seed",
		in(`"seed":2`, `"seed":1`):                                      "line 1 is of ce #1, too",
		in(`"strategy":"ce"`, `"strategy":"cee"`):                       `the experiment has no strategy "cee"`,
		in(`"images":16,"steps"`, `"images":17,"steps"`):                "images is 17, and its curve ends after 16",
		lineOf(t, "ce", 2, 32):                                          "it was looked at after [0 32] images, line 1 after [0 16]: these are no runs of one experiment",
		in(`"seed":2`, `"seed":"2"`):                                    "json: cannot unmarshal string into Go struct field Run.seed of type uint64",
		"{\n":                                                           "unexpected end of JSON input",
		strings.Replace(diverged(t, "ce", 2), "the loss is NaN", "", 1): "it stopped early, and does not say why",
	} {
		for _, after := range []string{"", lineOf(t, "focal", 2, 16)} {
			out, name := holding(t, "dense", two+line+after)
			_, err := Open(out)
			assert.EqualError(t, err, name+":3: not a result: "+why+putBack)
		}
	}
	out, name := holding(t, "dense", two+"{\n")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(name), "runs.journal"), nil, 0o666))
	_, err := Open(out)
	assert.EqualError(t, err, name+":3: not a result: unexpected end of JSON input: the study's command, given again, writes the file anew from its journal")
}

// What a study writes of its own accord is no damage.
func TestRunsThatStoppedAreOfTheirExperiment(t *testing.T) {
	out, _ := holding(t, "dense", broken(t, "ce", 1)+diverged(t, "ce", 2)+lineOf(t, "ce", 3, 16)+lineOf(t, "focal", 3, 16))
	list, err := Open(out)
	require.NoError(t, err)
	assert.Len(t, storedAs(list, "dense").Runs, 4)
}

func TestALineThatIsCutOffIsBeingWrittenOrDamaged(t *testing.T) {
	run := lineOf(t, "ce", 1, 16)
	for _, text := range []string{run[:9], run + run[:9]} {
		out, name := holding(t, "dense", text)
		_, err := Open(out)
		assert.Regexp(t, "^"+regexp.QuoteMeta(name)+`:\d: not a result: the line is cut off, and the folder is not marked as one that is written to`+putBack, err)
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(name), "UNFINISHED"), nil, 0o666))
		list, err := Open(out)
		require.NoError(t, err)
		assert.Len(t, storedAs(list, "dense").Runs, strings.Count(text, "\n"))
	}
	out, _ := holding(t, "dense", strings.TrimSpace(run))
	list, err := Open(out)
	require.NoError(t, err, "only the line feed is missing")
	assert.Len(t, storedAs(list, "dense").Runs, 1)
}

func TestAStateThatCannotBeIsNamedWithItsLine(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(keptIn, "boosting", "results.jsonl"))
	require.NoError(t, err)
	first, rest, _ := strings.Cut(string(text), "\n")
	for pattern, change := range map[string][2]string{
		`"seed":\d+`:     {`"seed":0`, "seed is 0: seeds begin at 1"},
		`"moments":.*$`:  {`"moments":[]}`, "it has no moments"},
		`"easy":[^,]+`:   {`"easy":1.5`, "weight.easy of .* is 1.5: expected 0 to 1"},
		`"rank":[^,]+`:   {`"rank":-2`, "rank of .* is -2: expected -1 to 1"},
		`"top":[^,]+`:    {`"top":2`, "top of .* is 2: expected 0 to 1"},
		`"kl":[^}]+`:     {`"kl":-1`, "kl of .* is -1: expected 0 or more"},
		`"outlier":[^,]`: {`"out":0`, `it has no moments\[0\].weightings\[0\].outlier`},
		`"positives":\d`: {`"positives":99999999`, "positives are 9.* of .* elements"},
		`"outliers":\d`:  {`"outliers":-1`, "outliers are -1.* of .* elements"},
		`"name":"focal"`: {`"name":"ce"`, `it has the weighting .ce. twice`},
		`"name":"ghm"`:   {`"name":"gmh"`, `it has a weighting .gmh., and the experiment no such strategy`},
		`"images":\d+`:   {`"images":99999`, "a moment is after 600 images, and the one before it after 99999"},
	} {
		at := regexp.MustCompile(pattern).FindStringIndex(first)
		require.NotNil(t, at, pattern)
		out, name := holding(t, "boosting", first[:at[0]]+change[0]+first[at[1]:]+"\n"+rest)
		_, err = Open(out)
		assert.Regexp(t, "^"+regexp.QuoteMeta(name)+":1: not a result: (after 0 images )?"+change[1]+putBack, err)
	}
}

// A run of a study has no such figures, whoever has written them.
func TestFiguresThatNoStudyHasAreNamed(t *testing.T) {
	stored, err := os.ReadFile(filepath.Join(keptIn, "dense", "results.jsonl"))
	require.NoError(t, err)
	first, rest, _ := strings.Cut(string(stored), "\n")
	for pattern, change := range map[string][2]string{
		`"seed":\d+`:              {`"seed":9007199254740993`, "seed is 9007199254740993: seeds end at 4503599627370496"},
		`"lr":[^,]+`:              {`"lr":-1`, "lr is -1: expected 0 to 1000"},
		`"lr":[\d.]+`:             {`"lr":1e9`, "lr is 1e\\+09: expected 0 to 1000"},
		`"negative_loss":[^,]+`:   {`"negative_loss":1.5`, "stage dense: negative_loss is 1.5: expected 0 to 1"},
		`"negative_gradient":\d+`: {`"negative_gradient":-2`, "stage dense: negative_gradient is -2.*: expected 0 to 1"},
		`"used_positives":\d`:     {`"used_positives":99`, "stage dense: used_positives are 99.* of .* positives"},
		`"used_negatives":\d`:     {`"used_negatives":99999`, "stage dense: used_negatives are 9.* of .* negatives"},
		`"stage":"dense"`:         {`"stage":"rpn"`, "its stages are ..rpn..: expected dense, or rpn and roi"},
		`"train_s":\d+`:           {`"train_s":1000000000`, "train_s is 1.*: expected 0 to 1e.08"},
		`"evaluate_s":\d+`:        {`"evaluate_s":1000000000`, "evaluate_s is 1.*: expected 0 to 1e.08"},
		`"step_ms":\d+`:           {`"step_ms":100000000000000`, "step_ms is 1.*: expected 0 to 1e.11"},
	} {
		at := regexp.MustCompile(pattern).FindStringIndex(first)
		require.NotNil(t, at, pattern)
		out, name := holding(t, "dense", first[:at[0]]+change[0]+first[at[1]:]+"\n"+rest)
		_, err = Open(out)
		assert.Regexp(t, "^"+regexp.QuoteMeta(name)+":1: not a result: "+change[1]+".*"+putBack, err)
	}
}

// Whoever changes AP where it agrees with the end of training has not changed the
// classes, of which it is the mean.
func TestAnAPThatIsNotTheMeanOfItsClassesIsNamed(t *testing.T) {
	stored, err := os.ReadFile(filepath.Join(keptIn, "dense", "results.jsonl"))
	require.NoError(t, err)
	first, rest, _ := strings.Cut(string(stored), "\n")
	for _, c := range []struct {
		why    string
		change func(r *trainer.Run, end *trainer.Point)
	}{
		{"", func(*trainer.Run, *trainer.Point) {}},
		{"ap is ", func(r *trainer.Run, end *trainer.Point) { r.AP += 0.01; end.AP = r.AP }},
		{"ap50 is ", func(r *trainer.Run, end *trainer.Point) { r.AP50 -= 1e-8; end.AP50 = r.AP50 }},
		{"ap is ", func(r *trainer.Run, _ *trainer.Point) { r.Classes[0].AP += 0.01 }},
		{"ap50 is ", func(r *trainer.Run, _ *trainer.Point) { r.Classes[0].AP50 += 0.01 }},
	} {
		var r trainer.Run
		require.NoError(t, json.Unmarshal([]byte(first), &r))
		c.change(&r, &r.Curve[len(r.Curve)-1])
		line, err := json.Marshal(&r)
		require.NoError(t, err)
		out, name := holding(t, "dense", string(line)+"\n"+rest)
		_, err = Open(out)
		if c.why == "" {
			assert.NoError(t, err)
			continue
		}
		assert.Regexp(t, "^"+regexp.QuoteMeta(name)+":1: not a result: "+c.why+"0.*, and the mean over its classes 0.*"+putBack, err)
	}
	r := trainer.Run{Figures: trainer.Figures{AP: 0.25, AP50: 0.5}, Classes: []trainer.ClassFigures{{Objects: 1, AP: 0.25, AP50: 0.5}, {AP: -1, AP50: -1}}}
	assert.NoError(t, soundRun(&r), "a class without objects has none")
	r.Classes = nil
	assert.NoError(t, soundRun(&r), "nor is there anything to compare with")
	assert.NoError(t, soundRun(&trainer.Run{Broken: true, Figures: trainer.Figures{AP: -1}, Classes: []trainer.ClassFigures{{AP: 0.25}}}))
}

// A remedy is one that helps.
func TestAFileThatIsNoFileOfResultsSaysWhatToDo(t *testing.T) {
	run := lineOf(t, "ce", 1, 16)
	other := strings.ReplaceAll(run, `"ce"`, `"cee"`)
	for text, want := range map[string]string{
		run + "\n":          ":2: not a result: the line is blank: take it out",
		"\ufeff" + run:      ":1: not a result: the file begins as UTF-8 with a byte order mark does: save it as UTF-8 without a byte order mark",
		"\xff\xfe{\x00":     ":1: not a result: the file begins as UTF-16 does: save it as UTF-8 without a byte order mark",
		"\xfe\xff\x00{":     ":1: not a result: the file begins as UTF-16 does: save it as UTF-8 without a byte order mark",
		other + other:       `:1: not a result: the experiment has no strategy "cee", nor one of the others of the file's 2 lines: the file is another experiment's: put this one's in its place, or move its folder away`,
		run + other + other: `:2: not a result: the experiment has no strategy "cee", nor those of 2 of the file's 3 lines: put the file back as it was, or take these lines out`,
		run + other:         `:2: not a result: the experiment has no strategy "cee"` + putBack,
	} {
		out, name := holding(t, "dense", text)
		_, err := Open(out)
		assert.EqualError(t, err, name+want)
	}
}

// A quick study's rates are the preset's, of an experiment that the whole study
// searches for, too.
func TestAQuickStudyHasSearchedForNothing(t *testing.T) {
	for origin, searched := range map[string]bool{`{}`: true, `{"quick": true}`: false} {
		out, name := holding(t, "dense", lineOf(t, "ce", 3, 16))
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(name), store.Origin), []byte(origin), 0o644))
		list, err := Open(out)
		require.NoError(t, err)
		assert.Equal(t, searched, storedAs(list, "dense").Tune, origin)
	}
}

// A share of a loss may be unknown.
func TestAnUnknownShareIsSound(t *testing.T) {
	r := trainer.Run{Strategy: "ce", Stages: []trainer.StageFigures{{Stage: "dense", Negatives: 5, UsedNegatives: 5, NegativeLoss: trainer.Unknown, NegativeGrad: 1}}}
	assert.NoError(t, soundRun(&r))
}
