package registry

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type mode uint8

func (m mode) MarshalText() ([]byte, error) { return []byte([]string{"mean", "sum"}[m]), nil }
func (m *mode) UnmarshalText(text []byte) error {
	*m = 0
	if string(text) == "sum" {
		*m = 1
	}
	return nil
}

type level struct {
	Stride int     `range:"[1,)"`
	Scale  float32 `range:"(0,0.1]"`
}

type stage struct {
	Sampler sampler
	Levels  []level
	ByName  map[string]level
	Extra   *level
	Weights []float64 `range:"[0,)"`
	Mode    mode      `oneof:"mean"`
	Norm    string    `oneof:"batch|positives"`
	Wait    time.Duration
}

var errNoLevels = errors.New("needs at least one level")

func (s *stage) Validate() error {
	if len(s.Levels) == 0 {
		return errNoLevels
	}
	return nil
}

func validStage() stage {
	return stage{Sampler: random{256, 0.5}, Levels: []level{{4, 0.1}}, Norm: "batch"}
}

func TestCheckAcceptsEveryParameterInItsRange(t *testing.T) {
	s := validStage()
	s.ByName = map[string]level{"p3": {8, 0.05}}
	s.Extra = &level{1, 0.1}
	require.NoError(t, Check(s))
	require.NoError(t, Check(&s))
	require.NoError(t, Check(nil))
	require.NoError(t, Check((*stage)(nil)))
}

func TestCheckNamesTheParameterAndWhatItExpected(t *testing.T) {
	for message, spoil := range map[string]func(*stage){
		"sampler.num is -5: expected at least 1":                     func(s *stage) { s.Sampler = random{-5, 0} },
		"sampler.positive_fraction is 1.5: expected between 0 and 1": func(s *stage) { s.Sampler = random{1, 1.5} },
		"sampler.positive_fraction is NaN: expected between 0 and 1": func(s *stage) { s.Sampler = &random{1, math.NaN()} },
		"sampler.ratio is +Inf: expected a finite number":            func(s *stage) { s.Sampler = &hardest{float32(math.Inf(1))} },
		"levels[0].stride is 0: expected at least 1":                 func(s *stage) { s.Levels[0].Stride = 0 },
		"levels[0].scale is 0.11: expected above 0 and at most 0.1":  func(s *stage) { s.Levels[0].Scale = 0.11 },
		"by_name.p3.stride is 0: expected at least 1":                func(s *stage) { s.ByName = map[string]level{"p3": {}, "p4": {}} },
		"extra.stride is -1: expected at least 1":                    func(s *stage) { s.Extra = &level{Stride: -1} },
		"weights[1] is -2: expected at least 0":                      func(s *stage) { s.Weights = []float64{1, -2} },
		"mode is sum: expected one of mean":                          func(s *stage) { s.Mode = 1 },
		`norm is "anchors": expected one of batch, positives`:        func(s *stage) { s.Norm = "anchors" },
	} {
		s := validStage()
		spoil(&s)
		err := Check(s)
		require.EqualError(t, err, message)
		param, ok := errors.AsType[*ParamError](err)
		require.True(t, ok)
		assert.NotEmpty(t, param.Key)
	}
}

func TestCheckCallsValidateAfterTheRanges(t *testing.T) {
	s := validStage()
	s.Levels = nil
	assert.Same(t, errNoLevels, Check(s))
	s.Norm = ""
	assert.EqualError(t, Check(&s), `norm is "": expected one of batch, positives`)
}

// even is a number that has a Validate of its own.
type even int

func (e even) Validate() error {
	if e%2 != 0 {
		return errors.New("expected an even number")
	}
	return nil
}

func TestCheckNamesTheValueThatANumbersOwnValidateRefuses(t *testing.T) {
	assert.EqualError(t, Check(struct{ Side even }{3}), "side is 3: expected an even number")
	assert.EqualError(t, Check(struct{ Sides []even }{[]even{2, 5}}), "sides[1] is 5: expected an even number")
	assert.NoError(t, Check(struct{ Side even }{4}))
}

type twoStage struct{ RPN, ROI stage }

type ordered struct{ Low, High float64 }

func (o ordered) Validate() error {
	if o.Low > o.High {
		return &ParamError{Key: "low", Value: o.Low, Problem: "expected at most high"}
	}
	return nil
}

func TestCheckPrefixesWhatANestedValidateSays(t *testing.T) {
	two := twoStage{RPN: validStage()}
	two.ROI.Norm = "batch"
	assert.EqualError(t, Check(two), "roi: needs at least one level")
	assert.EqualError(t, Check(struct{ Band ordered }{ordered{2, 1}}), "band.low is 2: expected at most high")
}

func TestIntervalRoundTripsThroughItsNotation(t *testing.T) {
	for _, s := range []string{"[0,1]", "(0,1]", "[0,1)", "(0,1)", "[1,)", "(1,)", "(,5]", "(,5)", "[2,2]", "[0,1048576]", "[0.0001,1e+12]"} {
		in, err := parseInterval(s)
		require.NoError(t, err)
		assert.Equal(t, s, in.String())
	}
}

func TestIntervalWordsFollowExpected(t *testing.T) {
	for s, words := range map[string]string{
		"[0,1]": "between 0 and 1", "(0,1]": "above 0 and at most 1", "[0,1)": "at least 0 and below 1",
		"(0,)": "above 0", "(,5]": "at most 5", "[2,2]": "exactly 2", "(,)": "a finite number",
	} {
		in, err := parseInterval(s)
		require.NoError(t, err)
		assert.Equal(t, words, in.Words())
	}
}

func TestNearestFindsTheNameThatWasMeant(t *testing.T) {
	among := []string{"num", "positive_fraction", "focal", "focal_alpha", "ce"}
	for word, want := range map[string]string{
		"positive_fracton": "positive_fraction", "foacl": "focal", "FOCAL": "focal", "nmu": "num",
		"mun": "", "dice": "", "c": "ce", "focal_alfa": "focal_alpha", "": "",
	} {
		assert.Equal(t, want, Nearest(word, among), word)
	}
	assert.Equal(t, "", Nearest("x", nil))
	assert.Equal(t, "; did you mean focal?", DidYouMean("foacl", among))
	assert.Empty(t, DidYouMean("dice", among))
	assert.Empty(t, DidYouMean("focal", among))
}
