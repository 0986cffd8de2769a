package stage

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/sampling"
)

// scripted leaves what a test wants of a sampler.
type scripted struct {
	need   sampling.Need
	sample func(dst *sampling.Sample, c *sampling.Candidates)
}

func (s scripted) Needs() sampling.Need { return s.need }

func (s scripted) Sample(dst *sampling.Sample, c *sampling.Candidates, _ *rand.Rand) {
	s.sample(dst, c)
}

// drawn draws four candidates once: a positive, a negative, an ignored one and
// a negative.
func drawn(s sampling.Sampler) {
	var d Draws
	c := []sampling.Candidates{{GT: []int32{0, anchors.Negative, anchors.Ignored, anchors.Negative}}}
	d.Draw(s, make([]sampling.Sample, 1), c, []sampling.Key{{}})
}

func TestASampleThatIsNoneIsNamed(t *testing.T) {
	nan := float32(math.NaN())
	for want, s := range map[string]sampling.Sample{
		"2 candidates are kept, with 1 weights and 0 box weights":           {Index: []int32{0, 1}, Weight: []float32{1}, Positives: 1},
		"1 candidates are kept, with 1 weights and 2 box weights":           {Index: []int32{1}, Weight: []float32{1}, BoxWeight: []float32{1, 1}},
		"candidate 4 of 4 is kept":                                          {Index: []int32{4}, Weight: []float32{1}},
		"candidate -1 of 4 is kept":                                         {Index: []int32{-1}, Weight: []float32{1}},
		"candidate 1 is kept after 1: Index must ascend without repetition": {Index: []int32{1, 1}, Weight: []float32{1, 1}},
		"candidate 2 is kept, which is ignored":                             {Index: []int32{2}, Weight: []float32{1}},
		"candidate 3 has weight NaN: weights are finite and at least 0":     {Index: []int32{1, 3}, Weight: []float32{1, nan}},
		"candidate 1 has weight +Inf: weights are finite and at least 0":    {Index: []int32{1}, Weight: []float32{float32(math.Inf(1))}},
		"candidate 1 has weight -1: weights are finite and at least 0":      {Index: []int32{1}, Weight: []float32{1}, BoxWeight: []float32{-1}},
		"Positives is 0, and 1 positives are kept":                          {Index: []int32{0, 3}, Weight: []float32{1, 1}},
	} {
		assert.PanicsWithValue(t, "sampler stage.scripted: "+want+suffix(want), func() {
			drawn(scripted{sample: func(dst *sampling.Sample, _ *sampling.Candidates) { *dst = s }})
		}, want)
	}
	assert.NotPanics(t, func() {
		drawn(scripted{sample: func(dst *sampling.Sample, _ *sampling.Candidates) {
			*dst = sampling.Sample{Index: []int32{0, 3}, Weight: []float32{math.MaxFloat32, 0}, BoxWeight: []float32{1, 2}, Positives: 1}
		}})
	})
}

func suffix(want string) string {
	if want[0] == '2' || want == "1 candidates are kept, with 1 weights and 2 box weights" {
		return ": Keep gives each a weight"
	}
	return ""
}

func TestASamplerThatReadsWhatItDoesNotDeclareIsNamed(t *testing.T) {
	assert.PanicsWithError(t, "sampler stage.scripted: runtime error: index out of range [3] with length 0; its Needs declares boxes, ground truth, and the fields of Candidates that it does not declare are nil", func() {
		drawn(scripted{sampling.NeedBox | sampling.NeedTruth, func(_ *sampling.Sample, c *sampling.Candidates) { _ = c.IoU[3] }})
	})
	assert.PanicsWithValue(t, "a panic of its own", func() {
		drawn(scripted{0, func(*sampling.Sample, *sampling.Candidates) { panic("a panic of its own") }})
	})
	assert.EqualError(t, CheckSampler(scripted{need: every + 1}), "sampler stage.scripted declares need 0x200, which is none of package sampling's: combine its constants by |")
	assert.NoError(t, CheckSampler(scripted{need: every}))
}

func TestAKeyUsedAgainIsCountedWhereChanceDecides(t *testing.T) {
	gt := []int32{anchors.Negative, anchors.Negative, anchors.Negative}
	c := []sampling.Candidates{{GT: gt}, {GT: gt}}
	samples := make([]sampling.Sample, 2)
	keys := func(step, a, b uint64) []sampling.Key {
		return []sampling.Key{{Step: step, Image: a}, {Step: step, Image: b}}
	}
	var random sampling.Sampler = sampling.NewRandom(2, 0.5)
	var d Draws
	assert.Equal(t, 0, d.Draw(random, samples, c, keys(0, 1, 2)))
	assert.Equal(t, 0, d.Draw(random, samples, c, keys(1, 1, 2)), "another step")
	assert.Equal(t, 2, d.Draw(random, samples, c, keys(1, 1, 2)), "the same step")
	assert.Equal(t, 1, d.Draw(random, samples, c, keys(2, 7, 7)), "two images of one name")
	assert.Equal(t, 1, d.Draw(random, samples, c, keys(2, 8, 7)))
	assert.Equal(t, 0, d.Draw(sampling.All{}, samples, c, keys(2, 8, 7)), "nothing is left to chance")
	assert.Equal(t, 0, d.Draw(sampling.NewRandom(3, 0.5), samples, c, keys(2, 8, 7)), "all are kept, and nothing drawn")
	again := keys(2, 8, 7)
	assert.Zero(t, testing.AllocsPerRun(10, func() { d.Draw(random, samples, c, again) }))
}

// A sampler is looked at once: a warm step does not pay for it.
func TestTheFirstSamplesAloneAreChecked(t *testing.T) {
	var d Draws
	c := []sampling.Candidates{{GT: []int32{0}}}
	bad := scripted{sample: func(dst *sampling.Sample, _ *sampling.Candidates) { dst.Positives = 7 }}
	d.Draw(sampling.All{}, make([]sampling.Sample, 1), c, []sampling.Key{{}})
	assert.NotPanics(t, func() { d.Draw(bad, make([]sampling.Sample, 1), c, []sampling.Key{{}}) })
}

// A violation may wait for a rare image: the samples of a sampler that is not this
// module's, or wraps one that is not, are checked in every batch.
func TestTheSamplesOfAForeignSamplerAreCheckedInEveryBatch(t *testing.T) {
	rare := scripted{sample: func(dst *sampling.Sample, c *sampling.Candidates) {
		if *dst = (sampling.Sample{Index: []int32{0}, Weight: []float32{1}}); len(c.GT) > 1 {
			dst.Weight[0] = -1
		}
	}}
	negatives := []int32{anchors.Negative, anchors.Negative}
	for want, s := range map[string]sampling.Sampler{
		"sampler stage.scripted: candidate 0 has weight -1: weights are finite and at least 0": rare,
		"sampler combined: candidate 0 has weight -1: weights are finite and at least 0":       sampling.Combined{Positive: sampling.All{}, Negative: rare},
	} {
		var d Draws
		d.Draw(s, make([]sampling.Sample, 1), []sampling.Candidates{{GT: negatives[:1]}}, []sampling.Key{{}})
		assert.PanicsWithValue(t, want, func() {
			d.Draw(s, make([]sampling.Sample, 1), []sampling.Candidates{{GT: negatives}}, []sampling.Key{{Step: 1}})
		})
	}
	var still sampling.Sampler = scripted{sample: func(dst *sampling.Sample, _ *sampling.Candidates) {
		*dst = sampling.Sample{Index: append(dst.Index[:0], 0), Weight: append(dst.Weight[:0], 1)}
	}}
	var d Draws
	samples, c, keys := make([]sampling.Sample, 1), []sampling.Candidates{{GT: negatives}}, []sampling.Key{{}}
	d.Draw(still, samples, c, keys)
	assert.Zero(t, testing.AllocsPerRun(10, func() { d.Draw(still, samples, c, keys) }))
}

// full are candidates with something in every field, so that a sampler can
// write there.
func full() []sampling.Candidates {
	box := func() []anchors.Box { return []anchors.Box{{1, 2, 3, 4}, {5, 6, 7, 8}} }
	list := func() []float32 { return []float32{0.25, 0.5} }
	one := func() sampling.Candidates {
		return sampling.Candidates{
			GT: []int32{0, anchors.Negative}, IoU: list(), Box: box(), TruthClass: []int32{3, 1},
			Truth:    &anchors.Truth{Box: box(), Class: []int32{3, 1}, Ignore: box()},
			Hardness: list(), BoxHardness: list(), Gradient: list(), Classes: 1, Score: list(), Decoded: box(),
		}
	}
	return []sampling.Candidates{one(), one()}
}

func TestASamplerThatWritesToTheCandidatesIsNamed(t *testing.T) {
	writes := func(field string, write func(c *sampling.Candidates)) {
		t.Helper()
		c := full()
		second := &c[1]
		s := scripted{every, func(dst *sampling.Sample, at *sampling.Candidates) {
			if at == second {
				write(at)
			}
			dst.Keep(nil, nil)
		}}
		assert.PanicsWithValue(t, "sampler stage.scripted: it wrote to "+field+" of the candidates of image 1 of the batch, which are to read: change a copy", func() {
			new(Draws).Draw(s, make([]sampling.Sample, 2), c, make([]sampling.Key, 2))
		}, field)
	}
	fields := reflect.TypeFor[sampling.Candidates]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Truth" {
			continue
		}
		writes(name, func(c *sampling.Candidates) { spoil(reflect.ValueOf(c).Elem().Field(i)) })
	}
	for i := range reflect.TypeFor[anchors.Truth]().NumField() {
		writes("Truth", func(c *sampling.Candidates) { spoil(reflect.ValueOf(c.Truth).Elem().Field(i)) })
	}
	writes("Truth", func(c *sampling.Candidates) { c.Truth = nil })
	writes("Hardness", func(c *sampling.Candidates) { c.Hardness[0], c.Hardness[1] = c.Hardness[1], c.Hardness[0] })
	writes("GT", func(c *sampling.Candidates) { c.GT = c.GT[:1] })
}

// spoil changes the last number of a field.
func spoil(v reflect.Value) {
	for v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		v = v.Index(v.Len() - 1)
	}
	if v.CanInt() {
		v.SetInt(v.Int() + 1)
	} else {
		v.SetFloat(v.Float() + 1)
	}
}

// A batch without images shows nothing of a sampler.
func TestTheFirstBatchWithImagesIsChecked(t *testing.T) {
	var d Draws
	bad := scripted{sample: func(dst *sampling.Sample, _ *sampling.Candidates) { dst.Positives = 7 }}
	d.Draw(bad, nil, nil, nil)
	assert.PanicsWithValue(t, "sampler stage.scripted: Positives is 7, and 0 positives are kept", func() {
		d.Draw(bad, make([]sampling.Sample, 1), full()[:1], []sampling.Key{{}})
	})
}
