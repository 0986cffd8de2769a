//go:build amd64 && !purego

package logits

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyPath runs a test with each instruction set that the machine has, and in
// Go.
func everyPath(t *testing.T, test func(t *testing.T)) {
	best := chosen
	defer func() { chosen = best }()
	for path := portable; path <= best; path++ {
		chosen = path
		t.Run([]string{"portable", "avx2", "avx512"}[path], test)
	}
}

// inGo runs f in Go alone.
func inGo(f func()) {
	now := chosen
	defer func() { chosen = now }()
	chosen = portable
	f()
}

func TestBothInstructionSetsGiveTheSameBits(t *testing.T) {
	if chosen != avx512 {
		t.Skip("the machine has no AVX-512")
	}
	defer func() { chosen = avx512 }()
	for seed := range uint64(300) {
		chosen = avx2
		want := problem(t, seed)
		chosen = avx512
		same(t, want, problem(t, seed), 0)
	}
	for seed := range uint64(450) {
		chosen = avx2
		want := lanesProblem(seed)
		chosen = avx512
		same(t, want, lanesProblem(seed), 0)
	}
	for seed := range uint64(300) {
		columns := LeastLanes + int(seed)%(mostLanes-LeastLanes+1)
		chosen = avx2
		want := evaluatedDoubles(seed, columns, func([]float32) {})
		chosen = avx512
		require.Equal(t, want, evaluatedDoubles(seed, columns, func([]float32) {}))
	}
}

// An assembler takes any of 32 registers, of which AVX2 knows half.
func TestAVX2KernelsUseNothingOfAVX512(t *testing.T) {
	code, err := os.ReadFile("kernels_amd64.s")
	require.NoError(t, err)
	newer := regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K\d)\b`)
	functions := 0
	for text := range strings.SplitSeq(string(code), "\nTEXT ") {
		name, body, _ := strings.Cut(text, "(SB)")
		if strings.HasSuffix(name, "AVX2") {
			functions++
			assert.Empty(t, newer.FindString(body), name)
		}
	}
	assert.Equal(t, 41, functions)
}
