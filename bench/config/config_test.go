package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/small/scene"
	"detsample/internal/strictyaml"
)

func TestAConfigurationReadsBackAsItWasWritten(t *testing.T) {
	odd := `
title: "a: #b"
scenes: {size: 64, noise: 0.01, max_size: 30.5}
folder: {size: 200, strict: true, areas: {small: 10, large: 50}}
training: {images: 100, schedule: cosine, flip: false, average: 0.9}
strategies:
  - {name: "yes", dense: {box_norm: sampled}}
  - {name: two, lr: 1e-3, lr_reason: "swept: 3 rates", rpn: {}, roi: {sampler: ohem, per_class: true}}
`
	configs := map[string][]byte{"odd": []byte(odd)}
	for _, name := range Presets() {
		configs[name], _ = PresetYAML(name)
	}
	for name, text := range configs {
		c, err := Parse(name, text)
		require.NoError(t, err)
		written, err := c.YAML()
		require.NoError(t, err)
		again, err := Parse("again.yaml", written)
		require.NoError(t, err, string(written))
		assert.Equal(t, c, again, name)
		rewritten, err := again.YAML()
		require.NoError(t, err)
		assert.Equal(t, string(written), string(rewritten))
	}
}

func TestWhatAFileLeavesOutIsTheDefault(t *testing.T) {
	c, err := Parse("c.yaml", []byte("strategies: [{name: a, dense: {}}]\n"))
	require.NoError(t, err)
	c.Strategies = nil
	assert.Equal(t, Default(), *c)
	assert.Equal(t, scene.DefaultConfig(), c.Scenes)
}

func TestEveryWrongValueIsNamedWithItsPlace(t *testing.T) {
	const strategies = "strategies: [{name: a, dense: {}}]\n"
	for text, want := range map[string]string{
		"tilte: x\n":                                               `1:1: unknown key "tilte"`,
		"title: [1]\n":                                             "1:8: title",
		"scenes: {size: 1}\n":                                      "1:16: size is 1: expected between 32 and 2048",
		"scenes: {size: 9.5}\n":                                    "1:16: size",
		"scenes: {noise: .nan}\n":                                  "1:17: noise",
		"scenes: {min_size: 30, max_size: 9}":                      "1:10: scenes.min_size is 30: expected at most max_size, which is 9",
		"scenes: {min_objects: 5}\n":                               "1:10: scenes.min_objects is 5: expected at most max_objects, which is 4",
		"folder: {size: 9}\n":                                      "1:16: size is \"9\": expected a whole number of pixels from 32 to 2048, original or auto",
		"folder: {size: -1}\n":                                     "1:16: size is \"-1\": expected a whole number of pixels",
		"folder: {crop: 63}\n":                                     "1:10: folder.crop is 63: expected at least 64, or 0 for none",
		"folder: {crop: 64, size: 320}\n":                          "1:20: folder.size is 320: crop is 64, and crops are of the original pixels: leave size out",
		"folder: {crop_keep: 1.5}\n":                               "1:21: crop_keep is 1.5",
		"folder: {max_train: -1}\n":                                "1:21: max_train is -1",
		"folder: {strict: maybe}\n":                                "1:18: strict",
		"folder: {areas: {small: 9, large: 9}}\n":                  "1:18: folder.areas.small is 9: expected less than large, which is 9",
		"detector: {channels: 2}\n":                                "1:22: channels is 2",
		"detector: {prior: 1}\n":                                   "1:19: prior is 1",
		"detector: {pyramid: {ratios: [0]}}\n":                     "1:31: ratios[0] is 0",
		"detector: {pyramid: {levels: []}}\n":                      "1:",
		"detector: {pyramid: {levels: [{stride: 6, sizes: [9]}]}}": "1:32: detector.pyramid.levels[0].stride is 6: expected 4, 8, 16 or so on: the trunk has maps of these strides",
		"training: {images: 0}\n":                                  "1:20: images is 0: expected at least 1",
		"training: {batch: 0}\n":                                   "1:19: batch is 0",
		"training: {schedule: linear}\n":                           `1:22: schedule is "linear": expected one of constant, cosine`,
		"training: {average: 1}\n":                                 "1:21: average is 1",
		"training: {checkpoints: 0}\n":                             "1:25: checkpoints is 0",
		"training: {evaluate_at: [0]}\n":                           "1:26: evaluate_at[0] is 0",
		"training: {evaluate_at: [8, 8]}\n":                        "1:29: training.evaluate_at[1] is 8: expected more than the 8 before it",
		"training: {evaluate_at: [9], images: 8}\n":                "1:26: training.evaluate_at[0] is 9: expected at most the 8 images of the training",
		"scenes: {train: 0}\n":                                     `1:17: train is "0": expected a whole number from 1 to 100000, or fresh`,
		"scenes: {train: frsh}\n":                                  `1:17: train is "frsh": expected a whole number`,
		"scale: match\n":                                           `1:8: scale is "match": expected one of as_written, matched`,
		"training: {clip: -1}\n":                                   "1:18: clip is -1",
		"areas: {small: 9, large: 3}\n":                            "1:9: areas.small is 9: expected less than large, which is 3",
		"areas: {small: 0}\n":                                      "1:16: small is 0",
	} {
		_, err := Parse("c.yaml", []byte(text+"\n"+strategies))
		assert.ErrorContains(t, err, "c.yaml:"+want, text)
	}
	for text, want := range map[string]string{
		"title: x\n":       "no strategies: give at least one in the list strategies",
		"strategies: []\n": "no strategies: give at least one in the list strategies",
		"strategies:\n- {name: a, dense: {}}\n- {name: a, dense: {}}\n":                `c.yaml:3:4: strategies[1].name is "a": another strategy before it is named so, and results are told apart by name`,
		"strategies:\n- {name: a, dense: {}}\n- {name: b}\n":                           "c.yaml:3:3: ",
		"strategies:\n- {name: a, dense: {}}\n- name: b\n  dense: {sampler: randon}\n": `c.yaml:4:20: unknown sampler "randon"`,
		"strategies:\n- {name: a, dense: {sampler: ohem, cls: ghm_c}}\n":               "c.yaml:2:13: strategies[0].dense: sampler ohem mines by hardness",
		"strategies:\n- {name: a, dense: {}, lr: -1}\n":                                "c.yaml:2:28: lr is -1",
	} {
		_, err := Parse("c.yaml", []byte(text))
		require.Error(t, err, text)
		assert.ErrorContains(t, err, want, text)
		assert.Regexp(t, regexp.MustCompile(`^c\.yaml:\d+:\d+: `), err.Error(), text)
	}
}

func TestMistakesOfAFileAreReportedAtOnce(t *testing.T) {
	_, err := Parse("c.yaml", []byte("scenes: {size: 1}\ntraining: {batch: 0}\nstrategies: [{name: a, dense: {cls: foccal}}]\n"))
	assert.Len(t, strings.Split(fmt.Sprint(err), "\n"), 3)
}

func TestASingleStrategyIsNoComparison(t *testing.T) {
	_, err := Parse("c.yaml", []byte("name: mine\nlr: 0.1\nrpn: {}\nroi: {}\n"))
	assert.EqualError(t, err, "c.yaml:3:1: rpn is of a strategy, and this a single one: a comparison has strategies in a list, under strategies:")
	_, err = Parse("c.yaml", []byte("title: x\ndense: {}\n"))
	assert.ErrorContains(t, err, `c.yaml:2:1: unknown key "dense": expected one of title, `)
	_, err = Parse("c.yaml", []byte("nmae: mine\n"))
	assert.ErrorContains(t, err, `unknown key "nmae"`)
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(path, []byte("trainig: {}\n"), 0o666))
	_, err := Load(path)
	assert.ErrorContains(t, err, path+":1:1: ")
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	_, err = Load(path)
	assert.ErrorContains(t, err, path+": the file is empty")
	_, err = Load(path + ".none")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestASizeIsANumberOfPixelsOrAName(t *testing.T) {
	for text, want := range map[string]Size{"auto": Auto, "original": Original, "0": Original, "32": 32, "2048": 2048} {
		var s Size = 7
		require.NoError(t, s.UnmarshalText([]byte(text)))
		assert.Equal(t, want, s)
		written, err := s.MarshalText()
		require.NoError(t, err)
		var again Size = 7
		require.NoError(t, again.UnmarshalText(written))
		assert.Equal(t, want, again)
	}
	for _, wrong := range []string{"", "31", "2049", "-1", "large", "64.5"} {
		s := Size(7)
		assert.ErrorContains(t, s.UnmarshalText([]byte(wrong)), "from 32 to 2048, original or auto")
	}
}

// A name that is given twice is told of at once, at its place, and so is all else that
// does not depend on what is wrong.
func TestANameGivenTwiceIsNotHiddenByOtherMistakes(t *testing.T) {
	_, err := Parse("c.yaml", []byte(`
strategies:
  - {name: a, dense: {cls: focl}}
  - {name: a, dense: {}, rpn: {}}
  - {dense: {sampler: {type: hard_negative, ratio: -1}}}
training: {images: 10, evaluate_at: [20]}
folder: {crop: 3}
titel: x
`))
	require.Error(t, err)
	var got []string
	for _, line := range strings.Split(err.Error(), "\n") {
		got = append(got, line[:min(60, len(line))])
	}
	assert.Equal(t, []string{
		`c.yaml:3:28: unknown classification loss "focl": expected on`,
		`c.yaml:4:5: strategies[1]: strategy a has dense beside rpn o`,
		`c.yaml:4:6: strategies[1].name is "a": another strategy befo`,
		`c.yaml:5:5: strategies[2]: a strategy needs a name`,
		`c.yaml:5:52: ratio is -1: expected at least 0`,
		`c.yaml:6:38: training.evaluate_at[0] is 20: expected at most`,
		`c.yaml:7:10: folder.crop is 3: expected at least 64, or 0 fo`,
		`c.yaml:8:1: unknown key "titel": expected one of title, scen`,
	}, got)
}

// What two keys of a section contradict each other in is said at its place, whatever
// is wrong with the others; what follows from a mistake is not.
func TestContradictionsAreNotHiddenByOtherMistakesOfTheirSection(t *testing.T) {
	_, err := Parse("c.yaml", []byte(`
scenes:
  classes: 9
  max_size: 200
  min_objects: 5
folder:
  crop: 3
  size: 320
  crop_keep: 2
  areas: {small: 50, lagre: 60, large: 40}
training: {images: 10, batch: 0, evaluate_at: [20, 5, x, 30]}
areas: {small: 90, large: 0}
detector:
  channels: 1
  pyramid:
    offset: 2
    levels: [{stride: 4, sizes: [8]}, {stride: 4, sizes: [8]}, {stride: 0, sizes: [8]}]
trainer: {command: "a {sed}", timeout: -1s, retries: -1, inputs: [a, ""]}
strategies: [{name: a, dense: {}}]
`))
	mistakes, ok := errors.AsType[strictyaml.Errors](err)
	require.True(t, ok, err)
	assert.Len(t, mistakes, 11)
	assert.Equal(t, "12 more mistakes", mistakes[10].Message)

	for section, want := range map[string][]string{
		"scenes:\n  classes: 9\n  max_size: 200\n  min_objects: 5\n": {
			"2:12: classes is 9: expected between 1 and 4",
			"3:3: scenes.max_size is 200: expected at most size, the image's side, which is 96",
			"4:3: scenes.min_objects is 5: expected at most max_objects, which is 4",
		},
		"scenes: {max_size: 5, classes: 9}\n":                {"1:10: scenes.min_size is 7: expected at most max_size, which is 5", "1:32: classes is 9: expected between 1 and 4"},
		"scenes: {min_size: 300, max_size: 9}\n":             {"1:20: min_size is 300: expected between 4 and 256"},
		"scenes: {min_size: 30, max_size: big}\n":            {`1:34: max_size: expected a number, got the string "big"`},
		"scenes: {min_size: 41, max_szie: 50, classes: 9}\n": {`1:24: unknown key "max_szie" in scenes: expected one of size`, "1:47: classes is 9: expected between 1 and 4"},
		"folder:\n  crop: 3\n  size: 320\n  crop_keep: 2\n": {
			"2:3: folder.crop is 3: expected at least 64, or 0 for none",
			"3:3: folder.size is 320: crop is 3, and crops are of the original pixels: leave size out",
			"4:14: crop_keep is 2: expected between 0 and 1",
		},
		"folder: {crop: -1, size: 320}\n":                      {"1:16: crop is -1: expected between 0 and 2048"},
		"folder: {areas: {small: 50, lagre: 60, large: 40}}\n": {"1:18: folder.areas.small is 50: expected less than large, which is 40", `1:29: unknown key "lagre" in areas`},
		"areas: {small: 90, large: 0}\n":                       {"1:27: large is 0: expected above 0"},
		"training: {images: 10, batch: 0, evaluate_at: [20, 5, x, 30]}\n": {
			"1:31: batch is 0: expected at least 1",
			"1:48: training.evaluate_at[0] is 20: expected at most the 10 images of the training",
			"1:52: training.evaluate_at[1] is 5: expected more than the 20 before it",
			`1:55: evaluate_at[2]: expected a whole number, got the string "x"`,
			"1:58: training.evaluate_at[3] is 30: expected at most the 10 images of the training",
		},
		"detector: {channels: 1, pyramid: {levels: [{stride: 4, sizes: [8]}, {stride: 4, sizes: [8]}, {stride: 0, sizes: [8]}]}}\n": {
			"1:22: channels is 1: expected between 4 and 256",
			"1:70: detector.pyramid.levels[1].stride is 4: expected 8 after 4: each stride is twice the last",
			"1:103: stride is 0: expected at least 1",
		},
		"trainer: {command: \"a {sed}\", timeout: -1s, retries: -1, inputs: [a, \"\"]}\n": {
			"1:11: trainer.command: it has {sed}: expected one of",
			"1:31: trainer.timeout is -1s: expected none that is negative",
			"1:54: retries is -1: expected between 0 and 100",
			`1:70: trainer.inputs[1] is "": expected a file`,
		},
	} {
		_, err := Parse("c.yaml", []byte(section+"strategies: [{name: a, dense: {}}]\n"))
		require.Error(t, err, section)
		lines := strings.Split(err.Error(), "\n")
		if !assert.Len(t, lines, len(want), section) {
			t.Log(err)
			continue
		}
		for i, line := range lines {
			assert.Contains(t, line, "c.yaml:"+want[i])
		}
	}
}
