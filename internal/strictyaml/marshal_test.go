package strictyaml

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMarshalWritesEveryParameterInOrder(t *testing.T) {
	s := defaults()
	s.Extra = &data{Path: "true"}
	s.Stages = []stage{{Name: "a b", Sampler: &hardest{Ratio: 0.1, Levels: []int{3}}, Epochs: 1}}
	s.ByName = map[string]stage{"z": {Sampler: all{}, Epochs: 2}, "1": {Sampler: all{}, Epochs: 3}}
	text, err := Marshal(s, testTypes())
	require.NoError(t, err)
	assert.Equal(t, `name: default
steps: 0
rate: 0.1
fast: false
norm: batch
reduce: mean
limit: 0s
sampler:
  type: random
  num: 128
  positive_fraction: 0.25
data:
  path: voc
  seed: 0
  share: 0.5
extra:
  path: "true"
  seed: 0
  share: 0
stages:
  - name: "a b"
    sampler:
      type: hardest
      ratio: 0.1
      levels: [3]
      low: 0
      high: 0
    epochs: 1
by_name:
  "1":
    name: ""
    sampler:
      type: all
    epochs: 3
  z:
    name: ""
    sampler:
      type: all
    epochs: 2
size: [0, 0]
scales: []
`, string(text))
}

// amount is a text that may be a number.
type amount string

func (a amount) MarshalText() ([]byte, error)     { return []byte(a), nil }
func (a *amount) UnmarshalText(text []byte) error { *a = amount(text); return nil }

func TestATextThatIsANumberIsWrittenAsOne(t *testing.T) {
	for value, want := range map[amount]string{"1200": "1200", "0": "0", "fresh": "fresh", "012": `"012"`, "-1": `"-1"`, "": `""`, "1e3": `"1e3"`} {
		type holder struct{ Train amount }
		text, err := Marshal(holder{value}, testTypes())
		require.NoError(t, err)
		assert.Equal(t, "train: "+want+"\n", string(text))
		var back holder
		require.NoError(t, Unmarshal("s.yaml", text, &back, testTypes()))
		assert.Equal(t, value, back.Train)
	}
}

func TestMarshalRefusesWhatTheFileCannotSay(t *testing.T) {
	type unregistered struct{ random }
	for message, spoil := range map[string]func(*study){
		"rate: NaN is not a finite number":                             func(s *study) { s.Rate = math.NaN() },
		`name: "\xff" is not UTF-8`:                                    func(s *study) { s.Name = "\xff" },
		"sampler: strictyaml.unregistered is not a registered sampler": func(s *study) { s.Sampler = unregistered{} },
	} {
		s := defaults()
		spoil(&s)
		_, err := Marshal(&s, testTypes())
		assert.EqualError(t, err, "strictyaml: Marshal: "+message)
	}
}

func drawSampler(depth int) *rapid.Generator[sampler] {
	return rapid.Custom(func(t *rapid.T) sampler {
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return random{rapid.IntRange(1, math.MaxInt).Draw(t, "num"), rapid.Float64Range(0, 1).Draw(t, "fraction")}
		case 1:
			return all{}
		}
		h := &hardest{Ratio: rapid.Float32Range(1e-30, 100).Draw(t, "ratio"), Low: -rapid.Float64Range(0, 1e300).Draw(t, "low")}
		h.Levels = orNil(rapid.SliceOfN(rapid.IntRange(1, 9), 0, 3).Draw(t, "levels"))
		if depth > 0 {
			h.Inner = drawSampler(depth-1).Draw(t, "inner")
		}
		return h
	})
}

func drawStage() *rapid.Generator[stage] {
	return rapid.Custom(func(t *rapid.T) stage {
		return stage{rapid.String().Draw(t, "name"), drawSampler(1).Draw(t, "sampler"), rapid.IntRange(1, 99).Draw(t, "epochs")}
	})
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestUnmarshalReadsBackWhatMarshalWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := study{
			Name:    rapid.String().Draw(t, "name"),
			Steps:   rapid.Int8Range(-128, 12).Draw(t, "steps"),
			Rate:    rapid.Float64Range(1e-300, 1).Draw(t, "rate"),
			Fast:    rapid.Bool().Draw(t, "fast"),
			Norm:    rapid.SampledFrom([]string{"batch", "positives"}).Draw(t, "norm"),
			Reduce:  rapid.SampledFrom([]reduction{0, 1}).Draw(t, "reduce"),
			Limit:   time.Duration(rapid.Int64().Draw(t, "limit")),
			Sampler: drawSampler(2).Draw(t, "sampler"),
			Data:    data{rapid.String().Draw(t, "path"), rapid.Uint64().Draw(t, "seed"), rapid.Float32Range(0, 0.999).Draw(t, "share")},
			Stages:  orNil(rapid.SliceOfN(drawStage(), 0, 3).Draw(t, "stages")),
			Size:    [2]int{rapid.Int().Draw(t, "width"), rapid.Int().Draw(t, "height")},
			Scales:  orNil(rapid.SliceOfN(rapid.Float64Range(1e-9, 1e9), 0, 3).Draw(t, "scales")),
		}
		if rapid.Bool().Draw(t, "has extra") {
			want.Extra = &data{Path: rapid.String().Draw(t, "extra")}
		}
		if byName := rapid.MapOfN(rapid.String(), drawStage(), 0, 2).Draw(t, "by name"); len(byName) > 0 {
			want.ByName = byName
		}
		text, err := Marshal(want, testTypes())
		require.NoError(t, err)
		got := defaults()
		require.NoError(t, Unmarshal("s.yaml", text, &got, testTypes()), "%s", text)
		assert.Equal(t, want, got, "%s", text)
	})
}
