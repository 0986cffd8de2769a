//go:build amd64 && !purego

package sift

import "detsample/internal/paths"

func every() []paths.Path { return paths.Of(&useAVX2, &useAVX512) }
