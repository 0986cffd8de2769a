package sampling

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
)

func TestAZeroValueIsUsefulOrAnErrorByName(t *testing.T) {
	useful := map[string]bool{"all": true} // which has no parameters
	for _, e := range registered.All() {
		err := registry.Check(reflect.Zero(reflect.TypeOf(e.New())).Interface())
		assert.Equal(t, useful[e.Name], err == nil, "%s: %v", e.Name, err)
	}
}

func TestConstructorsRefuseWhatNoConfigurationMayHave(t *testing.T) {
	for want, call := range map[string]func(){
		"sampling: NewRandom: num is -1: expected at least 1":                                                        func() { NewRandom(-1, 2) },
		"sampling: NewRandom: positive_fraction is 2: expected above 0 and at most 1":                                func() { NewRandom(1, 2) },
		"sampling: NewRandom: positive_fraction is 0: expected above 0 and at most 1":                                func() { NewRandom(1, 0) },
		"sampling: NewIoUBalanced: num is 0: expected at least 1":                                                    func() { NewIoUBalanced(0, 0.5) },
		"sampling: NewIoUBalanced: positive_fraction is -1: expected above 0 and at most 1":                          func() { NewCombined(4, -1) },
		"sampling: NewScoreHLR: num is -4: expected at least 1":                                                      func() { NewScoreHLR(-4, 0.5) },
		"sampling: NewSoftOHEM: num is 0: expected at least 1":                                                       func() { NewSoftOHEM(0) },
		"sampling: NewImportance: negatives is 0: expected at least 1":                                               func() { NewImportance(0) },
		"sampling: NewISRP: no sampler whose positives are to be weighed (sampler): choose one, for instance random": func() { NewISRP(nil) },
	} {
		assert.PanicsWithValue(t, want, call)
	}
}

func TestWhatASamplerIgnoresInSilenceIsAnError(t *testing.T) {
	const nms = "nms_decoded and nms_per_class say how to suppress, and nms_iou 0 is no suppression: set it, for instance to 0.7"
	const none = "ratio and min_negatives are both 0: no negative would ever count; set ratio, for instance to 3"
	for _, c := range []struct {
		want    string
		sampler Sampler
	}{
		{nms, OHEM{Num: 8, NMSDecoded: true}},
		{nms, OHEM{Num: 8, NMSPerClass: true}},
		{none, HardNegative{PositivesCompete: true}},
		{none, Expectation{}},
		{"semantics is 2: expected one of as_written, as_coded", IoUBalanced{Quota: Quota{Num: 8, PositiveFraction: 1}, Bins: 3, Semantics: 2}},
		{"positive: " + none, Combined{HardNegative{}, All{}}},
	} {
		assert.EqualError(t, registry.Check(c.sampler), c.want)
	}
	assert.NoError(t, registry.Check(HardNegative{MinNegatives: 1}))
	assert.NoError(t, registry.Check(Expectation{Ratio: 1}))
	assert.NoError(t, registry.Check(OHEM{Num: 8, NMSIoU: 0.5, NMSDecoded: true}))
}

// Who calls a sampler without a stage is told what it lacks.
func TestASamplerThatIsNotGivenWhatItNeedsSaysSo(t *testing.T) {
	named := map[Need]string{NeedIoU: "IoU", NeedBox: "Box", NeedHardness: "Hardness", NeedBoxHardness: "BoxHardness", NeedGradient: "Gradient", NeedScore: "Score", NeedDecoded: "Decoded"}
	samplers := []Sampler{
		Random{Quota: Quota{Num: 2, PositiveFraction: 0.5}, MaxNegativeIoU: 0.3},
		OHEM{Num: 2, BoxHardness: 1}, OHEM{Num: 2, NMSIoU: 0.5}, OHEM{Num: 2, NMSIoU: 0.5, NMSDecoded: true}, OHEM{Num: 2, PerBatch: true}, NewISRP(All{}),
	}
	for _, e := range registered.All() {
		if s := e.New(); registry.Check(s) == nil && reflect.TypeOf(s).PkgPath() == reflect.TypeFor[Sample]().PkgPath() {
			samplers = append(samplers, s)
		}
	}
	full := func() Candidates {
		list := func() []float32 { return []float32{1, 2, 3} }
		box := []anchors.Box{{0, 0, 4, 4}, {0, 0, 5, 5}, {0, 0, 6, 6}}
		return Candidates{
			GT: []int32{0, anchors.Negative, anchors.Negative}, IoU: list(), Box: box, TruthClass: []int32{0},
			Truth: &anchors.Truth{Box: box[:1], Class: []int32{0}}, Hardness: list(), BoxHardness: list(), Gradient: list(), Classes: 1, Score: list(), Decoded: box,
		}
	}
	lacking := 0
	for _, s := range samplers {
		for need, name := range named {
			if s.Needs()&need == 0 {
				continue
			}
			lacking++
			for _, have := range []int{0, 2} {
				c := full()
				field := reflect.ValueOf(&c).Elem().FieldByName(name)
				field.Set(field.Slice(0, have))
				message := func() (message string) {
					defer func() { message = fmt.Sprint(recover()) }()
					if b, ok := s.(Batched); ok {
						b.SampleBatch(make([]Sample, 1), []Candidates{c}, make([]Key, 1), new(Source))
					} else {
						s.Sample(new(Sample), &c, new(Source).At(Key{}))
					}
					return ""
				}()
				assert.Contains(t, message, fmt.Sprintf("sampling: Sample: %s of Candidates has %d elements for 3 candidates, and the sampler needs ", name, have), "%T", s)
			}
		}
	}
	assert.Greater(t, lacking, 12)
	c := full()
	c.Classes, c.Score = 0, nil
	assert.PanicsWithValue(t, "sampling: Sample: Classes of Candidates is 0, and the sampler needs hardness, scores, predicted boxes", func() {
		NewScoreHLR(2, 0.5).Sample(new(Sample), &c, new(Source).At(Key{}))
	})
}
