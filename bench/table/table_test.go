package table

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFiguresAreWrittenForPeople(t *testing.T) {
	for _, c := range []struct{ want, got string }{
		{"0", Count(0)}, {"999", Count(999)}, {"1,000", Count(1000)}, {"-12,345,678", Count(-12345678)}, {"-999", Count(-999)},
		{"0", Number(0)}, {"0.00123", Number(0.001234)}, {"1.23", Number(1.234)}, {"12.3", Number(12.34)}, {"5", Number(5)}, {"12,346", Number(12345.6)}, {"–", Number(math.NaN())},
		{"0%", Share(0)}, {"0.07%", Share(0.0007)}, {"12.3%", Share(0.1234)}, {"99.94%", Share(0.9994)}, {"100%", Share(1)}, {"–", Share(-1)}, {"–", Share(math.NaN())},
		{"0.50", Hundredths(0.499)},
		{"1:862", Ratio(1, 862.3)}, {"1:16299", Ratio(2, 2*16299)}, {"1:3.0", Ratio(2, 6)}, {"1:2.5", Ratio(2, 5)}, {"0:40", Ratio(0, 40)}, {"0:0.4", Ratio(0, 0.4)}, {"–", Ratio(0, 0)},
		{"1:9.9", Ratio(1, 9.94)}, {"1:10", Ratio(1, 9.96)}, {"1:0.5", Ratio(2, 1)}, {"1:0.0", Ratio(2, 0)}, {"–", Ratio(math.NaN(), 1)},
		{"+1.5", Signed(0.0151)}, {"-1.5", Signed(-0.0151)}, {"0.0", Signed(0.0004)}, {"0.0", Signed(-0.0004)}, {"0.0", Signed(0)},
	} {
		assert.Equal(t, c.want, c.got)
	}
}

func TestSharesAreFinerNearAllAndNothing(t *testing.T) {
	for v, want := range map[float64]string{0: "0%", 1: "100%", 0.5: "50.0%", 0.9987: "99.87%", 0.0012: "0.12%", -1: "–", 1e-9: "<0.01%", 1 - 1e-9: ">99.99%"} {
		assert.Equal(t, want, Share(v))
	}
}

func TestWideTablesArePartedEvenlyEachPartWithTheNames(t *testing.T) {
	wide := Table{ID: "wide", Title: "Wide", Columns: []Column{{Head: "name", Left: true}}, Rows: [][]string{{"a"}, {"b"}}}
	for i := range 5 {
		wide.Columns = append(wide.Columns, Column{Head: fmt.Sprint(i)})
		wide.Rows[0] = append(wide.Rows[0], fmt.Sprint("a", i))
		wide.Rows[1] = append(wide.Rows[1], fmt.Sprint("b", i))
	}
	assert.Equal(t, []Table{wide}, wide.Parts(5))
	parts := wide.Parts(4)
	assert.Equal(t, []Table{
		{ID: "wide", Title: "Wide", Columns: []Column{{Head: "name", Left: true}, {Head: "0"}, {Head: "1"}}, Rows: [][]string{{"a", "a0", "a1"}, {"b", "b0", "b1"}}},
		{ID: "wide", Title: "Wide", Columns: []Column{{Head: "name", Left: true}, {Head: "2"}, {Head: "3"}, {Head: "4"}}, Rows: [][]string{{"a", "a2", "a3", "a4"}, {"b", "b2", "b3", "b4"}}},
	}, parts)
	assert.Len(t, wide.Parts(1), 5)
	names := Table{Columns: wide.Columns[:1], Rows: [][]string{{"a"}}}
	assert.Equal(t, []Table{names}, names.Parts(3), "nothing but names")
	assert.Panics(t, func() { wide.Parts(0) })
}
