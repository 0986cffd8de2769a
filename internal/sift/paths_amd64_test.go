//go:build amd64 && !purego

package sift

// path is a choice of vectors; take makes it, and returns what undoes that.
type path struct {
	name string
	take func() func()
}

func paths() []path {
	all := []path{{"portable", use(false, false)}}
	if useAVX2 {
		all = append(all, path{"avx2", use(true, false)})
	}
	if useAVX512 {
		all = append(all, path{"avx512", use(true, true)})
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
