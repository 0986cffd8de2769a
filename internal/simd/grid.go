package simd

import "fmt"

// Map is a map of cells, each of a number of channels: rows of Width cells.
type Map struct {
	Data            []float32
	Width, Channels int
}

// Axis is what the bins along one side of a grid read of the cells along one side of a map: Counts[i] taps of bin i, those
// of the first bin first.
type Axis struct {
	Counts []int32
	Taps   []Tap
}

// Tap is one cell that a bin reads, and how much of it.
type Tap struct {
	Cell   int
	Weight float64
}

// Gather reads a grid of len(rows.Counts) x len(columns.Counts) bins off a map: for every channel,
//
//	bin[i][j] = sum over taps r of rows' bin i, and of those over taps c of columns' bin j, of w(r, c) cell[r.Cell][c.Cell],
//	w(r, c)   = float32(r.Weight c.Weight),
//
// added up from 0 in this order. It panics if a length or a tap's cell does not fit.
func Gather(bins []float32, m Map, rows, columns Axis) {
	checkGrid("Gather", bins, m, rows, columns)
	n := gatherVectors(bins, m, rows, columns)
	if n == m.Channels {
		return
	}
	eachBin(bins, m.Channels, rows, columns, func(bin []float32, row, column []Tap) {
		bin = bin[n:]
		clear(bin)
		eachCell(m, row, column, func(cell []float32, weight float32) {
			for i, x := range cell[n:][:len(bin)] {
				bin[i] += float32(weight * x)
			}
		})
	})
}

// Scatter adds every bin to the cells it reads, times the weight of each, bin by bin and in the order of [Gather], of
// which it is the transpose. It panics if a length or a tap's cell does not fit.
func Scatter(m Map, bins []float32, rows, columns Axis) {
	checkGrid("Scatter", bins, m, rows, columns)
	n := scatterVectors(m, bins, rows, columns)
	if n == m.Channels {
		return
	}
	eachBin(bins, m.Channels, rows, columns, func(bin []float32, row, column []Tap) {
		bin = bin[n:]
		eachCell(m, row, column, func(cell []float32, weight float32) {
			cell = cell[n:][:len(bin)]
			for i, x := range bin {
				cell[i] += float32(weight * x)
			}
		})
	})
}

// eachBin visits the bins, row by row, with their taps along both axes.
func eachBin(bins []float32, channels int, rows, columns Axis, visit func(bin []float32, row, column []Tap)) {
	y := rows.Taps
	for _, i := range rows.Counts {
		x := columns.Taps
		for _, j := range columns.Counts {
			visit(bins[:channels], y[:i], x[:j])
			bins, x = bins[channels:], x[j:]
		}
		y = y[i:]
	}
}

// eachCell visits the cells that a bin reads, with their weights.
func eachCell(m Map, row, column []Tap, visit func(cell []float32, weight float32)) {
	for _, r := range row {
		for _, c := range column {
			visit(m.Data[(r.Cell*m.Width+c.Cell)*m.Channels:][:m.Channels], float32(r.Weight*c.Weight))
		}
	}
}

func checkGrid(operation string, bins []float32, m Map, rows, columns Axis) {
	line := m.Width * m.Channels
	if m.Width <= 0 || m.Channels <= 0 || len(m.Data)%line != 0 {
		panic(fmt.Sprintf("simd: %s: a map of %d elements in rows of %d cells of %d channels", operation, len(m.Data), m.Width, m.Channels))
	}
	if i, j := len(rows.Counts), len(columns.Counts); len(bins) != i*j*m.Channels {
		panic(fmt.Sprintf("simd: %s: %d elements for %dx%d bins of %d channels", operation, len(bins), i, j, m.Channels))
	}
	rows.check(operation, len(m.Data)/line)
	columns.check(operation, m.Width)
}

// check panics if the axis reads what is not among its taps or outside a map of so many cells.
func (a Axis) check(operation string, cells int) {
	left := len(a.Taps)
	for _, n := range a.Counts {
		if n < 0 {
			panic(fmt.Sprintf("simd: %s: a bin of %d taps", operation, n))
		}
		left -= int(n)
	}
	if left != 0 {
		panic(fmt.Sprintf("simd: %s: %d taps for bins of %d", operation, len(a.Taps), len(a.Taps)-left))
	}
	for _, t := range a.Taps {
		if uint(t.Cell) >= uint(cells) {
			panic(fmt.Sprintf("simd: %s: a tap of cell %d of %d", operation, t.Cell, cells))
		}
	}
}
