// Package table is tables of figures apart from how they are shown: in a
// terminal, as Markdown or in a page.
package table

import (
	"fmt"
	"math"
	"strconv"
)

// Table is a table with its cells written.
type Table struct {
	ID    string // a name for links and for choosing among several
	Title string
	Note  string // what the columns mean
	// Columns have a heading each; the first names the rows.
	Columns []Column
	Rows    [][]string
}

// Column is a heading, its lines parted by newlines where there is little room.
type Column struct {
	Head string
	Left bool // words, and not figures
}

// Undefined stands for a figure that there is none of.
const Undefined = "–"

// Count writes a whole number with its thousands parted.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Number writes a number of any size with three digits or, from 100 on, none
// after the point.
func Number(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Undefined
	case math.Abs(v) >= 100 || v == math.Trunc(v):
		return Count(int64(math.Round(v)))
	case math.Abs(v) >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case math.Abs(v) >= 1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// Share writes a share of 1 in percent, finer near none and all, where it matters,
// and says none and all of nothing else; one that is not defined, as COCO's -1, is a
// dash.
func Share(v float64) string {
	switch p := 100 * v; {
	case math.IsNaN(p) || p < 0:
		return Undefined
	case p == 0 || p == 100:
		return fmt.Sprintf("%.0f%%", p)
	case p < 0.005:
		return "<0.01%"
	case p > 99.995:
		return ">99.99%"
	case p < 1 || p > 99:
		return fmt.Sprintf("%.2f%%", p)
	default:
		return fmt.Sprintf("%.1f%%", p)
	}
}

// Hundredths writes a number with two decimals.
func Hundredths(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// Ratio writes positives to negatives as 1:n, with a decimal below ten; without
// positives as 0:n, and of nothing as undefined.
func Ratio(positives, negatives float64) string {
	one, n := "1:", negatives/positives
	switch {
	case math.IsNaN(n):
		return Undefined
	case math.IsInf(n, 0):
		one, n = "0:", negatives
	}
	if n < 9.95 {
		return one + strconv.FormatFloat(n, 'f', 1, 64)
	}
	return one + strconv.FormatFloat(n, 'f', 0, 64)
}

// Signed writes a difference between shares of 1 in points, hundredths, with its
// sign and one decimal; what rounds to nothing has none.
func Signed(v float64) string {
	s := fmt.Sprintf("%+.1f", 100*v)
	if s == "+0.0" || s == "-0.0" {
		return "0.0"
	}
	return s
}
