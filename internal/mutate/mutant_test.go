package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryKindOfChangeIsFound(t *testing.T) {
	const source = `package p

import "fmt"

func f(a, b int) int {
	if a < b && !ok() {
		a += 2 * b
	}
	for i := range b {
		if i == a {
			continue
		}
		a++
		fmt.Println("not 3*4 behaviour")
		g(a)
	}
	if a > 7 {
		panic(fmt.Sprint(a - b))
	}
	return -a
}
`
	path := filepath.Join(t.TempDir(), "p.go")
	require.NoError(t, os.WriteFile(path, []byte(source), 0o600))
	found, err := mutants(path)
	require.NoError(t, err)
	var lines []string
	for _, m := range found {
		text := m.apply([]byte(source))
		assert.NotEqual(t, source, string(text))
		lines = append(lines, m.was+" -> "+m.with)
	}
	assert.ElementsMatch(t, []string{
		"a < b && !ok() -> !(a < b && !ok())", "< -> <=", "&& -> ||", "! -> ",
		"+= -> -=", "a += 2 * b -> ", "* -> /", "* b -> ", "2 -> 3",
		"i == a -> !(i == a)", "== -> !=", "continue -> ", "++ -> --", "g(a) -> ",
		"a > 7 -> !(a > 7)", "> -> >=", "7 -> 8", "- -> ",
	}, lines)
}
