package page

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/boosting"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

func TestASentenceIsOfAClaim(t *testing.T) {
	for text, want := range map[string]string{
		"1. It holds.\n2. It\n   *fails*.\n": "", "": "", "\n2.  It fails.": "", "1. On\n   128. It holds.\n": "",
		"It holds.\n":          `:1: this is of no claim: begin with its number, as in "1. It holds."`,
		"1. a\n3. b":           ":2: there is no claim 3: want 1 to 2",
		"0. a":                 ":1: there is no claim 0: want 1 to 2",
		"1. a\n\n1. b":         ":3: claim 1 has a sentence already: leave one of them out",
		"1. a\nb | c":          ":2: it has a |, which would part the cells of a table: leave it out",
		"1. a\xff":             ":1: this is no UTF-8: save it as UTF-8",
		"99999999999999999. a": ":1: there is no claim 99999999999999999: want 1 to 2",
	} {
		dir := t.TempDir()
		name := filepath.Join(dir, sentencesFile)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		_, err := readSentences(dir, make([]claims.Verdict, 2))
		if want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.EqualError(t, err, name+want)
		}
	}
}

// Where somebody has said in a sentence what a claim comes to, that is in the table.
func TestASentenceStandsForWhatDecided(t *testing.T) {
	dir := t.TempDir()
	verdicts := []claims.Verdict{{Claim: &claims.Claim{Number: 1, Statement: "a"}, Word: "supported"}, {Claim: &claims.Claim{Number: 2, Statement: "b"}, Word: "refuted"}}
	table := func() string {
		sentences, err := readSentences(dir, verdicts)
		require.NoError(t, err)
		var b strings.Builder
		writeVerdicts(&b, verdicts, sentences, nil)
		return b.String()
	}
	assert.Contains(t, table(), "| decided by |")
	require.NoError(t, os.WriteFile(filepath.Join(dir, sentencesFile), []byte("2. It\n   *fails*.\n"), 0o666))
	assert.Equal(t, "| claim | verdict | in a sentence | the strongest evidence, where its end decides |\n|---|---|---|---|\n"+
		"| [1](#claim-1) a | **supported** | – |  |\n| [2](#claim-2) b | **refuted** | It *fails*. |  |\n\n", table())
}

func TestTheSentencesQuoteTheRuns(t *testing.T) {
	q := quoting(t, "docs", "study", sentencesFile)
	verdicts := map[int]*claims.Verdict{}
	for _, c := range claims.All() {
		v, err := c.Judge(q.list)
		require.NoError(t, err)
		verdicts[v.Number] = &v
	}
	// outcomes are what a contrast came to in an experiment, at a quarter, half and the end.
	outcomes := func(number int, experiment, a, b string) (came []claims.Outcome) {
		for _, j := range verdicts[number].Judged {
			if j.Experiment == experiment && j.A == a && j.B == b {
				came = append(came, j.Outcome)
			}
		}
		require.NotEmpty(t, came, experiment)
		return came
	}
	last := func(number int, experiment, a, b string) claims.Outcome {
		came := outcomes(number, experiment, a, b)
		return came[len(came)-1]
	}

	q.run("claim 1", func(q quoted) {
		var start, focal string
		least, most := 100.0, 0.0
		for _, j := range verdicts[1].Judged {
			switch {
			case j.Aside():
			case j.Untrained:
				start = interval(j.Estimate, 1)
			case j.Trained == "focal":
				focal = interval(j.Estimate, 1)
			case j.By() == evidence.NegativeLoss:
				assert.Equal(t, claims.Fails, j.Outcome)
				least, most = min(least, j.Estimate.Mean+j.Constant), max(most, j.Estimate.Mean+j.Constant)
			}
		}
		q.says("1. Before training and on a network that focal loss has trained, yes: easy negatives have %s and %s points more of cross entropy's loss than positives. Where cross entropy itself trains, no: all negatives together have %s to %s%% of it.",
			start, focal, number(least, 1), number(most, 1))
	})
	q.run("claim 2", func(q quoted) {
		q.says("2. Without focusing .75 is better than .99, by %s AP, and not distinguishable from .1, which the paper has at 0: by gradient descent the order is more like the paper's. With gamma 2, .25 is %s better than .75 at the end.",
			q.by("alpha", "alpha .75", "alpha .99", q.final("alpha")), q.by("gamma", "gamma 2, alpha .25", "gamma 2, alpha .75", q.final("gamma")))
		assert.Equal(t, claims.Holds, last(2, "alpha", "alpha .75", "alpha .99"))
		assert.Equal(t, claims.Unclear, last(2, "alpha", "alpha .75", "alpha .1"))
		sweep := claims.Sweeps()[0]
		adam, err := sweep.Rank(q.find("alpha"))
		require.NoError(t, err)
		descent, err := sweep.Rank(q.find("alpha-descent"))
		require.NoError(t, err)
		assert.Greater(t, descent.Low, adam.High)
		assert.Equal(t, claims.Holds, last(2, "gamma", "gamma 2, alpha .25", "gamma 2, alpha .75"))
	})
	q.run("claim 3", func(q quoted) {
		quarter := q.find("dense").Moments()[0]
		q.says("3. On a faint object over 3:1, by %s AP at the end of `dense-faint` and %s of `dense-faint-decay`, and in the first 2400 images; over OHEM by %s in `dense-faint`, and not in `dense-tiny`. Elsewhere mining is ahead while a training is far from done, by %s and %s after a quarter of `dense`, and by a point at its end.",
			q.by("dense-faint", "focal", "ssd 3:1", q.final("dense-faint")), q.by("dense-faint-decay", "focal", "ssd 3:1", q.final("dense-faint-decay")), q.by("dense-faint", "focal", "ohem 64", q.final("dense-faint")),
			q.by("dense", "ssd 3:1", "focal", quarter), q.by("dense", "ohem 64", "focal", quarter))
		assert.Equal(t, claims.Holds, last(3, "dense-faint-decay", "focal", "ssd 3:1"))
		assert.Equal(t, claims.Slight, last(3, "dense-tiny", "focal", "ohem 64"))
		for _, mines := range []string{"ssd 3:1", "ohem 64"} {
			assert.Equal(t, claims.Holds, last(3, "dense-faint", "focal", mines))
			assert.Equal(t, claims.Fails, outcomes(3, "dense", "focal", mines)[0])
			if mines == "ssd 3:1" {
				assert.Equal(t, claims.Holds, outcomes(3, "default", "focal", mines)[0])
				assert.Equal(t, claims.Holds, outcomes(3, "descent", "focal", mines)[0])
			}
			assert.InDelta(t, 1, q.ahead("dense", mines, "focal", q.final("dense")).Mean, 0.5)
		}
	})
	q.run("claim 4", func(q quoted) {
		q.says("4. On 512 anchors it gains %s AP at the end of `rpn-tiny`, and nothing that is decided at the ends of longer trainings. Under focal loss, all anchors are in no training better than 512 by an amount that is decided.",
			q.by("rpn-tiny", "512 + focal", "512 + ce", q.final("rpn-tiny")))
		assert.Equal(t, claims.Holds, last(4, "rpn-tiny", "512 + focal", "512 + ce"))
		for _, longer := range []string{"rpn-long", "rpn-tiny-long", "rpn-faint"} {
			assert.NotEqual(t, claims.Holds, last(4, longer, "512 + focal", "512 + ce"), longer)
		}
		for _, j := range verdicts[4].Judged {
			if j.A == "all + focal" && j.B == "512 + focal" {
				assert.NotEqual(t, claims.Holds, j.Outcome, j.Experiment)
			}
		}
	})
	q.run("claim 5", func(q quoted) {
		half := q.find("roi-norm").Moments()[1]
		q.says("5. Without normalisation it brings nothing that is decided, and is behind at the end of `roi`, by %s AP on 512 regions and %s on 128. With a normalised trunk it brings %s on 512 after half of `roi-norm`, where cross entropy over sigmoids does the same (`roi-link-norm`); at its end, %s, that is not decided. With one faint object of any size it brings less than a point where weights decay (`roi-faint-settled`), and without decay %s on 512 (`roi-faint`), which may be more.",
			q.by("roi", "512 + ce", "512 + focal", q.final("roi")), q.by("roi", "128 + ce", "128 + focal", q.final("roi")), q.by("roi-norm", "512 + focal", "512 + ce", half), q.by("roi-norm", "512 + focal", "512 + ce", q.final("roi-norm")), q.by("roi-faint", "512 + focal", "512 + ce", q.final("roi-faint")))
		assert.Equal(t, claims.Unclear, last(5, "roi-faint", "512 + focal", "512 + ce"))
		assert.Equal(t, claims.Unclear, last(5, "roi-norm", "512 + focal", "512 + ce"))
		assert.Equal(t, claims.Fails, outcomes(5, "roi-norm", "512 + focal", "512 + ce")[1])
		for _, j := range verdicts[5].Judged {
			if slices.Contains([]string{"roi", "roi-long", "roi-rate"}, j.Experiment) {
				assert.False(t, j.All.Low > 0, "%s after %d", j.Experiment, j.Images)
			}
		}
		assert.Equal(t, claims.Holds, last(5, "roi-link-norm", "sigmoid ce", "softmax ce"), "beside it")
		for _, regions := range []string{"128", "512"} {
			assert.Equal(t, claims.Holds, last(5, "roi-faint-settled", regions+" + focal", regions+" + ce"))
		}
	})
	q.run("claim 6", func(q quoted) {
		q.says("6. Focal loss helps with one faint object of 12 px, by %s AP on 512 regions at the end of `roi-tiny-long` and %s at rest (`roi-settled`), and not with small objects among others: in `roi-small` it is behind on 128, by %s. Whether 512 or 128 matters is not decided where objects are small; with one faint object of 12 px, it is less than 1 AP under cross entropy at rest (`roi-settled`).",
			q.by("roi-tiny-long", "512 + focal", "512 + ce", q.final("roi-tiny-long")), q.by("roi-settled", "512 + focal", "512 + ce", q.final("roi-settled")), q.by("roi-small", "128 + ce", "128 + focal", q.final("roi-small")))
		assert.Equal(t, claims.Holds, last(6, "roi-tiny-long", "512 + focal", "512 + ce"))
		assert.Equal(t, claims.Holds, last(6, "roi-settled", "512 + focal", "512 + ce"))
		assert.Equal(t, claims.Fails, last(6, "roi-small", "128 + focal", "128 + ce"))
		assert.Equal(t, claims.Unclear, last(6, "roi-small", "512 + ce", "128 + ce"))
		assert.Equal(t, claims.Slight, last(6, "roi-settled", "512 + ce", "128 + ce"))
	})
	q.run("claim 7", func(q quoted) {
		q.says("7. It orders candidates as AdaBoost does, as every weight does that falls with the margin, and 3:1 mining does not. Its weights are nearer to AdaBoost's than cross entropy's where cross entropy has trained, and farther where focal loss has; and it is focal loss, not AdaBoost, that gives outliers more of its weight there.")
		nearer := map[string]bool{}
		for _, j := range verdicts[7].Judged {
			if j.By() == evidence.DivergenceFromAdaBoost {
				nearer[j.Trained] = j.Outcome == claims.Holds
			}
			if j.By() == evidence.Outliers {
				assert.Equal(t, claims.Fails, j.Outcome)
			}
		}
		assert.Equal(t, map[string]bool{"ce": true, "focal": false}, nearer)
		s := q.find("boosting")
		trained, moments := s.Trainings()
		for _, by := range trained {
			for _, weighting := range []string{"focal", "ghm", "alpha-ce .75"} {
				e, err := likenesses[0].of(s, by, weighting, boosting.AdaBoost, moments[len(moments)-1])
				require.NoError(t, err)
				assert.Greater(t, e.Mean, 0.9, "%s where %s trained", weighting, by)
			}
		}
	})
}
