//go:build amd64 && !purego

package boxloss

// Path is a choice of vectors; Take makes it, and returns what undoes that.
type Path struct {
	Name string
	Take func() func()
}

// Paths returns the machine's vectors, and none.
func Paths() []Path {
	all := []Path{{"row", use(false, false)}}
	if useAVX2 {
		all = append(all, Path{"avx2", use(true, false)})
	}
	if useAVX512 {
		all = append(all, Path{"avx512", use(true, true)})
	}
	return all
}

func use(avx2, avx512 bool) func() func() {
	return func() func() {
		wasAVX2, wasAVX512 := useAVX2, useAVX512
		useAVX2, useAVX512 = avx2, avx512
		return func() { useAVX2, useAVX512 = wasAVX2, wasAVX512 }
	}
}
