package strategy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
	"detsample/internal/strictyaml"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

func TestAnEmptyDenseStageIsRetinaNets(t *testing.T) {
	s, err := Parse("s.yaml", []byte("name: retinanet\ndense: {}\n"))
	require.NoError(t, err)
	assert.Equal(t, Strategy{Name: "retinanet", LR: 0.002, Dense: &Dense{rpn.OneStage()}}, s)
	assert.False(t, s.TwoStage())
}

func TestEmptyStagesAreFasterRCNNs(t *testing.T) {
	s, err := Parse("s.yaml", []byte("name: faster\nrpn: {}\nroi: {}\n"))
	require.NoError(t, err)
	assert.Equal(t, Strategy{Name: "faster", LR: 0.002, RPN: &RPN{rpn.Objectness()}, ROI: &ROI{roi.SecondStage()}}, s)
	assert.True(t, s.TwoStage())
}

func TestWhatIsWrittenReplacesTheDefault(t *testing.T) {
	s, err := Parse("s.yaml", []byte(`
name: mine
lr: 0.01
lr_reason: swept
rpn: {sampler: {type: random, num: 512}, cls: {type: focal, gamma: 1}, norm: positives}
roi: {sampler: {type: ohem, num: 64}, box: giou, per_class: true}
`))
	require.NoError(t, err)
	first, second := rpn.Objectness(), roi.SecondStage()
	first.Sampler, first.Cls, first.Norm = sampling.NewRandom(512, 0.5), losses.Focal{Alpha: 0.25, Gamma: 1}, losses.ByPositives{}
	second.Sampler, second.Box, second.PerClass = sampling.OHEM{Num: 64}, losses.GIoU{}, true
	assert.Equal(t, Strategy{Name: "mine", LR: 0.01, LRReason: "swept", RPN: &RPN{first}, ROI: &ROI{second}}, s)
}

func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"name: a\ndense: {}\nrpn: {}\n":                                         "s.yaml:1:1: strategy a has dense beside rpn or roi",
		"name: a\ndense: {}\nroi: {}\n":                                         "s.yaml:1:1: strategy a has dense beside rpn or roi",
		"name: a\nrpn: {}\n":                                                    "s.yaml:1:1: strategy a needs dense (one-stage), or both rpn and roi (two-stage)",
		"name: a\nroi: {}\n":                                                    "s.yaml:1:1: strategy a needs dense",
		"name: a\n":                                                             "s.yaml:1:1: strategy a needs dense",
		"dense: {}\n":                                                           "s.yaml:1:1: a strategy needs a name",
		"name: a\nlr: 0\ndense: {}\n":                                           "s.yaml:2:5: lr is 0: expected above 0",
		"name: a\ndense: {cls: foccal}\n":                                       `s.yaml:2:14: unknown classification loss "foccal"`,
		"name: a\ndense: {nrom: positives}\n":                                   `s.yaml:2:9: unknown key "nrom" in dense`,
		"name: a\ndense: {sampler: random}\n\t":                                 "s.yaml:3",
		"name: a\ndense:\n  sampler: {type: random, num: 0}\n":                  "s.yaml:3:32: num is 0: expected at least 1",
		"name: a\ndense: {sampler: ohem, cls: ghm_c}\n":                         "s.yaml:2:1: dense: sampler ohem mines by hardness, which loss ghm_c does not have",
		"name: a\nrpn: {}\nroi: {sampler: ohem, cls: ghm_c}\n":                  "s.yaml:3:1: roi: sampler ohem mines by hardness, which loss ghm_c does not have",
		"name: a\ndense: {assigner: {type: max_iou, pos_iou: .3, neg_iou: .4}}": "s.yaml:2:",
		"": "s.yaml",
	} {
		s, err := Parse("s.yaml", []byte(text))
		assert.ErrorContains(t, err, want, text)
		assert.Zero(t, s)
	}
}

func TestSeveralMistakesAreReportedAtOnce(t *testing.T) {
	_, err := Parse("s.yaml", []byte("name: a\nlr: fast\ndense: {cls: foccal, nrom: positives}\n"))
	for _, want := range []string{"s.yaml:2:5: lr", "s.yaml:3:14: unknown classification loss", "did you mean focal?", "s.yaml:3:22: unknown key", "did you mean norm?"} {
		assert.ErrorContains(t, err, want)
	}
}

func TestAStrategyReadsBackAsItWasWritten(t *testing.T) {
	for _, text := range []string{
		"name: a\ndense: {}\n",
		"name: 'true: #1'\nlr: 0.0123\ndense: {sampler: {type: hard_negative, ratio: 2.5, min_negatives: 7}, cls: {type: alpha_ce, alpha: 0.7}, box_norm: sampled}\n",
		"name: b\nrpn: {assigner: {type: max_iou, pos_iou: 0.6, neg_iou: 0.2, forced: keep}}\nroi: {cls: {type: softmax_focal, gamma: 0.5}, coder: {weights: [1, 2, 3, 4]}}\n",
	} {
		s, err := Parse("s.yaml", []byte(text))
		require.NoError(t, err)
		written, err := strictyaml.Marshal(&s, Types())
		require.NoError(t, err)
		again, err := Parse("again.yaml", written)
		require.NoError(t, err, string(written))
		assert.Equal(t, s, again)
	}
}

func TestEveryRegisteredStrategyCanBeNamed(t *testing.T) {
	stage := func(key, name string) {
		_, err := Parse("s.yaml", []byte("name: a\ndense: {"+key+": "+name+"}\n"))
		assert.NoError(t, err, name)
	}
	for _, name := range registry.Of[sampling.Sampler]().Names() {
		stage("sampler", name)
	}
	for _, name := range registry.Of[losses.Cls]().Names() {
		stage("cls", name)
	}
	for _, name := range registry.Of[losses.Box]().Names() {
		stage("box", name)
	}
	assert.GreaterOrEqual(t, len(registry.Of[sampling.Sampler]().Names())*len(registry.Of[losses.Cls]().Names()), 4*6)
}

func TestLoadReadsAFileAndNamesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(path, []byte("name: a\ndense: {}\n"), 0o666))
	s, err := Load(path)
	require.NoError(t, err)
	assert.Equal(t, "a", s.Name)
	require.NoError(t, os.WriteFile(path, []byte("nane: a\n"), 0o666))
	_, err = Load(path)
	assert.ErrorContains(t, err, path+":1:1: ")
	_, err = Load(path + ".none")
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzParse(f *testing.F) {
	f.Add("name: a\ndense: {}\n")
	f.Add("name: a\nlr: 1e-3\nrpn: {sampler: {type: random, num: 512}}\nroi: {cls: focal}\n")
	f.Add("name: a\ndense: {sampler: ohem, cls: ghm_c}\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("s.yaml", []byte(text))
		if err != nil {
			return
		}
		require.NoError(t, s.Validate())
		written, err := strictyaml.Marshal(&s, Types())
		require.NoError(t, err)
		again, err := Parse("again.yaml", written)
		require.NoError(t, err, string(written))
		require.Equal(t, s, again)
	})
}

func TestWeightsStandInTheStrategyAndNotInItsClone(t *testing.T) {
	s, err := Parse("s.yaml", []byte("{name: s, rpn: {box_weight: 3}, roi: {cls_weight: 5}}"))
	require.NoError(t, err)
	c := s.Clone()
	for stage, want := range map[string][2]float64{"rpn": {1, 3}, "roi": {5, 1}} {
		cls, box := s.Weights(stage)
		assert.Equal(t, want, [2]float64{*cls, *box}, stage)
		*cls, *box = 8, 9
		cls, box = c.Weights(stage)
		assert.Equal(t, want, [2]float64{*cls, *box}, stage)
	}
	assert.Equal(t, 8.0, s.RPN.ClsWeight)
	assert.Equal(t, 9.0, s.ROI.BoxWeight)
	cls, box := s.Weights("dense")
	assert.Nil(t, cls)
	assert.Nil(t, box)
	one, err := Parse("s.yaml", []byte("{name: s, dense: {cls_weight: 2}}"))
	require.NoError(t, err)
	cls, _ = one.Weights("dense")
	assert.Equal(t, 2.0, *cls)
	assert.Nil(t, one.Clone().RPN)
}

func TestListsPerClassFitTheStagesClasses(t *testing.T) {
	for text, want := range map[string]string{
		"name: a\ndense: {cls: {type: ce, class_weight: [1, 2, 3]}}\n":                 "",
		"name: a\ndense: {cls: {type: ce, class_weight: [1, 2]}}\n":                    "strategy a: dense.cls.class_weight: it has 2, and the classes are 3",
		"name: a\nrpn: {cls: {type: ce, class_weight: [2]}}\nroi: {}\n":                "",
		"name: a\nrpn: {}\nroi: {cls: {type: softmax_ce, class_weight: [1, 2, 3, 9]}}": "",
		"name: a\nrpn: {}\nroi: {cls: {type: softmax_class_balanced, count: [7]}}":     "strategy a: roi.cls.count: it has 1, and the classes are 3",
	} {
		s, err := Parse("s.yaml", []byte(text))
		require.NoError(t, err)
		if err = s.CheckClasses(3); want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, want)
		}
	}
	// Regions are of one class whatever the data, so that a file is refused for it.
	_, err := Parse("s.yaml", []byte("name: a\nrpn: {cls: {type: ce, class_weight: [1, 2, 3]}}\nroi: {}\n"))
	assert.EqualError(t, err, "s.yaml:2:23: rpn.cls.class_weight: it has 3, and the classes are 1: expected 1, one for each class, or none")
	s, err := Parse("s.yaml", []byte("name: a\nrpn: {cls: ce}\nroi: {}\n"))
	require.NoError(t, err)
	s.RPN.Cls = losses.CE{ClassWeight: []float64{1, 2, 3}}
	assert.ErrorContains(t, s.CheckClasses(3), "strategy a: rpn.cls.class_weight: it has 3, and the classes are 1")
}
