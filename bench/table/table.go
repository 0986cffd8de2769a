// Package table is tables of figures apart from how they are shown: in a
// terminal, as Markdown or in a page.
package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"
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

// Share writes a share of 1 in percent, finer near none and all, where it matters;
// one that is not defined, as COCO's -1, is a dash.
func Share(v float64) string {
	switch p := 100 * v; {
	case math.IsNaN(p) || p < 0:
		return Undefined
	case p < 0.005 || p > 99.995:
		return fmt.Sprintf("%.0f%%", p)
	case p < 1 || p > 99:
		return fmt.Sprintf("%.2f%%", p)
	default:
		return fmt.Sprintf("%.1f%%", p)
	}
}

// Hundredths writes a number with two decimals.
func Hundredths(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// Ratio writes positives to negatives as 1:n.
func Ratio(positives, negatives float64) string {
	n := negatives / positives
	switch {
	case positives == 0 && negatives == 0:
		return Undefined
	case positives == 0:
		return "0:" + Number(negatives)
	case n >= 10:
		return "1:" + Count(int64(math.Round(n)))
	}
	return "1:" + strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
}
