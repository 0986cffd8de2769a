//go:build !amd64 || purego

package boxloss

import "detsample/internal/paths"

func Paths() []paths.Path { return paths.Of(nil, nil) }
