package losses

import "detsample/internal/logits"

// fewBlock is the most rows of few columns that are evaluated together.
const fewBlock = 128

// listedRows are rows of few columns that go to the kernels sixteen at a time, one
// a lane.
type listedRows struct {
	n, full        int             // how many are listed, and when they are evaluated
	at, row, truth [fewBlock]int32 // which of the rows that count, which of the matrix, the true column
}

// begin forgets all rows. room is the most elements that they go together for.
func (s *listedRows) begin(columns, room int) { s.n, s.full = 0, min(fewBlock, room/columns&^15) }

// add lists row r, the i-th that counts.
func (s *listedRows) add(i, r, truth int) {
	s.at[s.n], s.row[s.n], s.truth[s.n] = int32(i), int32(r), int32(truth)
	s.n++
}

// has reports whether row r is the last that is listed: of one that is listed twice
// the last gradient stays.
func (s *listedRows) has(r int) bool { return s.n > 0 && int(s.row[s.n-1]) == r }

// addNegatives lists the rows of the background that some classes begin with, which
// are those of row r on and all count, with their weight.
func addNegatives[W float32 | float64](s *listedRows, weight []W, classes []int32, r, columns int, background W) (n int) {
	n = leadingNegatives(classes)
	at, row, truth, weight := s.at[s.n:][:n], s.row[s.n:][:n], s.truth[s.n:][:n], weight[s.n:][:n]
	for j := range row {
		at[j], row[j], truth[j], weight[j] = int32(r+j), int32(r+j), int32(columns-1), background
	}
	s.n += n
	return n
}

// pad returns how many rows the kernels take: the last stands for what is missing
// to a multiple of 16.
func pad[W float32 | float64](s *listedRows, weight []W) (n int) {
	n = (s.n + 15) &^ 15
	for i := s.n; i < n; i++ {
		s.row[i], s.truth[i], weight[i] = s.row[s.n-1], s.truth[s.n-1], weight[s.n-1]
	}
	return n
}

// isFew reports whether rows are evaluated in this way.
func (b *Batch) isFew() bool { return b.Columns >= logits.LeastLanes && b.Columns <= fewColumns }
