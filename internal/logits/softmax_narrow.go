package logits

// together is the number of logits that go to a kernel at once where rows are put
// together.
const together = 160

// narrowSoftmaxRows is SoftmaxRows for rows of few columns.
func narrowSoftmaxRows(exps, x []float32, columns int, rows []SoftmaxRow, adds Spread) {
	if columns < 1 {
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
		exponentialsEach(to[:n], from[:n], top[:n])
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

// exponentialsEach computes exp(x - top) for top at least x. All have the same
// length, a multiple of 16, or exponentialsEach panics.
func exponentialsEach(exps, x, top []float32) {
	lists("exponentialsEach", len(x), exps, top)
	if len(x) > 0 && !exponentialsEachVector(exps, x, top) {
		exponentialsEachScalar(exps, x, top)
	}
}

// exponentialsEachScalar is exponentialsEach in Go.
func exponentialsEachScalar(exps, x, top []float32) {
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
