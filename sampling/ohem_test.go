package sampling

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestOHEMKeepsTheHardestOfBothKinds(t *testing.T) {
	var s Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		num := rapid.SampledFrom([]int{1, 16, 64, 1000}).Draw(t, "num")
		OHEM{Num: num}.Sample(&s, c, nil)
		want := hardestBySort(c, num, func(g int32) bool { return g != anchors.Ignored })
		assert.Equal(t, want, append([]int32{}, s.Index...))
	})
}

// minedByHand is OHEM step by step: rank all, go down the ranks and pass over
// what overlaps, then drop negatives from the end.
func minedByHand(o OHEM, c *Candidates) []int32 {
	total := &Candidates{GT: c.GT}
	for i, h := range c.Hardness {
		if o.BoxHardness > 0 {
			h += float32(o.BoxHardness) * c.BoxHardness[i]
		}
		total.Hardness = append(total.Hardness, h)
	}
	box := c.Box
	if o.NMSDecoded {
		box = c.Decoded
	}
	var ranked []int32
	for k := range len(c.GT) { // the k+1 hardest without the k hardest
		for _, i := range hardestBySort(total, k+1, func(g int32) bool { return g != anchors.Ignored }) {
			if !slices.Contains(ranked, i) {
				ranked = append(ranked, i)
			}
		}
	}
	var taken []int32
	for _, i := range ranked {
		over := slices.ContainsFunc(taken, func(j int32) bool {
			if o.NMSPerClass && classOf(c, i) != classOf(c, j) {
				return false
			}
			return o.NMSIoU > 0 && anchors.IoU(box[i], box[j]) > float32(o.NMSIoU)
		})
		if !over && len(taken) < o.Num {
			taken = append(taken, i)
		}
	}
	positives := 0
	for _, i := range taken {
		if c.GT[i] >= 0 {
			positives++
		}
	}
	left := max(int(o.NegativesPerPositive*float64(positives)), o.MinNegatives)
	kept := []int32{}
	for _, i := range taken {
		if c.GT[i] < 0 && o.NegativesPerPositive > 0 {
			if left--; left < 0 {
				continue
			}
		}
		kept = append(kept, i)
	}
	slices.Sort(kept)
	return kept
}

func classOf(c *Candidates, i int32) int32 {
	if c.GT[i] < 0 {
		return anchors.Negative
	}
	return c.Truth.Class[c.GT[i]]
}

// crowded moves the candidates' boxes so close that many overlap.
func crowded(c *Candidates) *Candidates {
	for i := range c.Box {
		c.Box[i] = c.Box[i].Scale(0.2, 0.2)
		c.Decoded[i] = c.Decoded[i].Scale(0.25, 0.25)
	}
	return c
}

func anyMiner(t *rapid.T) OHEM {
	return OHEM{
		Num:                  rapid.SampledFrom([]int{1, 10, 64}).Draw(t, "num"),
		BoxHardness:          rapid.SampledFrom([]float64{0, 1, 1.2}).Draw(t, "box"),
		NMSIoU:               rapid.SampledFrom([]float64{0, 0.2, 0.7, 1}).Draw(t, "nms"),
		NMSDecoded:           rapid.Bool().Draw(t, "decoded"),
		NMSPerClass:          rapid.Bool().Draw(t, "class"),
		NegativesPerPositive: rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "limit"),
		MinNegatives:         rapid.SampledFrom([]int{0, 4}).Draw(t, "min"),
	}
}

func TestOHEMIsItsStepsByHand(t *testing.T) {
	var s Sample
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "scene"), 0))
		c := crowded(scene(rng, rapid.IntRange(0, 80).Draw(t, "n"), 0.1, 0.1))
		o := anyMiner(t)
		o.Sample(&s, c, nil)
		valid(t, &s, c)
		assert.Equal(t, minedByHand(o, c), append([]int32{}, s.Index...))
	})
}

// images is a batch of scenes and their keys.
func images(seed uint64, n int) (c []Candidates, keys []Key) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		c = append(c, *crowded(scene(rng, 20+rng.IntN(60), 0.2, 0.1)))
		keys = append(keys, Key{Seed: seed, Image: uint64(10 * (n - i))})
	}
	return c, keys
}

func TestOHEMOfABatchIsOHEMOfItsImagesInOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, keys := images(rapid.Uint64().Draw(t, "batch"), 3)
		num := rapid.SampledFrom([]int{1, 20, 64, 500}).Draw(t, "num")
		// One image of all candidates, in the order of the keys.
		all, first := &Candidates{}, [3]int{}
		for i := len(c) - 1; i >= 0; i-- {
			first[i] = len(all.GT)
			all.GT, all.Hardness = append(all.GT, c[i].GT...), append(all.Hardness, c[i].Hardness...)
		}
		want := hardestBySort(all, num, func(g int32) bool { return g != anchors.Ignored })
		dst := make([]Sample, 3)
		OHEM{Num: num, PerBatch: true}.SampleBatch(dst, c, keys, nil)
		got := []int32{}
		for i := range c {
			valid(t, &dst[i], &c[i])
			for _, at := range dst[i].Index {
				got = append(got, at+int32(first[i]))
			}
		}
		slices.Sort(got)
		assert.Equal(t, want, got)
	})
}

func TestOHEMOfABatchSuppressesAndLimitsWithinImages(t *testing.T) {
	c, keys := images(3, 4)
	o := OHEM{Num: 40, PerBatch: true, BoxHardness: 1, NMSIoU: 0.3, NegativesPerPositive: 1}
	dst := make([]Sample, 4)
	o.SampleBatch(dst, c, keys, nil)
	total := 0
	for i := range c {
		total += len(dst[i].Index)
		for _, a := range dst[i].Index {
			for _, b := range dst[i].Index {
				assert.False(t, a != b && anchors.IoU(c[i].Box[a], c[i].Box[b]) > 0.3)
			}
		}
		assert.LessOrEqual(t, len(dst[i].Index)-dst[i].Positives, dst[i].Positives)
	}
	assert.LessOrEqual(t, total, 40)
	assert.NotZero(t, total)
}
