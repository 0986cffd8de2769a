//go:build !amd64 || purego

package logits

import "testing"

func everyPath(t *testing.T, test func(t *testing.T)) { t.Run("portable", test) }

func inGo(f func()) { f() }
