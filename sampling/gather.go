package sampling

// gather moves the candidates whose value is at least low and below high to the
// front of list, where they keep their order, each in exchange for the one in its
// place, and returns how many they are. It has no branches, which values in no
// order would send the wrong way.
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
