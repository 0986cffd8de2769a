package curves

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
	"detsample/losses"
)

func loss(t *testing.T, text string) Curve {
	t.Helper()
	c, err := Loss(text)
	require.NoError(t, err)
	return c
}

func weighting(t *testing.T, text string) Curve {
	t.Helper()
	c, err := OfWeighting(text)
	require.NoError(t, err)
	return c
}

func TestGradientIsTheSlopeOfTheLossForEveryPointwiseLoss(t *testing.T) {
	for _, e := range registry.Of[losses.Cls]().All() {
		if _, ok := e.New().(losses.Pointwise); !ok {
			continue
		}
		c := loss(t, e.Name)
		for _, positive := range []bool{false, true} {
			for m := -4.75; m <= 5; m += 0.5 {
				const h = 1.0 / 512
				slope := (c.At(positive, m+h).Loss - c.At(positive, m-h).Loss) / (2 * h)
				p := c.At(positive, m)
				assert.InDelta(t, math.Abs(slope), p.Gradient, 1e-4, "%s at %v", e.Name, m)
				assert.InDelta(t, p.Gradient, p.Weight/(1+math.Exp(m)), 1e-6)
			}
		}
	}
}

func TestCrossEntropyHasWeightOneAndAlphaScalesIt(t *testing.T) {
	for m := -5.0; m <= 5; m++ {
		assert.InDelta(t, 1, loss(t, "ce").At(true, m).Weight, 1e-6)
		assert.InDelta(t, 0.75, loss(t, "alpha_ce,alpha=0.75").At(true, m).Weight, 1e-6)
		assert.InDelta(t, 0.25, loss(t, "alpha_ce,alpha=0.75").At(false, m).Weight, 1e-6)
	}
}

func TestBoostingsWeights(t *testing.T) {
	ada, logit := weighting(t, "adaboost"), weighting(t, "logitboost")
	for m := -5.0; m <= 5; m++ {
		p := 1 / (1 + math.Exp(-m))
		assert.InDelta(t, math.Exp(-m), ada.At(true, m).Gradient, 1e-9)
		assert.InDelta(t, 1+math.Exp(-m), ada.At(true, m).Weight, 1e-9, "over 1-p")
		assert.InDelta(t, p*(1-p), logit.At(false, m).Gradient, 1e-12)
		assert.InDelta(t, p, logit.At(false, m).Weight, 1e-12)
		assert.True(t, math.IsNaN(logit.At(false, m).Loss), "a curvature descends no loss")
	}
}

func TestMiningIsAStepAndSSDKeepsEveryPositive(t *testing.T) {
	ohem, ssd := weighting(t, "ohem,below=-1"), weighting(t, "ssd,below=1")
	for _, positive := range []bool{false, true} {
		assert.InDelta(t, 1, ohem.At(positive, -1.01).Weight, 1e-12)
		assert.Zero(t, ohem.At(positive, -0.99).Weight)
		assert.Zero(t, ohem.At(positive, -0.99).Loss)
	}
	assert.InDelta(t, 1, ssd.At(false, 0.9).Weight, 1e-12)
	assert.Zero(t, ssd.At(false, 1.1).Weight)
	assert.InDelta(t, 1, ssd.At(true, 4).Weight, 1e-12)
}

func TestParametersAreReadAndNamed(t *testing.T) {
	c := loss(t, "focal,alpha=-1,gamma=1")
	assert.Equal(t, "focal alpha=-1 gamma=1", c.Name)
	want := losses.EffectiveWeight(losses.Focal{Alpha: -1, Gamma: 1}, false, 1.5)
	assert.InDelta(t, want, c.At(false, 1.5).Weight, 1e-9)
	assert.Equal(t, "class_balanced count=[10,20]", loss(t, "class_balanced,count=[10,20]").Name, "a list's commas part nothing")
}

func TestMistakesAreThoseOfAStrategysFile(t *testing.T) {
	for text, message := range map[string]string{
		"focl":                    `did you mean focal?`,
		"focal,gama=2":            `focal,gama=2: unknown key "gama" in classification loss focal: expected one of alpha, gamma; did you mean gamma?`,
		"focal,gamma=-1":          `focal,gamma=-1: gamma is -1: expected at least 0`,
		"focal,gamma=x":           `focal,gamma=x: gamma: expected a number, got the string "x"`,
		"focal,gamma=2,gamma=3":   `duplicate key "gamma"`,
		"focal,gamma":             `"focal,gamma": "gamma" is not key=value`,
		"focal,gamma=2}\nx: {a":   `is not key=value`,
		"":                        `"": expected a name, with any parameters after it as in focal,gamma=2`,
		"gamma=2":                 `expected a name, with`,
		"ghm_c":                   `a row's loss depends on the batch there`,
		"class_balanced,count=[1": ``,
	} {
		_, err := Loss(text)
		require.Error(t, err, text)
		assert.ErrorContains(t, err, message)
		assert.NotContains(t, err.Error(), "\n", text)
	}
	_, err := OfWeighting("adabost")
	assert.EqualError(t, err, `adabost: unknown weighting "adabost": expected one of adaboost, logitboost, ohem, ssd; did you mean adaboost?`)
	_, err = OfWeighting("ohem,below=9")
	assert.EqualError(t, err, "ohem,below=9: below is 9: expected between -5 and 5")
}

func TestSVGIsWellFormedAndNamesEveryCurveOnce(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Write(&out, "svg", Default(), false))
	text := out.String()
	decoder := xml.NewDecoder(&out)
	for {
		_, err := decoder.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
	for _, c := range Default() {
		assert.Equal(t, 1, strings.Count(text, ">"+c.Name+"<"), c.Name)
	}
	for _, p := range panels() {
		assert.Contains(t, text, ">"+p.title+"<")
	}
	assert.NotContains(t, text, "NaN")
}

func TestPNGHasTheFigure(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Write(&out, "png", Default()[:2], true))
	picture, err := png.Decode(&out)
	require.NoError(t, err)
	blue := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 == 0 && g>>8 == 0x72 && b>>8 == 0xb2 {
				blue++
			}
		}
	}
	assert.Greater(t, blue, 2000, "cross entropy's line")
}

func TestTheSameCurvesAreTheSameBytes(t *testing.T) {
	for _, format := range Formats() {
		var a, b bytes.Buffer
		require.NoError(t, Write(&a, format, Default(), true))
		require.NoError(t, Write(&b, format, Default(), true))
		assert.True(t, bytes.Equal(a.Bytes(), b.Bytes()), format)
	}
}

func TestAnUnknownFormatIsAnError(t *testing.T) {
	assert.EqualError(t, Write(io.Discard, "pdf", nil, true), `cannot draw "pdf": expected one of svg, png`)
}

func TestLongNamesGetFewerColumns(t *testing.T) {
	assert.Equal(t, 5, keyColumns(Default()))
	assert.Equal(t, 1, keyColumns([]Curve{{Name: strings.Repeat("x", 400)}}))
}
