package inspect

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/config"
	"detsample/bench/strategy"
)

func indent(text, by string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return by + strings.Join(lines, "\n"+by) + "\n"
}

func TestAdviceAsConfigurationIsAConfiguration(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	c := byDefault()
	c.Pyramid.Levels[0].Sizes = []float32{5, 6}
	r := analysed(t, random(12, 200), c)
	require.NotNil(t, r.Recommended)
	setting := map[string]string{}
	for _, a := range r.Advice {
		setting[a.Topic] = a.Setting
	}
	require.NotEmpty(t, setting["anchor sizes and ratios"])
	text := r.Setup() + "strategies:\n  - name: one\n    dense:\n" +
		indent(setting["sampler of the dense stage"], "      ") + indent(setting["classification loss of the dense stage"], "      ") +
		"      assigner: {type: max_iou, similarity: nwd, " + setting["scale C of the Wasserstein distance"] + "}\n" +
		"  - name: two\n    rpn: {sampler: all, cls: focal, norm: positives}\n" + indent(setting["regions of the second stage"], "    ")
	comparison, err := config.Parse("advice.yaml", []byte(text))
	require.NoError(t, err, text)
	assert.Equal(t, r.Pyramid(), comparison.Detector.Pyramid)
	assert.False(t, comparison.Folder.Anchors, "they are not to be fitted again")
}

func TestAComparisonIsInspectedByItsStrategies(t *testing.T) {
	preset, err := config.Preset("default")
	require.NoError(t, err)
	c, notes := FromStrategies(New("the comparison's", preset.Detector.Pyramid, Resize{Long: 128}), preset.Strategies)
	assert.Empty(t, notes)
	assert.Len(t, c.Samplers, len(preset.Strategies))
	assert.Equal(t, preset.Detector.Pyramid, c.Pyramid)
	r := analysed(t, random(13, 60), c)
	first := slices.IndexFunc(r.Samplers, func(k Kept) bool { return k.Name == preset.Strategies[0].Name })
	require.GreaterOrEqual(t, first, 0)
	assert.Equal(t, r.Candidates.Count, r.Samplers[first].Seen)
}

func TestAStrategyThatNeedsPredictionsIsLeftOutWithANote(t *testing.T) {
	s, err := strategy.Parse("s.yaml", []byte("name: yolox\ndense: {assigner: simota, cls: ce}\n"))
	require.NoError(t, err)
	base, err := Preset("retinanet")
	require.NoError(t, err)
	c, notes := FromStrategies(base, []strategy.Strategy{s})
	assert.Empty(t, c.Samplers)
	assert.Equal(t, anchors.NewMaxIoU(0.5, 0.4), c.Assigner)
	require.Len(t, notes, 2)
	assert.Contains(t, notes[0], "yolox")
}

func TestSamplersThatNeedADetectorSayWhat(t *testing.T) {
	s, err := strategy.Parse("s.yaml", []byte("name: caffe\ndense: {sampler: ohem_caffe, cls: ce}\n"))
	require.NoError(t, err)
	base := byDefault()
	c, _ := FromStrategies(base, []strategy.Strategy{s})
	r := analysed(t, random(14, 20), c)
	require.Len(t, r.Samplers, 1)
	assert.Contains(t, r.Samplers[0].Reason, "box losses")
	assert.Zero(t, r.Samplers[0].Positives)
}
