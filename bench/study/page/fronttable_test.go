package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/evidence"
	"detsample/internal/marked"
)

// frontColumns are the settings of README's table; the share of an experiment's images
// that is looked at is one of so many.
var frontColumns = []struct {
	head  string
	parts int
}{{"a quarter of a long training", 4}, {"its end", 1}, {"faint objects of any size, little left to gain", 1}, {"the same, weights that decay", 1}, {"one of 12 px, hardly anything left", 1}, {"photographs of blood cells", 1}}

// frontRows are its differences, with the experiment of each setting.
var frontRows = []struct {
	part  string
	in    [6]string // "" where there is none
	pairs [][2]string
}{
	{"dense head", [6]string{"dense", "dense", "dense-faint", "dense-faint-decay", "dense-tiny", "cells/dense"}, [][2]string{{"ssd 3:1", "focal"}, {"ohem 64", "focal"}, {"focal", "ce"}}},
	{rpnPart, [6]string{"rpn-long", "rpn-long", "rpn-faint", "", "rpn-settled", "cells/rpn"}, [][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + focal"}}},
	{roiPart, [6]string{"roi-long", "roi-long", "roi-faint", "roi-faint-settled", "roi-settled", "cells/roi"}, [][2]string{{"ohem 64", "512 + ce"}, {"512 + focal", "512 + ce"}, {"128 + ce", "512 + ce"}}},
	{"its link", [6]string{"roi-link-norm", "roi-link-norm", "roi-link", "", "", ""}, [][2]string{{"sigmoid ce", "softmax ce"}, {"sigmoid focal", "sigmoid ce"}}},
}

// frontTable writes README's table of the main contrasts.
func frontTable(t *testing.T, list, cells []evidence.Experiment) string {
	var b strings.Builder
	b.WriteString("| part | difference |")
	for _, column := range frontColumns {
		fmt.Fprintf(&b, " %s |", column.head)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(frontColumns)) + "\n")
	for _, row := range frontRows {
		part := row.part
		for _, pair := range row.pairs {
			fmt.Fprintf(&b, "| %s | %s less %s |", part, pair[0], pair[1])
			part = ""
			for i, column := range frontColumns {
				if row.in[i] == "" {
					b.WriteString(" – |")
					continue
				}
				s, _ := keptAs(row.in[i], list, cells)
				both, err := s.Among(pair[:], s.Final()/column.parts)
				require.NoError(t, err)
				lead := both.Between(0, 1).Estimate
				says := difference(lead, 1)
				if told(lead) {
					says = "**" + says + "**"
				}
				if unlike(s, pair[0], pair[1]) != "" {
					says += " †"
				}
				fmt.Fprintf(&b, " %s |", says)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestTheREADMEHasTheMainContrasts(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	file := filepath.Join("..", "..", "..", "README.md")
	want := frontTable(t, keptOf(t, keptIn), keptOf(t, filepath.Join(keptIn, "cells")))
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(file, "contrasts", want))
		return
	}
	have, err := marked.Read(file, "contrasts")
	require.NoError(t, err)
	assert.Equal(t, want, have, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheREADMEHasTheMainContrasts ./bench/study/page writes it")
}
