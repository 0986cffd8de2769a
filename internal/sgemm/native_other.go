//go:build !amd64 || purego

package sgemm

// native returns no engine: the kernels are written for amd64.
func native() []engine { return nil }
