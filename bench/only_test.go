package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
	"detsample/bench/small/scene"
	"detsample/bench/store"
)

// besideEachOther has strategies that are matched to the first, of another
// threshold, and a two-stage one that neither is.
const besideEachOther = tinyData + `
folder: {size: 48}
scale: matched
training: {images: 64, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: plain, lr: 0.004, dense: {assigner: {type: max_iou, pos_iou: 0.4, neg_iou: 0.3}}}
  - {name: rpn, lr: 0.004, rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: random, num: 16}}}
  - {name: loud, lr: 0.004, dense: {assigner: {type: max_iou, pos_iou: 0.9, neg_iou: 0.3}, cls_weight: 3, box_weight: 50}}
  - {name: other, lr: 0.004, dense: {box_weight: 7}}
`

// A strategy's runs do not depend on which others are asked for, nor on whether they
// are asked for at once.
func TestOnlySomeStrategiesAreTrainedAsAmongAll(t *testing.T) {
	set, err := scene.Generate(parsed(t, besideEachOther).Scenes, 1)
	require.NoError(t, err)
	for name, o := range map[string]Options{
		"matched": {Seeds: 2, Data: writeCOCO(t, set)},
		"tuned":   {Tune: true},
	} {
		t.Run(name, func(t *testing.T) {
			text := besideEachOther
			if o.Trainer = (peaked{}); o.Tune {
				text = strings.Replace(text, "scale: matched\n", "", 1)
			}
			c := parsed(t, text)
			with := func(dir string, only ...string) Options {
				o := o
				o.Out, o.Only = dir, only
				return o
			}
			all, some := t.TempDir(), t.TempDir()
			whole, err := Compare(t.Context(), c, with(all))
			require.NoError(t, err)
			lines := results(t, all)
			require.Len(t, lines, 4*max(1, o.Seeds))

			var trials []string
			asked := with(some, "loud", "loud")
			asked.Progress = func(e Event) {
				if e.Phase != "" {
					trials = append(trials, e.Strategy)
				}
			}
			alone, err := Compare(t.Context(), c, asked)
			require.NoError(t, err)
			require.Len(t, alone.Config.Strategies, 1)
			assert.Equal(t, whole.Config.Strategies[2], alone.Config.Strategies[0], "its weights, and what they are matched to")
			assert.Contains(t, alone.Config.Strategies[0].ScaleReason, map[string]string{"matched": "matched to plain", "tuned": "tuned: "}[name])
			assert.Equal(t, whole.Config.Detector, alone.Config.Detector, "its anchors")
			assert.Equal(t, lines[2*max(1, o.Seeds):3*max(1, o.Seeds)], results(t, some))
			assert.Subset(t, []string{"plain", "loud"}, trials, "no more is trained than what it is matched to")
			assert.Contains(t, trials, "plain")
			if o.Tune {
				require.Len(t, alone.Summary.Tuning.Strategies, 1)
				assert.Equal(t, whole.Summary.Tuning.Strategies[2], alone.Summary.Tuning.Strategies[0])
			}

			written, err := os.ReadFile(filepath.Join(some, store.Config))
			require.NoError(t, err)
			again := with(t.TempDir())
			again.Tune = false
			_, err = Compare(t.Context(), parsed(t, string(written)), again)
			require.NoError(t, err)
			assert.Equal(t, results(t, some), results(t, again.Out), "what is written gives the same again")
			again.Out, again.Resume, again.Progress = some, true, func(e Event) { assert.True(t, e.Resumed, "it is the same comparison") }
			_, err = Compare(t.Context(), parsed(t, string(written)), again)
			require.NoError(t, err)

			more := with(some, "other", "loud")
			more.Resume, more.Progress = true, func(e Event) {
				if e.Strategy == "loud" || e.Strategy == "plain" {
					assert.True(t, e.Resumed, "%s: %s", e.Strategy, e.Phase)
				}
			}
			_, err = Compare(t.Context(), c, more)
			require.NoError(t, err)
			assert.Equal(t, lines[2*max(1, o.Seeds):], results(t, some))
			more = with(some)
			more.Resume = true
			_, err = Compare(t.Context(), c, more)
			require.NoError(t, err)
			assert.Equal(t, lines, results(t, some))
		})
	}
}

// The anchors of the test before are those of its strategies together.
func TestAnchorsDependOnTheStrategiesOfAComparison(t *testing.T) {
	c := parsed(t, besideEachOther)
	set, err := scene.Generate(c.Scenes, 1)
	require.NoError(t, err)
	o := Options{Data: writeCOCO(t, set), Trainer: peaked{}}
	whole, err := Compare(t.Context(), c, o)
	require.NoError(t, err)
	c.Strategies = c.Strategies[2:3]
	alone, err := Compare(t.Context(), c, o)
	require.NoError(t, err)
	assert.NotEqual(t, whole.Config.Detector.Pyramid, alone.Config.Detector.Pyramid)
}

func TestShardsOfSomeStrategiesAreJoined(t *testing.T) {
	c, out, alone := parsed(t, besideEachOther), t.TempDir(), t.TempDir()
	o := Options{Seeds: 2, Only: []string{"rpn", "loud"}, Trainer: peaked{}, Out: alone}
	_, err := Compare(t.Context(), c, o)
	require.NoError(t, err)
	o.Out = out
	for round := 0; ; round++ {
		require.Less(t, round, 6)
		for i := range 2 {
			_, err := TrainShard(t.Context(), c, o, plan.Shard{Index: i + 1, Count: 2})
			require.NoError(t, err)
		}
		study, _, err := Merge(t.Context(), []string{out}, Options{Out: out, Trainer: peaked{}})
		require.NoError(t, err)
		if study != nil {
			assert.Len(t, study.Records, 4)
			break
		}
	}
	assert.Equal(t, results(t, alone), results(t, out))
	next, err := Next(t.Context(), out, Options{Trainer: peaked{}})
	require.NoError(t, err)
	assert.Empty(t, next.Runs)

	o.Only = []string{"rpn"}
	_, err = TrainShard(t.Context(), c, o, plan.Shard{Index: 1, Count: 2})
	assert.ErrorContains(t, err, `--only is ["rpn","loud"], in the other ["rpn"]`)
}

func TestOnlyNamesStrategiesOfTheComparison(t *testing.T) {
	_, err := Compare(t.Context(), parsed(t, besideEachOther), Options{Only: []string{"lowd"}, Trainer: peaked{}})
	assert.ErrorContains(t, err, `unknown strategy "lowd": expected one of plain, rpn, loud, other; did you mean loud?`)
}
