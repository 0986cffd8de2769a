package replay

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/table"
	"detsample/losses"
)

func TestEveryTableHasACellForEachColumn(t *testing.T) {
	for _, o := range []Options{{}, {Strategies: strategies(t, plainCE, focal, mined)}} {
		r := ran(t, state(t, 3, losses.Sigmoid, true), o)
		seen := map[string]bool{}
		for _, table := range r.Tables() {
			assert.False(t, seen[table.ID], table.ID)
			seen[table.ID] = true
			assert.NotEmpty(t, table.Title)
			assert.NotEmpty(t, table.Rows, table.ID)
			for _, row := range table.Rows {
				assert.Len(t, row, len(table.Columns), table.ID)
			}
		}
	}
}

func TestStrategiesAreComparedWithoutTheLossBesideThem(t *testing.T) {
	r := ran(t, state(t, 3, losses.Sigmoid, true), Options{Strategies: strategies(t, plainCE, mined)})
	tables := r.Tables()
	alike := tables[len(tables)-1]
	assert.Equal(t, []table.Column{{Head: "strategy", Left: true}, {Head: "(1)"}, {Head: "(2)"}}, alike.Columns)
	assert.Equal(t, "(1) ce", alike.Rows[0][0])
	assert.Equal(t, "100%", alike.Rows[0][1])
	assert.Equal(t, alike.Rows[0][2], alike.Rows[1][1])

	r = ran(t, state(t, 3, losses.Sigmoid, true), Options{Strategies: strategies(t, mined)})
	assert.Len(t, r.Tables(), 1, "one strategy has nothing in common with another")
}

func TestADecileWithoutNegativesHasNoWeight(t *testing.T) {
	r := ran(t, state(t, 3, losses.Sigmoid, true), Options{})
	r.Labels.Counts[4].Negatives = 0 // as where many candidates are equally hard
	for _, t2 := range r.Tables() {
		if t2.ID != "weights" {
			continue
		}
		for _, row := range t2.Rows {
			assert.Equal(t, table.Undefined, row[5], row[0])
			assert.NotEqual(t, table.Undefined, row[4], row[0])
		}
	}
}
