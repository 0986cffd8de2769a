//go:build !amd64 || purego

package sift

type path struct {
	name string
	take func() func()
}

func paths() []path {
	return []path{{"portable", func() func() { return func() {} }}}
}
