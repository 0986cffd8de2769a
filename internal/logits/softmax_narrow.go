package logits

// together is the number of logits that go to a kernel at once where rows are put
// together.
const together = 160

// narrowSoftmaxRows is SoftmaxRows for rows of few columns.
func narrowSoftmaxRows(exps, x []float32, columns int, rows []SoftmaxRow, adds Spread) {
	if columns < 1 {
		return
	}
	if columns == 2 && adds == NoSpread {
		pairedSoftmaxRows(exps, x, rows)
		return
	}
	var from, top, to [together]float32
	for full := together / columns; len(rows) > 0; {
		some := rows[:min(full, len(rows))]
		rows = rows[len(some):]
		at := 0
		for i := range some {
			r := &some[i]
			row := x[int(r.Row)*columns:][:columns]
			copy(from[at:], row)
			r.Top = row[0]
			for _, v := range row[1:] {
				if v > r.Top {
					r.Top = v
				}
			}
			for range row {
				top[at] = r.Top
				at++
			}
		}
		n := (at + 15) &^ 15
		ExponentialsEach(to[:n], from[:n], top[:n])
		copy(exps, to[:at])
		exps = exps[at:]
		at = 0
		for i := range some {
			r := &some[i]
			r.Rest, r.Spread = 0, 0
			for k, e := range to[at : at+columns] {
				r.Spread += adds.of(e, r.Top-from[at+k])
				if int32(k) != r.Truth {
					r.Rest += e
				}
			}
			at += columns
		}
	}
}

// pairs is the number of rows of two columns that go together.
const pairs = 32

// pairedSoftmaxRows is that for two columns, of which the larger has 1.
func pairedSoftmaxRows(exps, x []float32, rows []SoftmaxRow) {
	var from, top, to [pairs]float32
	var largest [pairs]int // an index, as a branch could not be foreseen
	for len(rows) > 0 {
		some := rows[:min(pairs, len(rows))]
		rows = rows[len(some):]
		for i := range some {
			pair, first := x[2*int(some[i].Row):][:2], 0
			if pair[1] > pair[0] {
				first = 1
			}
			largest[i], top[i], from[i] = first, pair[first], pair[1-first]
		}
		n := (len(some) + 15) &^ 15
		ExponentialsEach(to[:n], from[:n], top[:n])
		for i := range some {
			r, pair, first := &some[i], exps[2*i:][:2], largest[i]
			pair[first], pair[1-first] = 1, to[i]
			r.Top, r.Rest, r.Spread = top[i], pair[1-r.Truth], 0
		}
		exps = exps[2*len(some):]
	}
}

// ExponentialsEach computes exp(x - top) for top at least x. All have the same
// length, a multiple of 16, or ExponentialsEach panics.
func ExponentialsEach(exps, x, top []float32) {
	lists("ExponentialsEach", len(x), exps, top)
	if len(x) > 0 && !exponentialsEachVector(exps, x, top) {
		exponentialsEach(exps, x, top)
	}
}

// exponentialsEach is ExponentialsEach in Go.
func exponentialsEach(exps, x, top []float32) {
	for i, v := range x {
		exps[i] = exponential(v, top[i])
	}
}

// exponential is exp(x - top), where rounding takes nothing from the difference.
// It is 0 where x is less than top by more than the kernels see.
func exponential(x, top float32) float32 {
	if x < top+least {
		return 0
	}
	d := float64(x) - float64(top)
	return exp(max(float32(d), least), float32(d-float64(float32(d))))
}
