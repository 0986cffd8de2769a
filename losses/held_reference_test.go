package losses

import "math"

// ghmOf holds the densities of the batch's gradients.
func ghmOf(l GHMC, b *Batch) rowReference {
	bin := func(g float64) int { return min(int(g*float64(l.Bins)), l.Bins-1) }
	count, filled, total := make([]float64, l.Bins), 0.0, 0.0
	held := map[float32]int{} // of each margin, where it was
	for i, v := range b.Logits {
		m := float64(v)
		if int32(i%b.Columns) != b.Class[i/b.Columns] {
			m = -m
		}
		k := bin(1 / (1 + math.Exp(m)))
		held[float32(m)] = k
		if count[k] == 0 {
			filled++
		}
		count[k]++
		total++
	}
	return func(x []dual, column int) (sum dual) {
		for k, v := range x {
			if k != column {
				v = v.by(-1)
			}
			at, ok := held[float32(v.v)]
			if !ok {
				at = bin(1 / (1 + math.Exp(v.v)))
			}
			sum = sum.plus(v.by(-1).softplus().by(total / filled / count[at]))
		}
		return sum
	}
}

// seesawOf holds the factors at the row's logits.
func seesawOf(l Seesaw, b *Batch, r int) rowReference {
	count := make([]float64, b.Columns)
	for _, c := range b.Class {
		count[Softmax.column(c, b.Columns)]++
	}
	objects := b.Columns - 1
	s := make([]float64, objects)
	sum := 0.0
	for k := range s {
		s[k] = math.Exp(float64(b.Logits[r*b.Columns+k]))
		sum += s[k]
	}
	return func(x []dual, column int) dual {
		pushed := make([]dual, len(x))
		for k, v := range x {
			factor := 1.0
			if k != column && k < objects && column < objects {
				factor = math.Pow(min(1, max(count[k], 1)/max(count[column], 1)), l.P) *
					math.Pow(max(1, s[k]/sum/max(s[column]/sum, l.Epsilon)), l.Q)
			}
			pushed[k] = v.add(math.Log(factor))
		}
		return logSum(pushed, column).minus(x[column]).softplus()
	}
}
