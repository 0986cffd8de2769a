package study

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/internal/marked"
)

// contrastTable is a table of docs/answers.md: the differences of some pairs of
// strategies, setting by setting.
type contrastTable struct {
	name, part string
	stage      int // of the detector
	pairs      [][2]string
	rows       []contrastRow
}

// contrastRow is a setting, and the images after which it is looked at; 0 is the end.
type contrastRow struct {
	setting, experiment string
	images              int
}

var contrastTables = []contrastTable{
	{"dense", "dense head", 0, [][2]string{{"ssd 3:1", "focal"}, {"ohem 64", "focal"}, {"focal", "ce"}}, []contrastRow{
		{"a very short training", "default", 1200},
		{"a short training", "default", 0},
		{"a quarter of a long training", "dense", 9600},
		{"the whole of it", "dense", 0},
		{"smaller images, a longer training", "dense-long", 0},
		{"one faint object, normalised, little left to gain", "dense-tiny", 0},
		{"normalised", "dense-norm", 0},
		{"gradient descent", "descent", 0},
		{"a rate that falls to 0", "decay", 0},
		{"12 to 20 objects in an image", "imbalance-10", 0},
		{"6 to 10", "imbalance-100", 0},
		{"1 to 3", "imbalance-1000", 0},
		{"one, in a larger image", "imbalance-10000", 0},
		{"small objects", "size-small", 0},
		{"large objects", "size-large", 0},
		{"a fifth of the objects not annotated", "missing-20", 0},
		{"300 images, repeated", "images-300", 0},
		{"1200 images, repeated", "images-1200", 0},
		{"photographs of blood cells", "cells/dense", 0},
	}},
	{"rpn", rpnPart, 0, [][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}, {"all + focal", "512 + focal"}}, []contrastRow{
		{"a short training", "default", 0},
		{"a longer one", "rpn", 0},
		{"smaller images, a long one", "rpn-long", 0},
		{"one faint object of 12 px, normalised", "rpn-tiny", 0},
		{"one of 8 px, normalised", "rpn-tiny-small", 0},
		{"losses as the papers write them, not matched", "rpn-papers", 0},
		{"photographs of blood cells", "cells/rpn", 0},
	}},
	{"roi", "second stage", 1, [][2]string{{"ohem 64", "512 + ce"}, {"512 + focal", "512 + ce"}, {"128 + focal", "128 + ce"}, {"128 + ce", "512 + ce"}}, []contrastRow{
		{"half of a training", "roi", 12000},
		{"the whole of it", "roi", 0},
		{"smaller images, a quarter of a longer one", "roi-long", 19200},
		{"the whole of it", "roi-long", 0},
		{"its first quarter at twice the rate", "roi-rate", 0},
		{"that, normalised", "roi-norm", 19200},
		{"its first half at twice the rate, normalised", "roi-norm", 0},
		{"one faint object of 12 px, normalised", "roi-tiny", 0},
		{"small objects", "roi-small", 0},
		{"photographs of blood cells", "cells/roi", 0},
	}},
}

// write writes the table.
func (c *contrastTable) write(t *testing.T, list, cells []Stored) string {
	var b strings.Builder
	b.WriteString("| setting | experiment | negatives for each positive | images | seeds |")
	for _, pair := range c.pairs {
		fmt.Fprintf(&b, " %s less %s |", pair[0], pair[1])
	}
	b.WriteString("\n|---|---|---|---|---|" + strings.Repeat("---|", len(c.pairs)) + "\n")
	for _, row := range c.rows {
		kept, page, name := list, "study/README.md", row.experiment
		if of, found := strings.CutPrefix(name, "cells/"); found {
			kept, page, name = cells, "study/cells/README.md", of
		}
		s := find(kept, name)
		images := row.images
		if images == 0 {
			images = s.final()
		}
		compared, err := s.among(s.comparable(c.part), images)
		require.NoError(t, err)
		negatives := 0.0
		for _, strategy := range s.comparable(c.part) {
			negatives = max(negatives, s.masses(strategy, c.stage).seen)
		}
		fmt.Fprintf(&b, "| %s | [`%s`](%s#%s) | %.0f | %d | %s |", row.setting, name, page, name, negatives, images, seedRange(compared.Means))
		for _, pair := range c.pairs {
			b.WriteString(" " + s.lead(compared, s.named(c.part, pair)) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// lead writes how far the first of a pair is ahead, bold where it is told which one is,
// with a mark where their rates differ; a dash where one of them has no runs.
func (s *Stored) lead(c *stats.Comparison, pair [2]string) string {
	i, j := slices.Index(c.Strategies(), pair[0]), slices.Index(c.Strategies(), pair[1])
	if i < 0 || j < 0 {
		return "–"
	}
	d := c.Between(i, j).Estimate
	text := difference(d, 1)
	if told(d) {
		text = "**" + text + "**"
	}
	if s.unlike(pair[0], pair[1]) != "" {
		text += " †"
	}
	return text
}

// The tables of the answers are those of the stored runs.
func TestTheAnswersHaveTheContrasts(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	file := filepath.Join("..", "..", "docs", "answers.md")
	list, cells := stored(t, keptIn), stored(t, filepath.Join(keptIn, "cells"))
	for _, table := range contrastTables {
		want := table.write(t, list, cells)
		if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
			require.NoError(t, marked.Write(file, table.name, want))
			continue
		}
		have, err := marked.Read(file, table.name)
		require.NoError(t, err)
		assert.Equal(t, want, have, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheAnswersHaveTheContrasts ./bench/study writes it")
	}
}

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
			}
		}
		q.says("At about 1:1000 mining is %.0f to %.0f AP ahead of focal loss after 9600 images, and a point at the end of a long training", slices.Min(leads), slices.Max(leads))
		assert.Equal(q.t, "at rates of 0.004 and 0.002", q.find("default").unlike("focal", "ssd 3:1"), "in very short trainings, at twice its rate")
	})
	q.run("whether anything is left to gain", func(q quoted) {
		tiny := q.find("dense-tiny")
		q.narrow("dense-tiny")
		end, gained := tiny.final(), q.gained("dense-tiny")
		q.says("(`dense-tiny`: %.1f to %.1f AP gained in the last half of %d images) 3:1 is %s behind cross entropy, and the other four are within 1 AP of each other",
			slices.Min(gained), slices.Max(gained), end, q.by("dense-tiny", "ce", "ssd 3:1", end))
		four, err := tiny.among([]string{"ce", "alpha-ce .75", "focal", "ohem 64"}, end)
		require.NoError(q.t, err)
		assert.True(q.t, closer(four, 1, stats.Confidence))
	})
	q.run("how many negatives", func(q quoted) {
		assert.Equal(q.t, []string{"ce", "focal"}, q.end("imbalance-10", rivals).may)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-100", rivals).may)
		assert.Equal(q.t, []string{"ssd 3:1"}, q.end("imbalance-200-scenes", rivals).may)
		q.says("Cross entropy or focal loss may be the best at 1:%.0f, and 3:1 leads at 1:%.0f and 1:%.0f after 9600 images", q.find("imbalance-10").seen(rivals), q.find("imbalance-100").seen(rivals), q.find("imbalance-200-scenes").seen(rivals))
		rare := q.end("imbalance-10000", rivals)
		q.says("3:1 has %.1f AP after %d images, where focal loss has %.1f and OHEM 64 %.1f", rare.means[2].Mean, rare.images, rare.means[1].Mean, rare.means[3].Mean)
	})
	q.run("which images", func(q quoted) {
		cells := quoted{q.t, q.text, stored(q.t, filepath.Join(keptIn, "cells"))}
		for _, name := range mined {
			assert.Positive(q.t, cells.ahead("dense", "focal", name, cells.final("dense")).Low, "mining is behind after 2400 images")
			assert.Positive(q.t, q.ahead("images-300", "focal", name, q.final("images-300")).Low, "with 300 scenes mining is behind too")
		}
		q.says("mining is behind after %d images", cells.final("dense"))
		assert.InDelta(q.t, 1, cells.find("dense").masses("ohem 64", 0).used, 0.3, "one negative for each positive")
	})
	q.run("how much focus", func(q quoted) {
		q.says("gamma 1 is %s better after 9600 images", q.by("gamma", "gamma 1, alpha .25", "gamma 2, alpha .25", 9600))
		q.says("3:1 is %s ahead of gamma 1, too, after 9600 images, and %s after 19200",
			q.by("focus", "ssd 3:1", "focal, gamma 1", 9600), q.by("focus", "ssd 3:1", "focal, gamma 1", 19200))
	})
	q.run("how weights move", func(q quoted) {
		for _, experiment := range []string{"descent", "decay"} {
			for _, name := range mined {
				assert.Positive(q.t, q.ahead(experiment, name, "focal", 9600).Low, "mining is ahead")
			}
		}
		q.says("By gradient descent focal loss, at twice the rate, is %s ahead of 3:1 after 2400", q.by("descent", "focal", "ssd 3:1", 2400))
	})
	q.run("normalisation", func(q quoted) {
		norm := q.final("dense-norm")
		for _, name := range mined {
			assert.Positive(q.t, q.ahead("dense-norm", name, "focal", norm).Low, "it does not bring focal loss ahead")
		}
		q.says("With it 3:1 is %s ahead of OHEM 64, and without %s after as many images of `dense` (%d seeds)",
			q.by("dense-norm", "ssd 3:1", "ohem 64", norm), q.by("dense", "ssd 3:1", "ohem 64", norm), q.ahead("dense", "ssd 3:1", "ohem 64", norm).Seeds)
	})
	q.run("how large a loss is", func(q quoted) {
		papers := q.final("rpn-papers")
		q.says("focal loss on all anchors is %.0f AP behind cross entropy on 512 after %d images, and cross entropy on all anchors %.0f AP",
			q.ahead("rpn-papers", "512 + ce", "all + focal", papers).Mean, papers, q.ahead("rpn-papers", "512 + ce", "all + ce", papers).Mean)
		assert.Len(q.t, q.end("rpn-sizes", q.find("rpn-sizes").strategies("")).may, 6, "at matched scale none of six is told from another there")
	})
	q.run("who drowns", func(q quoted) {
		ce, few := q.find("dense-long").masses("ce", 0), q.find("imbalance-10000").masses("ce", 0)
		q.says("have %.0f%% of its loss and %.0f%% of its gradient at %.0f to one, and at 8500 to one %.0f%% of its gradient", 100*ce.loss, 100*ce.gradient, ce.seen, 100*few.gradient)
	})
}
