package command

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/table"
)

// wide is a table of n columns of figures beside long names.
func wide(n int) grid {
	g := grid{title: "Wide", keys: 2, columns: []column{{head: "#"}, {head: "strategy", left: true}}}
	row := []string{"1", "a strategy with a name of 37 letters"}
	for c := range n {
		g.columns = append(g.columns, column{head: fmt.Sprintf("c%d", c)})
		row = append(row, fmt.Sprintf("%d.25", c))
	}
	g.rows = [][]string{row}
	return g
}

func TestTablesFitAndShowEveryColumn(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		var w strings.Builder
		(&printer{w: &w, width: width}).grid(wide(20))
		for line := range strings.Lines(w.String()) {
			assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), width, line)
		}
		for c := range 20 {
			assert.Contains(t, w.String(), fmt.Sprintf("%d.25", c))
		}
	}
}

func TestNamesAreBrokenBeforeATableIsParted(t *testing.T) {
	g := wide(8)
	assert.Len(t, g.parts(75), 1)
	assert.Less(t, g.nameWidth, maxNameWidth)
	assert.Len(t, g.parts(60), 2)
}

func TestNamesCannotSteerATerminal(t *testing.T) {
	assert.Equal(t, `a\u001b[1mb\u202e`, printable("a\x1b[1mb\u202e"))
	var w strings.Builder
	(&printer{w: &w, width: 80}).grid(grid{keys: 1, columns: []column{{head: "x"}}, rows: [][]string{{"\x1b[2J"}}})
	assert.NotContains(t, w.String(), "\x1b")
	assert.Contains(t, w.String(), `\u001b[2J`)
}

func TestOfManyClassesTheFirstAreShown(t *testing.T) {
	many := table.Table{ID: "classes", Title: "Classes", Note: "The commonest first.", Columns: []table.Column{{Head: "class", Left: true}}}
	for i := range maxClasses + 3 {
		many.Rows = append(many.Rows, []string{fmt.Sprint("class ", i)})
	}
	g := gridOf(many)
	assert.Len(t, g.rows, maxClasses)
	assert.Equal(t, "The commonest first. 20 of 23 classes.", g.note)
	many.ID = "levels"
	assert.Len(t, gridOf(many).rows, maxClasses+3)
}
