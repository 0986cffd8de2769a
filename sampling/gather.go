package sampling

// gather moves the candidates whose value is in [low, high) to the front of
// list, in their order, each swapped with the one in its place, and returns
// their number. It has no branches: on unordered values they would be
// mispredicted.
func gather(list []int32, value []float32, low, high float64) int {
	n := 0
	for i, at := range list {
		v, member, below := float64(value[at]), 0, 0
		if v >= low {
			member = 1
		}
		if v < high {
			below = 1
		}
		member &= below
		exchange := (list[n] ^ at) & -int32(member)
		list[i] = at ^ exchange
		list[n] ^= exchange
		n += member
	}
	return n
}
