//go:build !amd64 || purego

package boxcode

import "detsample/internal/paths"

func Paths() []paths.Path { return paths.Of(nil, nil) }
