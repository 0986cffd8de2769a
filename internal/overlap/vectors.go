package overlap

// instructions is a set of vector instructions.
type instructions uint8

const (
	none instructions = iota
	avx2
	avx512
)
