//go:build !amd64 || purego

package boxloss

type Path struct {
	Name string
	Take func() func()
}

func Paths() []Path { return []Path{{"row", func() func() { return func() {} }}} }
