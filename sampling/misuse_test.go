package sampling

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

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
