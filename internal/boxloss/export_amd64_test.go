//go:build amd64 && !purego

package boxloss

import "detsample/internal/paths"

// Paths returns the machine's vectors, and none.
func Paths() []paths.Path { return paths.Of(&useAVX2, &useAVX512) }
