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

// frontSetting is where README's table looks at a part of a detector: how far into which
// experiment, by a share of its images.
type frontSetting struct {
	part, experiment string
	parts            int // of which the images looked at are one
}

// frontColumns are README's settings, each with an experiment of every part.
var frontColumns = []struct {
	head string
	of   []frontSetting
}{
	{"a quarter of a long training", []frontSetting{{"dense head", "dense", 4}, {rpnPart, "rpn-long", 4}, {roiPart, "roi-long", 4}}},
	{"its end", []frontSetting{{"dense head", "dense", 1}, {rpnPart, "rpn-long", 1}, {roiPart, "roi-long", 1}}},
	{"faint objects of every size, little left to gain", []frontSetting{{"dense head", "dense-faint", 1}, {rpnPart, "rpn-faint", 1}, {roiPart, "roi-faint", 1}}},
	{"photographs of blood cells", []frontSetting{{"dense head", "cells/dense", 1}, {rpnPart, "cells/rpn", 1}, {roiPart, "cells/roi", 1}}},
}

var frontRows = []struct {
	part  string
	pairs [][2]string
}{
	{"dense head", [][2]string{{"ssd 3:1", "focal"}, {"ohem 64", "focal"}, {"focal", "ce"}}},
	{rpnPart, [][2]string{{"512 + focal", "512 + ce"}, {"all + focal", "512 + focal"}}},
	{roiPart, [][2]string{{"ohem 64", "512 + ce"}, {"512 + focal", "512 + ce"}, {"128 + ce", "512 + ce"}}},
}

// frontTable writes the table, and returns the experiments that it is of by column.
func frontTable(list, cells []evidence.Experiment) string {
	var b strings.Builder
	b.WriteString("| part | difference |")
	for _, column := range frontColumns {
		fmt.Fprintf(&b, " %s |", column.head)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(frontColumns)) + "\n")
	for i, row := range frontRows {
		for k, pair := range row.pairs {
			part := ""
			if k == 0 {
				part = row.part
			}
			fmt.Fprintf(&b, "| %s | %s less %s |", part, pair[0], pair[1])
			for _, column := range frontColumns {
				at := column.of[i]
				kept, name := list, at.experiment
				if own, found := strings.CutPrefix(name, "cells/"); found {
					kept, name = cells, own
				}
				s := evidence.Find(kept, name)
				lead, err := s.Among(pair[:], s.Final()/at.parts)
				if err != nil {
					panic(err)
				}
				says := difference(lead.Between(0, 1).Estimate, 1)
				if told(lead.Between(0, 1).Estimate) {
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
	want := frontTable(keptOf(t, keptIn), keptOf(t, filepath.Join(keptIn, "cells")))
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(file, "contrasts", want))
		return
	}
	have, err := marked.Read(file, "contrasts")
	require.NoError(t, err)
	assert.Equal(t, want, have, "DETSAMPLE_WRITE_DOCS=1 go test -run TestTheREADMEHasTheMainContrasts ./bench/study/page writes it")
}
