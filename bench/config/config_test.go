package config

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/small/scene"
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
		"scenes: {min_size: 30, max_size: 9}":                      "1:1: scenes",
		"scenes: {min_objects: 5}\n":                               "1:1: scenes",
		"folder: {size: 9}\n":                                      "1:16: size is \"9\": expected a whole number of pixels from 32 to 2048, original or auto",
		"folder: {size: -1}\n":                                     "1:16: size is \"-1\": expected a whole number of pixels",
		"folder: {crop: 63}\n":                                     "1:1: folder: crop 63 is below 64: give at least that, or 0 for none",
		"folder: {crop: 64, size: 320}\n":                          "1:1: folder: crop 64 and size 320: crops are of the original pixels: leave size out",
		"folder: {crop_keep: 1.5}\n":                               "1:21: crop_keep is 1.5",
		"folder: {max_train: -1}\n":                                "1:21: max_train is -1",
		"folder: {strict: maybe}\n":                                "1:18: strict",
		"folder: {areas: {small: 9, large: 9}}\n":                  "1:10: folder.areas",
		"detector: {channels: 2}\n":                                "1:22: channels is 2",
		"detector: {prior: 1}\n":                                   "1:19: prior is 1",
		"detector: {pyramid: {ratios: [0]}}\n":                     "1:31: ratios[0] is 0",
		"detector: {pyramid: {levels: []}}\n":                      "1:",
		"detector: {pyramid: {levels: [{stride: 6, sizes: [9]}]}}": "1:1: detector: pyramid level 0 has stride 6",
		"training: {images: 0}\n":                                  "1:20: images is 0: expected at least 1",
		"training: {batch: 0}\n":                                   "1:19: batch is 0",
		"training: {schedule: linear}\n":                           `1:22: schedule is "linear": expected one of constant, cosine`,
		"training: {average: 1}\n":                                 "1:21: average is 1",
		"training: {checkpoints: 0}\n":                             "1:25: checkpoints is 0",
		"training: {evaluate_at: [0]}\n":                           "1:26: evaluate_at[0] is 0",
		"training: {evaluate_at: [8, 8]}\n":                        "1:1: training: evaluate_at has 8 after 8",
		"training: {evaluate_at: [9], images: 8}\n":                "1:1: training: evaluate_at has 9, beyond the 8 images",
		"scenes: {train: 0}\n":                                     `1:17: train is "0": expected a whole number from 1 to 100000, or fresh`,
		"scenes: {train: frsh}\n":                                  `1:17: train is "frsh": expected a whole number`,
		"scale: match\n":                                           `1:8: scale is "match": expected one of as_written, matched`,
		"training: {clip: -1}\n":                                   "1:18: clip is -1",
		"areas: {small: 9, large: 3}\n":                            "1:1: areas: small 9 is not below large 3",
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
		`c.yaml:6:1: training: evaluate_at has 20, beyond the 10 imag`,
		`c.yaml:7:1: folder: crop 3 is below 64: give at least that, `,
		`c.yaml:8:1: unknown key "titel": expected one of title, scen`,
	}, got)
}
