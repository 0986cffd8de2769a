package sampling

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOneBitOfAKeyTurnsHalfOfItsWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const trials = 200
	for bit := range 4 * 64 {
		turned := 0
		for range trials {
			part := [4]uint64{rng.Uint64(), rng.Uint64N(100_000), uint64(StageRPN), rng.Uint64N(100_000)}
			hi, lo := key(part).Words()
			part[bit/64] ^= 1 << (bit % 64)
			hi2, lo2 := key(part).Words()
			turned += bits.OnesCount64(hi^hi2) + bits.OnesCount64(lo^lo2)
		}
		assert.InDelta(t, 64, float64(turned)/trials, 2.4, "bit %d", bit) // six deviations
	}
}

func TestNearbyKeysHaveStreamsOfTheirOwn(t *testing.T) {
	seen := map[[2]uint64]bool{}
	n := 0
	for seed := range uint64(10) {
		for step := range uint64(20) {
			for stage := StageDense; stage <= StageROI; stage++ {
				for image := range uint64(20) {
					hi, lo := Key{seed, step, stage, image}.Words()
					seen[[2]uint64{hi, lo}] = true
					n++
				}
			}
		}
	}
	assert.Len(t, seen, n)
}

func TestASourceReturnsToAKeysBeginning(t *testing.T) {
	var s Source
	k := Key{Seed: 1, Step: 2, Stage: StageROI, Image: 3}
	first := [2]uint64{s.At(k).Uint64(), s.At(k).Uint64()}
	assert.Equal(t, first[0], first[1])
	hi, lo := k.Words()
	assert.Equal(t, rand.New(rand.NewPCG(hi, lo)).Uint64(), first[0])
	assert.Zero(t, testing.AllocsPerRun(10, func() { s.At(k).Uint64() }))
}

func key(part [4]uint64) Key {
	return Key{Seed: part[0], Step: part[1], Stage: Stage(part[2]), Image: part[3]}
}
