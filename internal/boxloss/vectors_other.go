//go:build !amd64 || purego

package boxloss

// Vectors reports whether there is vector code.
func Vectors() bool { return false }

func rows(int, *float64, *float32, *float32, *float32, *float64, int, *float64) int { return 0 }
