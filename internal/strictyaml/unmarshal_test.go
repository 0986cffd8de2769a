package strictyaml

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryKindOfValueIsDecoded(t *testing.T) {
	got := defaults()
	err := Unmarshal("s.yaml", []byte(`
name: small objects # a comment
steps: -0x10
rate: 1e-3
fast: true
norm: positives
reduce: sum
limit: 1m30s
sampler: {type: random, num: 512}
data:
  seed: 18446744073709551615
extra:
  path: "coco"
stages:
  - name: rpn
    sampler: hardest
  - sampler:
      type: hardest
      ratio: 2.5
      levels: [3, 4]
      inner: {type: random, positive_fraction: 1}
    epochs: 1
by_name:
  roi: {name: 'roi', sampler: all}
size: [640, 480]
scales: [1, .5, 2.]
`), &got, testTypes())
	require.NoError(t, err)
	assert.Equal(t, study{
		Name: "small objects", Steps: -16, Rate: 1e-3, Fast: true, Norm: "positives", Reduce: 1, Limit: 90 * time.Second,
		Sampler: random{512, 0.5},
		Data:    data{Path: "voc", Seed: 1<<64 - 1, Share: 0.5},
		Extra:   &data{Path: "coco"},
		Stages: []stage{
			{Name: "rpn", Sampler: &hardest{Ratio: 3}, Epochs: 12},
			{Sampler: &hardest{Ratio: 2.5, Levels: []int{3, 4}, Inner: random{256, 1}}, Epochs: 1},
		},
		ByName: map[string]stage{"roi": {Name: "roi", Sampler: all{}, Epochs: 12}},
		Size:   [2]int{640, 480},
		Scales: []float64{1, 0.5, 2},
	}, got)
}

func TestAbsentKeysKeepTheirDefaults(t *testing.T) {
	got := defaults()
	require.NoError(t, Unmarshal("s.yaml", []byte("fast: true"), &got, testTypes()))
	want := defaults()
	want.Fast = true
	assert.Equal(t, want, got)
}

func TestAnErrorLeavesTheDestinationUnchanged(t *testing.T) {
	got, extra := defaults(), data{Path: "old"}
	got.Extra = &extra
	require.Error(t, Unmarshal("s.yaml", []byte("fast: true\nextra: {path: new}\nrate: 7"), &got, testTypes()))
	want := defaults()
	want.Extra = &data{Path: "old"}
	assert.Equal(t, want, got)
}

func TestDecodedStrategiesAndPointersAreNotShared(t *testing.T) {
	old := data{Path: "old"}
	a, b := defaults(), defaults()
	a.Extra, b.Extra = &old, &old
	text := []byte("sampler: hardest\nextra: {seed: 1}")
	require.NoError(t, Unmarshal("s.yaml", text, &a, testTypes()))
	require.NoError(t, Unmarshal("s.yaml", text, &b, testTypes()))
	assert.NotSame(t, a.Sampler, b.Sampler)
	assert.NotSame(t, a.Extra, b.Extra)
	assert.Equal(t, data{Path: "old", Seed: 1}, *a.Extra)
	assert.Equal(t, data{Path: "old"}, old)
}

func TestNullRemovesAPointer(t *testing.T) {
	got := defaults()
	got.Extra = &data{}
	require.NoError(t, Unmarshal("s.yaml", []byte("extra: null"), &got, testTypes()))
	assert.Nil(t, got.Extra)
}

func TestAByteOrderMarkAndWindowsLineEndsAreAccepted(t *testing.T) {
	got := defaults()
	require.NoError(t, Unmarshal("s.yaml", []byte("\ufeffname: a\r\ndata:\r\n  path: b\r\n"), &got, testTypes()))
	assert.Equal(t, "a", got.Name)
	assert.Equal(t, "b", got.Data.Path)
}

func TestTheProgramsMistakesPanic(t *testing.T) {
	assert.PanicsWithValue(t, "strictyaml: Unmarshal: dst is a strictyaml.study, not a pointer to a struct", func() {
		_ = Unmarshal("s.yaml", nil, study{}, nil)
	})
	assert.PanicsWithValue(t, "strictyaml: the interface strictyaml.sampler is not among the types", func() {
		_ = Unmarshal("s.yaml", []byte("sampler: all"), &study{}, nil)
	})
	assert.PanicsWithValue(t, "strictyaml: AddInterface: int is not an interface", func() {
		AddInterface[int](new(Types), nil)
	})
}
