package anchors

import (
	"math"

	"detsample/internal/reuse"
)

// linearSum finds the assignment of rows to distinct columns, at most one row
// a column, whose sum of costs is least.
type linearSum struct {
	edges []ranked // of each row, room for as many columns as there are rows
	known []int32  // of each row, how many of its cheapest columns stand there

	row    []float64 // potentials of the rows
	match  []int32   // of each row, its column
	column []float64 // potentials of the columns
	owner  []int32   // of each column, its row, or -1

	distance []float64 // of each column, of the shortest path to it
	from     []int32   // of each column, the row before it on that path
	reached  []int32   // the columns with a finite distance
	settled  []bool    // of each column, whether its distance is final
}

// solve returns the column of each row. It panics if there are more rows than
// columns. The result is valid until the next call.
func (s *linearSum) solve(rows, columns int, cost func(row, column int) float64) []int32 {
	return s.solvePruned(rows, columns, func(kept []ranked, k, r int) []ranked {
		for c := range columns {
			kept = keepSmallest(kept, k, ranked{cost(r, c), int32(c)})
		}
		return kept
	})
}

// fewest is how many of its cheapest columns a row begins with.
const fewest = 4

// solvePruned is solve where cheapest returns a row's k cheapest columns, those of
// the same cost by their index.
//
// Some least assignment uses only as many of a row's cheapest columns as there are
// rows: where a row uses another, those cannot all be taken. Most rows need far
// fewer. A path of length d that is the shortest by the columns known is so by all
// if no row on the way has an unknown one within d: this costs what the row's last
// known one does at least, and a column's potential, never above 0, takes nothing
// from that.
func (s *linearSum) solvePruned(rows, columns int, cheapest func(kept []ranked, k, row int) []ranked) []int32 {
	if rows > columns {
		panic("anchors: linearSum.solve: more rows than columns")
	}
	s.reset(rows, columns)
	learn := func(r int32, k int) {
		s.known[r] = int32(min(k, rows))
		start := int(r) * rows
		cheapest(s.edges[start:start:start+rows], int(s.known[r]), int(r))
	}
	for r := range rows {
		learn(int32(r), fewest)
	}
	for r := range rows {
		for unsure := s.place(int32(r)); unsure >= 0; unsure = s.place(int32(r)) {
			learn(unsure, 4*int(s.known[unsure]))
		}
	}
	return s.match
}

func (s *linearSum) reset(rows, columns int) {
	s.edges, s.known = reuse.Grow(s.edges, rows*rows), reuse.Grow(s.known, rows)
	s.row, s.match = reuse.Grow(s.row, rows), reuse.Grow(s.match, rows)
	s.column, s.owner = reuse.Grow(s.column, columns), reuse.Grow(s.owner, columns)
	s.distance, s.from, s.settled = reuse.Grow(s.distance, columns), reuse.Grow(s.from, columns), reuse.Grow(s.settled, columns)
	s.reached = s.reached[:0]
	clear(s.row)
	for c := range columns {
		s.column[c], s.owner[c] = 0, -1
		s.distance[c], s.settled[c] = math.Inf(1), false
	}
}

// place gives row r a column along the shortest path to a free one, on which
// every row passes its column on to the row before. Distances are in reduced
// costs, cost - row - column, which never are negative. It returns -1, or, with
// nothing changed, a row of which more columns must be known.
func (s *linearSum) place(r int32) (unsure int32) {
	reached, at, least := s.reached[:0], r, 0.0
	var free int32
	for {
		reached = s.relax(reached, at, least)
		if free = s.nearest(reached); free < 0 {
			least = math.Inf(1)
			break
		}
		least = s.distance[free]
		s.settled[free] = true
		if s.owner[free] < 0 {
			break
		}
		at = s.owner[free]
	}
	unsure = s.unsure(reached, r, free, least)
	if unsure < 0 {
		s.row[r] += least
	}
	for _, c := range reached {
		if s.settled[c] && c != free && unsure < 0 {
			s.row[s.owner[c]] += least - s.distance[c]
			s.column[c] -= least - s.distance[c]
		}
		s.distance[c], s.settled[c] = math.Inf(1), false
	}
	s.reached = reached
	if unsure < 0 {
		s.augment(r, free)
	}
	return unsure
}

// unsure returns a row on the way from row r to the free column, or to none, that
// may have an unknown one within a limit, or -1.
func (s *linearSum) unsure(reached []int32, r, free int32, limit float64) int32 {
	if s.within(r, 0, limit) {
		return r
	}
	for _, c := range reached {
		if s.settled[c] && c != free && s.within(s.owner[c], s.distance[c], limit) {
			return s.owner[c]
		}
	}
	return -1
}

// within reports whether a row at a distance may have an unknown column within a
// limit, by more than rounding.
func (s *linearSum) within(r int32, distance, limit float64) bool {
	n, known := len(s.row), s.known[r]
	if int(known) == n {
		return false
	}
	last := s.edges[int(r)*n+int(known)-1].value
	sure := 1e-9 * (1 + math.Abs(last) + math.Abs(s.row[r]) + math.Abs(distance) + math.Abs(limit))
	return distance+last-s.row[r] <= limit+sure
}

// relax shortens the paths that lead through a row, which is at the given
// distance.
func (s *linearSum) relax(reached []int32, at int32, distance float64) []int32 {
	n := len(s.row)
	for _, e := range s.edges[int(at)*n:][:s.known[at]] {
		c := e.index
		d := distance + e.value - s.row[at] - s.column[c]
		if s.settled[c] || d >= s.distance[c] {
			continue
		}
		if math.IsInf(s.distance[c], 1) {
			reached = append(reached, c)
		}
		s.distance[c], s.from[c] = d, at
	}
	return reached
}

// nearest returns the unsettled column of the least distance; of several, a
// free one, and then the lower one. It is -1 if all are settled.
func (s *linearSum) nearest(reached []int32) int32 {
	best := int32(-1)
	for _, c := range reached {
		if !s.settled[c] && (best < 0 || s.nearer(c, best)) {
			best = c
		}
	}
	return best
}

// nearer reports whether column c is settled before d.
func (s *linearSum) nearer(c, d int32) bool {
	if s.distance[c] != s.distance[d] {
		return s.distance[c] < s.distance[d]
	}
	if free := s.owner[c] < 0; free != (s.owner[d] < 0) {
		return free
	}
	return c < d
}

// augment passes the columns on the path that ends in the free one back to row
// r.
func (s *linearSum) augment(r, free int32) {
	for c := free; ; {
		at := s.from[c]
		s.owner[c] = at
		c, s.match[at] = s.match[at], c
		if at == r {
			return
		}
	}
}
