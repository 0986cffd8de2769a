// Package paths lets tests take every way through code that chooses vectors at run
// time.
package paths

// Portable is the name of the way without vectors.
const Portable = "portable"

// Path is a choice of vectors; Take makes it, and returns what undoes that.
type Path struct {
	Name string
	Take func() func()
}

// Of returns the way without vectors, and those of the vectors that the machine
// has by the package's variables; these are nil where it has no code for any.
func Of(useAVX2, useAVX512 *bool) []Path {
	if useAVX2 == nil {
		return []Path{{Portable, func() func() { return func() {} }}}
	}
	take := func(avx2, avx512 bool) func() func() {
		return func() func() {
			wasAVX2, wasAVX512 := *useAVX2, *useAVX512
			*useAVX2, *useAVX512 = avx2, avx512
			return func() { *useAVX2, *useAVX512 = wasAVX2, wasAVX512 }
		}
	}
	all := []Path{{Portable, take(false, false)}}
	if *useAVX2 {
		all = append(all, Path{"avx2", take(true, false)})
	}
	if *useAVX512 {
		all = append(all, Path{"avx512", take(true, true)})
	}
	return all
}
