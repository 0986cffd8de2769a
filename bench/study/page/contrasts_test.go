package page

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/evidence"
	"detsample/internal/marked"
)

// contrastTable is a table of docs/answers.md: the differences of some pairs of
// strategies, setting by setting.
type contrastTable struct {
	name, part string
	stage      int    // of the detector
	base       string // whose AP is given
	pairs      [][2]string
	rows       []contrastRow
}

// contrastRow is a setting, and the images after which it is looked at; 0 is the end.
type contrastRow struct {
	setting, experiment string
	images              int
}

var contrastTables = []contrastTable{
	{"dense", "dense head", 0, "ce", [][2]string{{"ssd 3:1", "ce"}, {"ohem 64", "ce"}, {"focal", "ce"}, {"ssd 3:1", "focal"}, {"ohem 64", "focal"}}, []contrastRow{
		{"a very short training", "default", 1200},
		{"a short training", "default", 0},
		{"a quarter of a long training", "dense", 9600},
		{"the end of a long training", "dense", 0},
		{"smaller images, a quarter of a longer training", "dense-long", 38400},
		{"the end of that longer training", "dense-long", 0},
		{"one faint object of any size, normalised, a quarter of a long training", "dense-faint", 153600},
		{"that, normalised, at its end, little left to gain", "dense-faint", 0},
		{"the same, with weights that decay, half as long", "dense-faint-decay", 0},
		{"one faint object of 12 px, normalised, little left to gain", "dense-tiny", 0},
		{"normalised", "dense-norm", 0},
		{"gradient descent", "descent", 0},
		{"a rate that falls to 0", "decay", 0},
		{"12 to 20 objects in an image, fewer anchors", "imbalance-10", 0},
		{"1 to 3 objects in an image, fewer anchors", "imbalance-100", 0},
		{"6 to 12 objects in an image", "imbalance-200-scenes", 0},
		{"1 to 3 objects in an image", "imbalance-1000", 0},
		{"1 object in a larger image", "imbalance-10000", 0},
		{"small objects", "size-small", 0},
		{"large objects", "size-large", 0},
		{"a fifth of the objects not annotated", "missing-20", 0},
		{"300 images, repeated", "images-300", 0},
		{"1200 images, repeated", "images-1200", 0},
		{"photographs of blood cells, 8 passes", "cells/dense", 2400},
		{"33 passes over these photographs", "cells/dense", 9600},
		{"132 passes over these photographs", "cells/dense", 0},
	}},
	{"rpn", rpnPart, 0, "512 + ce", [][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + ce"}, {"all + focal", "512 + focal"}}, []contrastRow{
		{"a short training", "default", 0},
		{"a training twice as long", "rpn", 0},
		{"smaller images, a long training", "rpn-long", 0},
		{"one faint object of 12 px, normalised", "rpn-tiny", 0},
		{"the same, four times as long", "rpn-tiny-long", 0},
		{"the same, with weights that decay, nothing left to gain", "rpn-settled", 0},
		{"one faint object of 8 px, normalised", "rpn-tiny-small", 0},
		{"one faint object of any size, normalised, a quarter of a long training", "rpn-faint", 38400},
		{"that, normalised, at its end, little left to gain", "rpn-faint", 0},
		{"losses as the papers write them, not matched", "rpn-papers", 0},
		{"33 passes over photographs of blood cells", "cells/rpn", 0},
	}},
	{"roi", "second stage", 1, "512 + ce", [][2]string{{"ohem 64", "512 + ce"}, {"512 + focal", "512 + ce"}, {"128 + focal", "128 + ce"}, {"128 + ce", "512 + ce"}}, []contrastRow{
		{"half of a training", "roi", 12000},
		{"the end of that training", "roi", 0},
		{"smaller images, a quarter of a long training", "roi-long", 19200},
		{"the end of that long training", "roi-long", 0},
		{"a quarter of such a training, at twice the rate", "roi-rate", 0},
		{"a quarter of such a training, at twice the rate, normalised", "roi-norm", 19200},
		{"half of such a training, at twice the rate, normalised", "roi-norm", 0},
		{"one faint object of 12 px, normalised", "roi-tiny", 0},
		{"the same, four times as long", "roi-tiny-long", 0},
		{"the same, with weights that decay, nothing left to gain", "roi-settled", 0},
		{"one faint object of any size, normalised, a quarter of a long training", "roi-faint", 25600},
		{"that, normalised, at its end, little left to gain", "roi-faint", 0},
		{"the same, with weights that decay, nothing left to gain", "roi-faint-settled", 0},
		{"small objects", "roi-small", 0},
		{"20 passes over photographs of blood cells", "cells/roi", 6000},
		{"82 passes over these photographs", "cells/roi", 0},
	}},
}

// laidRow is what a table says of a setting.
type laidRow struct {
	experiment string
	images     int
	head       string
	gained     float64  // AP of the strategy whose AP is given, by the last half of these images; NaN where that was not looked at
	leads      []*apart // of each pair; nil where one of it has no runs
}

// lay lays the table's rows, with what is told beside all of them.
func (c *contrastTable) lay(t *testing.T, list, cells []evidence.Experiment) (rows []laidRow) {
	var all []*apart
	for _, of := range c.rows {
		s, page := keptAs(of.experiment, list, cells)
		name := s.Name
		images := of.images
		if images == 0 {
			images = s.Final()
		}
		names := ofPart(s, c.part)
		compared, err := s.Among(names, images)
		require.NoError(t, err)
		base := slices.Index(names, named(s, c.part, [2]string{c.base, c.base})[0])
		r := laidRow{gained: math.NaN(), images: images, experiment: name, head: fmt.Sprintf("| %s | [`%s`](%s#%s) | %.0f | %d | %s | %.1f |", of.setting, name, page, name,
			s.Seen(names, c.stage), images, seedRange(compared.Means), compared.Means[base].Mean)}
		if slices.Contains(s.Budgets(), images/2) {
			half, err := s.Among(names, images/2)
			require.NoError(t, err)
			r.gained = compared.Means[base].Mean - half.Means[base].Mean
		}
		for _, pair := range c.pairs {
			pair = named(s, c.part, pair)
			if !slices.Contains(names, pair[0]) || !slices.Contains(names, pair[1]) {
				r.leads = append(r.leads, nil)
				continue
			}
			two, err := s.Among(pair[:], images)
			require.NoError(t, err)
			lead := &apart{experiment: name, rates: unlike(s, pair[0], pair[1]), images: images, Estimate: two.Between(0, 1).Estimate, of: two}
			r.leads, all = append(r.leads, lead), append(all, lead)
		}
		rows = append(rows, r)
	}
	for _, lead := range all {
		lead.tell(len(all))
	}
	return rows
}

// keptAs returns the experiment that a table names, cells/dense for that on the cells,
// and the page that it is on, beside docs/answers.md.
func keptAs(name string, list, cells []evidence.Experiment) (s *evidence.Experiment, page string) {
	if own, found := strings.CutPrefix(name, "cells/"); found {
		return evidence.Find(cells, own), "study/cells/experiments.md"
	}
	return evidence.Find(list, name), "study/experiments.md"
}

// write writes the table.
func (c *contrastTable) write(rows []laidRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| setting | experiment | negatives for each positive | images | seeds | AP of %s | gained since half |", c.base)
	for _, pair := range c.pairs {
		fmt.Fprintf(&b, " %s less %s |", pair[0], pair[1])
	}
	b.WriteString("\n|---|---|---|---|---|---|---|" + strings.Repeat("---|", len(c.pairs)) + "\n")
	for _, r := range rows {
		gained := "–"
		if !math.IsNaN(r.gained) {
			gained = fmt.Sprintf("%.1f", r.gained)
		}
		fmt.Fprintf(&b, "%s %s |", r.head, gained)
		for _, lead := range r.leads {
			b.WriteString(" " + leadSaid(lead) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// leadSaid writes how far the first of a pair is ahead: bold where that is told beside all of
// the table, italic where it is by itself, with a mark where rates differ.
func leadSaid(lead *apart) string {
	if lead == nil {
		return "–"
	}
	text := lead.size()
	if !lead.told && told(lead.Estimate) {
		text = "*" + text + "*"
	}
	if lead.rates != "" {
		text += " †"
	}
	return text
}

// The tables of the answers are those of the stored runs.
func TestTheAnswersHaveTheContrasts(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	file := filepath.Join("..", "..", "..", "docs", "answers.md")
	list, cells := keptOf(t, keptIn), keptOf(t, filepath.Join(keptIn, "cells"))
	for _, table := range contrastTables {
		want := table.write(table.lay(t, list, cells))
		if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
			require.NoError(t, marked.Write(file, table.name, want))
			continue
		}
		have, err := marked.Read(file, table.name)
		require.NoError(t, err)
		assert.Equal(t, want, have, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheAnswersHaveTheContrasts ./bench/study/page writes it")
	}
}
