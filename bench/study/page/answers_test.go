package page

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/study/boosting"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// What the answers say beside the tables is what the runs say.
func TestTheAnswersQuoteTheRuns(t *testing.T) {
	q := quoting(t, "docs", "answers.md")
	mined := []string{"ssd 3:1", "ohem 64"}
	q.run("how long", func(q quoted) {
		var leads []float64
		for _, name := range mined {
			for _, experiment := range []string{"dense", "imbalance-1000"} {
				leads = append(leads, q.ahead(experiment, name, "focal", 9600).Mean)
			}
			for _, experiment := range []string{"dense", "dense-long"} {
				assert.InDelta(q.t, 1, q.ahead(experiment, name, "focal", q.final(experiment)).Mean, 0.5, "a point at the end of %s", experiment)
				assert.InDelta(q.t, 0, q.ahead(experiment, name, "ce", q.final(experiment)).Mean, 0.75, "cross entropy is about as good at the end of %s", experiment)
			}
		}
		quarter := []float64{q.ahead("dense-long", "ssd 3:1", "focal", 38400).Mean, q.ahead("dense-long", "ohem 64", "focal", 38400).Mean}
		q.says("In `dense` and `imbalance-1000` mining is %.0f to %.0f ahead after 9600 images, in `dense-long` %.0f to %.0f after 38400, and a point at the end of long trainings",
			slices.Min(leads), slices.Max(leads), slices.Min(quarter), slices.Max(quarter))
		end := func(experiment, a, b string) float64 { return q.ahead(experiment, a, b, q.final(experiment)).Mean }
		q.says("3:1 is %.1f and %.1f ahead of it, OHEM 64 %.1f behind and %.1f ahead, and focal loss %.1f and %.1f behind", end("dense", "ssd 3:1", "ce"), end("dense-long", "ssd 3:1", "ce"),
			end("dense", "ce", "ohem 64"), end("dense-long", "ohem 64", "ce"), end("dense", "ce", "focal"), end("dense-long", "ce", "focal"))
		var gained []float64
		for _, r := range contrastTables[0].lay(q.t, q.list, keptOf(q.t, filepath.Join(keptIn, "cells"))) {
			for k, pair := range contrastTables[0].pairs {
				if pair[1] == "focal" && r.leads[k] != nil && r.leads[k].Mean > 5 {
					gained = append(gained, r.gained)
				}
			}
		}
		least, most := math.MaxInt, 0
		for i := range q.list {
			s := &q.list[i]
			for _, name := range mined {
				if names := s.Strategies(""); !slices.Contains(names, name) || !slices.Contains(names, "focal") {
					continue
				}
				for _, images := range s.Budgets() {
					if q.ahead(s.Name, name, "focal", images).Mean > 5 {
						least, most = min(least, images), max(most, images)
					}
				}
			}
		}
		q.says("Mining leads focal loss by more than 5 AP only between %d and %d images; four experiments at matched scale go beyond", least, most)
		beyond := 0
		for i := range q.list {
			if s := &q.list[i]; s.Final() > most && slices.Contains(s.Strategies(""), "focal") && slices.Contains(s.Strategies(""), "ohem 64") {
				beyond++
			}
		}
		assert.Equal(q.t, 4, beyond)
		q.says("it gains %.0f to %.0f AP in the second half of these images", slices.Min(gained), slices.Max(gained))
		assert.Positive(q.t, q.ahead("default", "focal", "ssd 3:1", 1200).Low)
		q.says("In very short trainings 3:1 is behind focal loss, at the same rate too (%s after 1200 images of `imbalance-1000`), and OHEM 64 is %s ahead of focal loss there",
			q.by("imbalance-1000", "focal", "ssd 3:1", 1200), q.by("imbalance-1000", "ohem 64", "focal", 1200))
		for _, name := range mined {
			assert.Empty(q.t, unlike(q.find("imbalance-1000"), "focal", name), "the same rate")
			assert.True(q.t, told(q.ahead("imbalance-1000", "focal", name, 1200)))
		}
	})
	q.run("what matching leaves", func(q quoted) {
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		times := func(q quoted, experiment, stage, a, b string) float64 {
			trunk := func(strategy string) (sum float64) {
				for _, r := range q.find(experiment).Runs {
					for _, s := range r.Stages {
						if r.Strategy == strategy && s.Stage == stage {
							sum += s.Trunk.Cls
						}
					}
				}
				return sum
			}
			return trunk(a) / trunk(b)
		}
		q.says("3:1 and OHEM 64 has %.1f and %.1f times the gradient of cross entropy's in `dense`, and %.1f and %.1f times in `imbalance-1000`",
			times(q, "dense", "dense", "ssd 3:1", "ce"), times(q, "dense", "dense", "ohem 64", "ce"), times(q, "imbalance-1000", "dense", "ssd 3:1", "ce"), times(q, "imbalance-1000", "dense", "ohem 64", "ce"))
		heavier := func(name string) float64 { // in dense than matched at its rates, as in focus
			return q.weight("dense", name, "dense") / q.weight("focus", name, "dense")
		}
		assert.InDelta(q.t, 2, heavier("focal"), 0.05)
		q.says("`dense` trained focal loss with twice the weight, and 3:1 and OHEM 64 with %.1f and %.1f times, that it would have at its rates", heavier("ssd 3:1"), heavier("ohem 64"))
		q.says("on the cells all anchors have %.2f times that of 512 under cross entropy (`all + ce`; `all + focal` %.2f times), and OHEM 64 in the second stage %.2f times",
			times(cells, "rpn", "rpn", "all + ce", "512 + ce"), times(cells, "rpn", "rpn", "all + focal", "512 + ce"), times(cells, "roi", "roi", "ohem 64", "512 + ce"))
		var sampled, all []float64
		preset := q.find("rpn")
		of, err := preset.Config()
		require.NoError(q.t, err)
		for _, experiment := range inNetwork {
			sampled = append(sampled, times(q, experiment, "rpn", "512 + focal", "512 + ce"))
			all = append(all, times(q, experiment, "rpn", "all + focal", "512 + ce"))
			c, err := q.find(experiment).Config()
			require.NoError(q.t, err)
			for _, s := range c.Strategies {
				k := slices.IndexFunc(of.Strategies, func(o strategy.Strategy) bool { return o.Name == s.Name })
				assert.Equal(q.t, of.Strategies[k].RPN.ClsWeight, s.RPN.ClsWeight, "%s of %s: the preset's", s.Name, experiment)
			}
		}
		q.says("In the region proposal network the weights are those that matching found for `rpn`, on its scenes: over these trainings the classification loss of focal loss on 512 anchors has %.2f to %.2f times the gradient of cross entropy's on them, and that on all anchors %.1f to %.1f times",
			slices.Min(sampled), slices.Max(sampled), slices.Min(all), slices.Max(all))
		for _, experiment := range []string{"dense", "roi"} {
			kept := cells.find(experiment).Kept
			i := slices.IndexFunc(kept.Strategies, func(s strategy.Strategy) bool { return s.Name == "ohem 64" })
			assert.Contains(q.t, kept.Strategies[i].ScaleReason, "as written, between, matched", "of %s a search took", experiment)
		}
	})
	q.run("whether anything is left to gain", func(q quoted) {
		tiny := q.find("dense-tiny")
		q.narrow("dense-tiny")
		end, gained := tiny.Final(), q.gained("dense-tiny")
		q.says("(`dense-tiny`: %.1f to %.1f AP gained in the last half of %d images) 3:1 is %s behind cross entropy, and ce, alpha-ce .75, focal loss and OHEM 64 are within 1 AP of each other",
			slices.Min(gained), slices.Max(gained), end, q.by("dense-tiny", "ce", "ssd 3:1", end))
		assert.True(q.t, q.end("dense-tiny", []string{"ce", "alpha-ce .75", "focal", "ohem 64"}).Close)
		faint, gained := q.find("dense-faint"), q.gained("dense-faint")
		q.narrow("dense-faint")
		end = faint.Final()
		q.says("With that object of any size (`dense-faint`: %.1f to %.1f gained in the last half of %d images, %d seeds) 3:1 is %s behind cross entropy, and focal loss %s ahead of it, each by itself",
			slices.Min(gained), slices.Max(gained), end, faint.SeedsRun(), q.by("dense-faint", "ce", "ssd 3:1", end), q.by("dense-faint", "focal", "ce", end))
		for _, pair := range [][2]string{{"ce", "ssd 3:1"}, {"focal", "ce"}} {
			assert.Positive(q.t, q.ahead("dense-faint", pair[0], pair[1], end).Low, "%v, by itself", pair)
		}
		decay, gained := q.find("dense-faint-decay"), q.gained("dense-faint-decay")
		end = decay.Final()
		q.says("Where weights decay (`dense-faint-decay`: %s AP gained in the last half of %d images, %d seeds) 3:1 is %s behind cross entropy and %s behind focal loss, and focal loss %s ahead of cross entropy and %s of OHEM 64",
			fromTo(gained), end, decay.SeedsRun(), q.by("dense-faint-decay", "ce", "ssd 3:1", end), q.by("dense-faint-decay", "focal", "ssd 3:1", end), q.by("dense-faint-decay", "focal", "ce", end), q.by("dense-faint-decay", "focal", "ohem 64", end))
	})
	q.run("what to start with", func(q quoted) {
		q.says("and %s behind focal loss where weights decay (`dense-faint-decay`)", q.by("dense-faint-decay", "focal", "ce", q.final("dense-faint-decay")))
		for _, experiment := range []string{"dense", "dense-long", "dense-tiny", "dense-faint"} {
			for _, other := range q.find(experiment).Strategies("") {
				if other == "ce" {
					continue
				}
				assert.Less(q.t, q.ahead(experiment, other, "ce", q.final(experiment)).Mean, 1.0, "%s: its mean is less than a point below %s", experiment, other)
			}
		}
		for _, experiment := range []string{"imbalance-100", "imbalance-200-scenes", "imbalance-1000", "dense"} {
			assert.Positive(q.t, q.ahead(experiment, "ssd 3:1", "focal", 9600).Low, experiment)
			assert.Positive(q.t, q.ahead(experiment, "ssd 3:1", "ce", 9600).Low, experiment)
			assert.Greater(q.t, q.find(experiment).Imbalance(rivals), 150.0, experiment)
		}
		q.says("Where objects hardly stand out from noise, focal loss: its mean is the highest of the five, or within 0.1 of that, at every budget of `dense-tiny`, `dense-faint` and `dense-faint-decay`")
		q.says("and not in these three, where it is behind focal loss at every budget")
		for _, faint := range []string{"dense-tiny", "dense-faint", "dense-faint-decay"} {
			for _, images := range q.find(faint).Budgets()[1:] {
				assert.Positive(q.t, q.ahead(faint, "focal", "ssd 3:1", images).Mean, "%s: 3:1 is behind focal loss after %d", faint, images)
				for _, other := range []string{"ce", "alpha-ce .75", "ohem 64"} {
					assert.Greater(q.t, q.ahead(faint, "focal", other, images).Mean, -0.1, "%s: %s after %d", faint, other, images)
				}
			}
		}
		q.behindAtFirst()
		q.says("Not in the first 2400 images (600 steps), where it is behind focal loss")
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		q.says("of the highest mean on the photographs from 33 passes on, %s ahead of cross entropy after 132", cells.by("dense", "focal", "ce", cells.final("dense")))
		q.says("With as few as 300 images that repeat, focal loss: %s ahead of cross entropy there", q.by("images-300", "focal", "ce", q.final("images-300")))
		q.says("(With 1200 images, each seen 8 and 16 times, 3:1 is %s and %s ahead of focal loss, and with 4800, seen twice and 4 times, %s and %s.)", q.by("images-1200", "ssd 3:1", "focal", 9600),
			q.by("images-1200", "ssd 3:1", "focal", 19200), q.by("images-4800", "ssd 3:1", "focal", 9600), q.by("images-4800", "ssd 3:1", "focal", 19200))
		for experiment, repeat := range map[string]int{"images-1200": 1200, "images-4800": 4800} {
			c, err := q.find(experiment).Config()
			require.NoError(q.t, err)
			assert.Equal(q.t, repeat, int(c.Scenes.Train))
			assert.Equal(q.t, 19200, q.final(experiment))
		}
		q.says("focal loss was trained with %.1f times its written weight on 512 anchors, and with %.1f times on `dense`'s head; OHEM 64 in the second stage with",
			q.weight("rpn-faint", "512 + focal", "rpn"), q.weight("dense", "focal", "dense"))
		mining := q.miningWeights()
		q.says("OHEM 64 in the second stage with %.2f to %.2f times", slices.Min(mining), slices.Max(mining))
		q.says("it is %s behind cross entropy at four times its own at the end of `roi-weight`", q.by("roi-weight", "softmax ce, weight 4", "softmax ohem 64, weight x4", q.final("roi-weight")))
		var over []any
		for _, images := range q.find("roi-link-norm").Moments() {
			of := func(experiment, name, called string) (runs []stats.Run) {
				for _, r := range evidence.AP.Of(q.find(experiment), "", images) {
					if r.Strategy == name {
						runs = append(runs, stats.Run{Strategy: called, Seed: r.Seed, Value: r.Value})
					}
				}
				return runs
			}
			over = append(over, interval(q.paired(of("roi-link-norm", "sigmoid ohem 64", "sigmoids"), of("roi-weight", "softmax ohem 64", "softmax")), 1))
		}
		q.says("OHEM 64 over them is %s, %s and %s ahead of itself over a softmax", over...)
		q.says("on the cells it is %s behind cross entropy after 20 passes", cells.by("roi", "512 + ce", "ohem 64", 6000))
		contests, err := cells.find("dense").Contests(cells.find("dense").Strategies(""), stats.Confidence)
		require.NoError(q.t, err)
		assert.Equal(q.t, 33, int(math.Round(float64(contests[0].Images)/292)), "passes")
		for _, c := range contests {
			for i, e := range c.Means {
				assert.LessOrEqual(q.t, e.Mean, c.Means[slices.Index(c.Names, "focal")].Mean, "focal loss has the highest mean, %s", c.Names[i])
			}
		}
		assert.Positive(q.t, cells.ahead("rpn", "512 + ce", "512 + focal", 1200).Low, "after 4 passes it is behind")
		assert.Equal(q.t, 4, 1200/292)
		for _, list := range [][]evidence.Experiment{q.list, cells.list} {
			for i := range list {
				s := &list[i]
				if names := s.Strategies(""); !slices.Contains(names, "512 + focal") || !slices.ContainsFunc(s.Claims, func(n int) bool { return n == 4 }) || s.Name == "rpn-papers" {
					continue
				}
				for _, images := range s.Moments() {
					assert.GreaterOrEqual(q.t, (quoted{q.t, q.text, list}).ahead(s.Name, "512 + focal", "512 + ce", images).High, 0.0, "%s after %d", s.Name, images)
				}
			}
		}
	})
	q.run("how large objects are, and how many are kept", func(q quoted) {
		q.says("(`size-small`, 3:1 by %s and OHEM 64 by %s of focal loss, at half its rate)", q.by("size-small", "ssd 3:1", "focal", 9600), q.by("size-small", "ohem 64", "focal", 9600))
		c, err := q.find("size-small").Config()
		require.NoError(q.t, err)
		q.says("With objects of %g to %g px mining is ahead", c.Scenes.MinSize, c.Scenes.MaxSize)
		for _, name := range mined {
			assert.Positive(q.t, q.ahead("size-small", name, "focal", 9600).Low)
			assert.Equal(q.t, "at rates of 0.002 and 0.004", unlike(q.find("size-small"), name, "focal"))
		}
		mean := func(s *evidence.Experiment, name string) float64 {
			c, err := s.Compare(evidence.AP, "", 9600)
			require.NoError(q.t, err)
			return c.Means[slices.Index(c.Strategies(), name)].Mean
		}
		kept, ratio := q.find("ohem"), q.find("ratio")
		q.says("OHEM 16 has %.1f AP and OHEM 64 %.1f after 9600 images, OHEM 256 %.1f and OHEM 1024 %.1f (`ohem`, three seeds)", mean(kept, "ohem 16"), mean(kept, "ohem 64"), mean(kept, "ohem 256"), mean(kept, "ohem 1024"))
		q.says("One hard negative for each positive has %.1f, two %.1f, three %.1f, five %.1f and ten %.1f (`ratio`, three seeds)", mean(ratio, "1:1"), mean(ratio, "2:1"), mean(ratio, "3:1"), mean(ratio, "5:1"), mean(ratio, "10:1"))
		cells := evidence.Find(keptOf(q.t, filepath.Join(keptIn, "cells")), "ohem")
		end, err := cells.Compare(evidence.AP, "", cells.Final())
		require.NoError(q.t, err)
		most := end.Means[slices.Index(end.Strategies(), "ohem 1024")].Mean
		for i, e := range end.Means {
			assert.LessOrEqual(q.t, e.Mean, most, end.Strategies()[i])
		}
		q.says("On the cells OHEM 1024 has the highest AP, %.1f", most)
		searched, borrowed := mean(q.find("imbalance-1000"), "ce"), mean(q.find("missing-0"), "ce")
		q.says("which costs it %.1f AP in scenes of every size without a missing label (%.1f for %.1f, `missing-0` and `imbalance-1000`)", searched-borrowed, borrowed, searched)
		for _, name := range []string{"size-small", "size-large", "missing-20", "missing-0"} {
			assert.Equal(q.t, "0.004", rateOf(q.find(name), "ce"), name)
		}
	})
	q.run("how many negatives", func(q quoted) {
		assert.Equal(q.t, []string{"ce", "focal"}, q.end("imbalance-10", rivals).May)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-100", rivals).May)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-200-scenes", rivals).May)
		q.says("At 1:%.0f cross entropy or focal loss may be the best, of that experiment alone, and 3:1 leads at 1:%.0f and 1:%.0f, after 9600 images", q.find("imbalance-10").Imbalance(rivals), q.find("imbalance-100").Imbalance(rivals), q.find("imbalance-200-scenes").Imbalance(rivals))
		rare := q.end("imbalance-10000", rivals)
		q.says("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f (one of three runs of 3:1 learned nothing)", rare.Means[2].Mean, rare.Images, rare.Means[1].Mean, rare.Means[3].Mean)
		nothing := learnedNothing(q.find("imbalance-10000"))
		require.Len(q.t, nothing, 1)
		assert.Contains(q.t, nothing[0], "ssd 3:1 learned nothing in 1 of 3 runs")
	})
	q.run("which images", func(q quoted) {
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		dense := cells.find("dense")
		for _, name := range mined {
			assert.Positive(q.t, q.ahead("images-300", "focal", name, q.final("images-300")).Low)
			var behind []int // cross entropy
			for _, images := range dense.Budgets()[1:] {
				assert.Positive(q.t, cells.ahead("dense", "focal", name, images).Low, "%s after %d", name, images)
				if cells.ahead("dense", "ce", name, images).Low > 0 {
					behind = append(behind, images)
				}
			}
			assert.Len(q.t, behind, map[string]int{"ssd 3:1": 5, "ohem 64": 4}[name], name)

		}
		const photographs = 292.
		passes := func(images int) int { return int(math.Round(float64(images) / photographs)) }
		q.says("mining is behind focal loss, each interval by itself, at each of five evaluations of the same six runs, from %d to %d passes over them, each strategy at the rate that a search found for it",
			passes(2400), passes(dense.Final()))
		assert.Equal(q.t, 6, dense.SeedsRun())
		assert.Len(q.t, dense.Budgets()[1:], 5)
		q.says("3:1 is behind cross entropy too at each of the five, and OHEM 64 at four")
		q.says("Beside all that is said in short of the cells, cross entropy or focal loss may be the best at the end, and neither of the two that mine")
		contests, err := dense.Contests(dense.Strategies(""), inShortConfidence(cells.list))
		require.NoError(q.t, err)
		assert.Equal(q.t, []string{"ce", "focal"}, contests[len(contests)-1].May)

		searched, err := hasFound(dense)
		require.NoError(q.t, err)
		assert.True(q.t, searched, "for its rates")
		least, most := math.MaxInt, 0
		for _, name := range dense.Strategies("") {
			best, at := 0.0, 0
			for _, images := range dense.Budgets() {
				c, err := dense.Compare(evidence.AP, "", images)
				require.NoError(q.t, err)
				if ap := c.Means[slices.Index(c.Strategies(), name)].Mean; ap > best {
					best, at = ap, images
				}
			}
			least, most = min(least, at), max(most, at)
		}
		q.says("AP is highest after %d to %d passes, and falls from there", passes(least), passes(most))
		q.says("OHEM 64 is left one negative for a positive, and learns late")
		assert.InDelta(q.t, 1, dense.Learned("ohem 64", 0).Used, 0.3)
		q.says("With 300 scenes, which repeat %d times, mining is behind focal loss too", q.final("images-300")/300)
	})
	q.run("how much focus", func(q quoted) {
		q.says("gamma 1 is %s better after 9600 images", q.by("gamma", "gamma 1, alpha .25", "gamma 2, alpha .25", 9600))
		q.says("3:1 is %s ahead of gamma 1, too, after 9600 images, and %s after 19200",
			q.by("focus", "ssd 3:1", "focal, gamma 1", 9600), q.by("focus", "ssd 3:1", "focal, gamma 1", 19200))
	})
	q.run("how weights move", func(q quoted) {
		for _, experiment := range []string{"descent", "decay"} {
			for _, name := range mined {
				assert.Positive(q.t, q.ahead(experiment, name, "focal", 9600).Low)
			}
		}
		q.says("By gradient descent, and at a rate that falls to 0, mining is ahead by itself after 9600 images")
		q.says("By gradient descent focal loss, at twice the rate, is %s ahead of 3:1 after 2400", q.by("descent", "focal", "ssd 3:1", 2400))
	})
	q.run("normalisation", func(q quoted) {
		norm := q.final("dense-norm")
		for _, name := range mined {
			assert.Positive(q.t, q.ahead("dense-norm", name, "focal", norm).Low)
		}
		q.says("alone does not bring focal loss ahead (`dense-norm`)")
		q.says("With it 3:1 is %s ahead of OHEM 64, and without %s after as many images of `dense` (%d seeds)",
			q.by("dense-norm", "ssd 3:1", "ohem 64", norm), q.by("dense", "ssd 3:1", "ohem 64", norm), q.ahead("dense", "ssd 3:1", "ohem 64", norm).Seeds)
	})
	q.run("how large a loss is", func(q quoted) {
		papers := q.final("rpn-papers")
		q.says("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
			q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, papers, q.ahead("rpn-papers", "512 + ce", "all + ce", papers).Mean)
		assert.Len(q.t, q.end("rpn-sizes", q.find("rpn-sizes").Strategies("")).May, 6)
		q.says("At matched scale, of the six strategies (256, 512 or all anchors, under either loss) none is distinguishable from another")
	})
	q.run("where little is left to gain in the region proposal network", func(q quoted) {
		long, gained := q.find("rpn-tiny-long"), q.gained("rpn-tiny-long")
		q.says("Where little is left to gain (`rpn-tiny-long`: %.1f to %.1f AP in the last half of %d images, %d seeds) focal loss is ahead of cross entropy, both on 512 anchors",
			slices.Min(gained), slices.Max(gained), long.Final(), long.SeedsRun())
		budgets := long.Moments()
		require.Len(q.t, budgets, 3)
		var overCE, ofAll []any
		for _, images := range budgets {
			overCE = append(overCE, q.by("rpn-tiny-long", "512 + focal", "512 + ce", images))
			assert.Positive(q.t, q.ahead("rpn-tiny-long", "512 + focal", "512 + ce", images).Low)
			all := q.ahead("rpn-tiny-long", "all + focal", "512 + focal", images)
			assert.False(q.t, told(all))
			ofAll = append(ofAll, difference(all, 1))
		}
		q.says("by %s, %s and %s after %d, %d and %d images, each by itself", append(overCE, budgets[0], budgets[1], budgets[2])...)
		q.says("On all anchors focal loss is not distinguishable from focal loss on 512: %s, %s and %s ahead", ofAll...)
		q.says("The lead is %s smaller after the last than after the first", interval(q.fall("rpn-tiny-long", "512 + focal", "512 + ce", budgets[0], budgets[2]), 1))
		q.says("cross entropy gains %.1f in the last half, and focal loss %.1f", gained[0], gained[1])
		faint, left := q.find("rpn-faint"), q.gained("rpn-faint")
		overCE, ofAll = nil, nil
		for _, images := range faint.Moments() {
			lead, all := q.ahead("rpn-faint", "512 + focal", "512 + ce", images), q.ahead("rpn-faint", "all + focal", "512 + focal", images)
			assert.Equal(q.t, images < faint.Final(), lead.Low > 0, "ahead by itself, until the end: %d", images)
			assert.False(q.t, told(all))
			overCE, ofAll = append(overCE, interval(lead, 1), images), append(ofAll, difference(all, 1))
		}
		q.narrow("rpn-faint")
		q.says("With a faint object of any size (`rpn-faint`: %.1f to %.1f AP in the last half of %d images, %d seeds) it is ahead by %s after %d images and %s after %d, each by itself, and by %s after %d, which is not significant",
			append([]any{slices.Min(left), slices.Max(left), faint.Final(), faint.SeedsRun()}, overCE...)...)
		again := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "repeats"))}
		q.says("of %d other seeds that trained for half as long it is %s and %s ahead after %d and %d", again.find("rpn-faint").SeedsRun(),
			again.by("rpn-faint", "512 + focal", "512 + ce", faint.Moments()[0]), again.by("rpn-faint", "512 + focal", "512 + ce", faint.Moments()[1]), faint.Moments()[0], faint.Moments()[1])
		q.says("All anchors are again not distinguishable from 512: %s, %s and %s ahead", ofAll...)
		v, err := claims.All()[3].Judge(q.list)
		require.NoError(q.t, err)
		for _, j := range v.Judged {
			if j.Experiment == "rpn-tiny-long" && j.A == "512 + focal" && j.B == "512 + ce" {
				assert.NotEqual(q.t, claims.Holds, j.Outcome, "beside all that the claim asks none is significant: after %d images", j.Images)
			}
		}
	})
	q.run("where nothing is gained in the region proposal network", func(q quoted) {
		s, gained := q.find("rpn-settled"), q.atRest("rpn-settled")
		q.narrow("rpn-settled")
		var overCE, ofAll []any
		for _, images := range s.Moments() {
			overCE = append(overCE, q.by("rpn-settled", "512 + focal", "512 + ce", images))
			ofAll = append(ofAll, q.by("rpn-settled", "512 + focal", "all + focal", images))
		}
		q.says("Where nothing is gained any more (`rpn-settled`, whose weights decay: %.1f to %.1f AP in the last half of %d images, %d seeds) focal loss on 512 is", slices.Min(gained), slices.Max(gained), s.Final(), s.SeedsRun())
		q.says("focal loss on 512 is %s, %s and %s ahead of cross entropy on 512 after a quarter, half and the end: it falls by %.1f in the last half", append(overCE, -gained[1])...)
		q.says("On all anchors focal loss is %s, %s and %s behind that on 512", ofAll...)
	})
	q.run("the region proposal network on photographs", func(q quoted) {
		cells := quoted{q.t, q.text, keptOf(q.t, filepath.Join(keptIn, "cells"))}
		gained, end := cells.gained("rpn"), cells.final("rpn")
		q.says("nothing more is gained from 16 to 33 passes (%.1f to %.1f AP)", slices.Min(gained), slices.Max(gained))
		q.says("focal loss on 512 is %s behind cross entropy on 512, with six seeds", cells.by("rpn", "512 + ce", "512 + focal", end))
		assert.Equal(q.t, 6, cells.find("rpn").SeedsRun())
		c, err := cells.find("rpn").Compare(evidence.AP, "", end)
		require.NoError(q.t, err)
		for _, d := range c.Differences {
			assert.False(q.t, told(d.Estimate), "%s and %s", d.A, d.B)
		}
	})
	q.run("who drowns", func(q quoted) {
		easy, err := q.find("boosting").Estimate("ce", "ce", 0, func(w *boosting.Weighting) float64 { return 100 * w.Loss.Easy })
		require.NoError(q.t, err)
		q.says("Before training easy negatives have %.0f%% of cross entropy's loss", easy.Mean)
		var left []float64
		_, moments := q.find("boosting").Trainings()
		for _, images := range moments[1:] {
			easy, err := q.find("boosting").Estimate("focal", "ce", images, func(w *boosting.Weighting) float64 { return 100 * w.Loss.Easy })
			require.NoError(q.t, err)
			left = append(left, easy.Mean)
		}
		q.says("easy negatives would have %.0f%% to %.0f%% of cross entropy's loss there", slices.Min(left), slices.Max(left))
		ce, few := q.find("dense-long").Learned("ce", 0), q.find("imbalance-10000").Learned("ce", 0)
		q.says("have %.0f%% of its loss and %.0f%% of its gradient at %.0f for each positive (`dense-long`), and %.0f%% and %.0f%% at 8500 in a training that is far shorter (`imbalance-10000`)", 100*ce.Loss, 100*ce.Gradient, ce.Seen, 100*few.Loss, 100*few.Gradient)
	})
}

// What a setting says of its experiment is what that is configured to be.
func TestSettingsAreThoseOfTheirExperiments(t *testing.T) {
	for _, table := range contrastTables {
		for _, row := range table.rows {
			name := strings.TrimPrefix(row.experiment, "cells/")
			e := experiment(t, name)
			c, err := e.Config()
			require.NoError(t, err)
			if !strings.HasPrefix(row.setting, "the same, ") {
				assert.Equal(t, c.Detector.Norm, normalised(row.setting), row.setting)
			}
			if strings.Contains(row.setting, "a quarter of a long") {
				assert.Equal(t, c.Training.Images, 4*row.images, row.setting)
			}
			if strings.Contains(row.setting, " in an image") || strings.Contains(row.setting, " in a larger image") {
				assert.True(t, strings.HasPrefix(row.setting, objects(c.Scenes.MinObjects, c.Scenes.MaxObjects)+" in "), row.setting)
			}
		}
	}
	of := func(name string) (images int, rate float64) {
		e := experiment(t, name)
		c, err := e.Config()
		require.NoError(t, err)
		return c.Training.Images, c.Strategies[0].LR
	}
	long, rate := of("roi-long")
	half, twice := of("roi-norm")
	assert.Equal(t, long, 2*half)
	assert.InDelta(t, 2*rate, twice, 1e-12)
	quarter, twice := of("roi-rate")
	assert.Equal(t, long, 4*quarter)
	assert.InDelta(t, 2*rate, twice, 1e-12)
	for _, part := range []string{"rpn", "roi"} {
		tiny, _ := of(part + "-tiny")
		longer, _ := of(part + "-tiny-long")
		assert.Equal(t, 4*tiny, longer, part)
	}
}
