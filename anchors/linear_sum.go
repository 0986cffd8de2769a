package anchors

import (
	"math"

	"detsample/internal/reuse"
)

// linearSum finds the assignment of rows to distinct columns, at most one row
// a column, whose sum of costs is least.
type linearSum struct {
	edges []ranked // of each row, its cheapest columns, as many as there are rows

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
	return s.solvePruned(rows, columns, func(kept []ranked, r int) []ranked {
		for c := range columns {
			kept = keepSmallest(kept, rows, ranked{cost(r, c), int32(c)})
		}
		return kept
	})
}

// solvePruned is solve where cheapest returns each row's cheapest columns, as many
// as there are rows.
func (s *linearSum) solvePruned(rows, columns int, cheapest func(kept []ranked, row int) []ranked) []int32 {
	if rows > columns {
		panic("anchors: linearSum.solve: more rows than columns")
	}
	s.reset(rows, columns)
	// Some least assignment uses only these: where a row uses another, its cheapest
	// cannot all be taken.
	for r := range rows {
		cheapest(s.edges[r*rows:r*rows:(r+1)*rows], r)
	}
	for r := range rows {
		s.place(int32(r))
	}
	return s.match
}

func (s *linearSum) reset(rows, columns int) {
	s.edges = reuse.Grow(s.edges, rows*rows)
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
// costs, cost - row - column, which never are negative.
func (s *linearSum) place(r int32) {
	reached, at, least := s.reached[:0], r, 0.0
	var free int32
	for {
		reached = s.relax(reached, at, least)
		free = s.nearest(reached)
		least = s.distance[free]
		s.settled[free] = true
		if s.owner[free] < 0 {
			break
		}
		at = s.owner[free]
	}
	s.row[r] += least
	for _, c := range reached {
		if s.settled[c] && c != free {
			s.row[s.owner[c]] += least - s.distance[c]
			s.column[c] -= least - s.distance[c]
		}
		s.distance[c], s.settled[c] = math.Inf(1), false
	}
	s.reached = reached
	s.augment(r, free)
}

// relax shortens the paths that lead through a row, which is at the given
// distance.
func (s *linearSum) relax(reached []int32, at int32, distance float64) []int32 {
	n := len(s.row)
	for _, e := range s.edges[int(at)*n : (int(at)+1)*n] {
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
// free one, and then the lower one.
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
