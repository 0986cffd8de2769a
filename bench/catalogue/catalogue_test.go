package catalogue

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

const folder = "../../docs/strategies"

// With DETSAMPLE_WRITE_DOCS set the pages are written, otherwise compared.
// Pictures are compared where they were drawn: another processor rounds
// otherwise.
func TestThePagesAreThoseOfTheRegistry(t *testing.T) {
	files, err := Pages()
	require.NoError(t, err)
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, os.RemoveAll(folder))
		require.NoError(t, os.MkdirAll(folder, 0o755))
		for _, f := range files {
			require.NoError(t, os.WriteFile(filepath.Join(folder, f.Name), f.Data, 0o644))
		}
		return
	}
	names := map[string]bool{}
	for _, f := range files {
		names[f.Name] = true
		have, err := os.ReadFile(filepath.Join(folder, f.Name))
		require.NoError(t, err, "DETSAMPLE_WRITE_DOCS=1 go test ./bench/catalogue writes the pages")
		if !strings.HasSuffix(f.Name, ".svg") || runtime.GOARCH == "amd64" {
			assert.True(t, bytes.Equal(have, f.Data), "%s is not what DETSAMPLE_WRITE_DOCS=1 go test ./bench/catalogue writes", f.Name)
		}
	}
	there, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range there {
		assert.True(t, names[e.Name()], "%s is of nothing that is registered", e.Name())
	}
}

func TestEverythingRegisteredSaysWhatItComputesAndWhenToUseIt(t *testing.T) {
	for _, k := range Registered() {
		assert.NotEmpty(t, heads[k.Kind], k.Kind)
		for _, e := range k.Entries {
			assert.NotEmpty(t, e.Source, e.Name)
			assert.NotEmpty(t, e.Formula, e.Name)
			assert.Regexp(t, `^[A-Za-z].*\.$`, e.When, e.Name)
			for _, p := range e.Params {
				assert.NotEmpty(t, p.Doc, "%s.%s", e.Name, p.Key)
			}
		}
	}
}

func TestPicturesAreWellFormedAndFinite(t *testing.T) {
	files, err := Pages()
	require.NoError(t, err)
	pictures := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".svg") {
			continue
		}
		pictures++
		assert.NotRegexp(t, `NaN|Inf`, string(f.Data), f.Name)
		for d := xml.NewDecoder(bytes.NewReader(f.Data)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else {
				require.NoError(t, err, f.Name)
			}
		}
	}
	assert.Greater(t, pictures, 60)
}

// The example has all that a picture is to tell apart.
func TestTheExampleHasHardAndEasyOfBothKinds(t *testing.T) {
	s := newState()
	require.Len(t, s.GT, 4032)
	var hard, easy [2]int
	for i, gt := range s.GT {
		side := min(int(-gt), 1)
		if gt >= 0 {
			side = 0
		}
		if s.Gradient[i] > 0.5 {
			hard[side]++
		} else {
			easy[side]++
		}
	}
	for side := range hard {
		assert.Greater(t, hard[side], 8)
		assert.Greater(t, easy[side], 8)
	}
}

func TestWeightsOfSamplersAreWhatTheyPromise(t *testing.T) {
	s := newState()
	positives, negatives := 0.0, 0.0
	for _, gt := range s.GT {
		if gt >= 0 {
			positives++
		} else if gt == anchors.Negative {
			negatives++
		}
	}
	mean := func(sampler sampling.Sampler) (positive, negative float64) {
		for i, w := range s.weightsOf(sampler, 300) {
			if s.GT[i] >= 0 {
				positive += w / positives
			} else {
				negative += w / negatives
			}
		}
		return positive, negative
	}
	for _, c := range []struct {
		of                 sampling.Sampler
		positive, negative float64
	}{
		{sampling.All{}, 1, 1},
		{sampling.NewRandom(256, 0.5), 1, (256 - positives) / negatives},
		{sampling.HardNegative{Ratio: 3}, 1, 3 * positives / negatives},
		{sampling.NewImportance(512), 1, 1},
		{sampling.Expectation{Ratio: 3}, 1, 3 * positives / negatives},
	} {
		positive, negative := mean(c.of)
		assert.InDelta(t, c.positive, positive, 1e-9, "%T", c.of)
		assert.InDelta(t, c.negative, negative, 0.01, "%T", c.of)
	}
	_, line := s.byProbability(s.weightsOf(sampling.HardNegative{Ratio: 3}, 1))
	assert.Zero(t, line[0].Y, "easy negatives are dropped")
	assert.Equal(t, 1.0, line[len(line)-1].Y, "hard ones are kept")
}

func TestEffectsOfABatchAreThoseOfItsRows(t *testing.T) {
	s := newState()
	for _, l := range []losses.Pointwise{losses.CE{}, losses.Focal{Alpha: 0.25, Gamma: 2}, losses.NewSoftmaxFocal(0.25, 2)} {
		for i, effect := range s.effects(l, 1) {
			switch gt := s.GT[i]; {
			case gt == anchors.Ignored:
				assert.Zero(t, effect)
			case gt >= 0:
				assert.InDelta(t, losses.EffectiveWeight(l, true, float64(s.logit[i])), effect, 1e-5)
			default:
				assert.InDelta(t, losses.EffectiveWeight(l, false, -float64(s.logit[i])), effect, 1e-5)
			}
		}
	}
}

func TestALineIsBrokenWhereItIsAboveThePicture(t *testing.T) {
	parts := below(1, weightLine(0, 1, 2, 3, 1, 0.5))
	require.Len(t, parts, 2)
	assert.Equal(t, weightLine(0, 1), parts[0])
	assert.Equal(t, 4.0, parts[1][0].X)
}

func weightLine(y ...float64) plotter.XYs {
	line := make(plotter.XYs, len(y))
	for i := range y {
		line[i] = plotter.XY{X: float64(i), Y: y[i]}
	}
	return line
}

func TestDivisorsAreThoseOfTheExample(t *testing.T) {
	table := divisors(losses.ByPositives{})
	assert.Contains(t, table, "| all candidates | 30 | 20 |\n| 256 drawn | 30 | 20 |")
	assert.Contains(t, divisors(losses.BySampled{}), "| all candidates | 1980 | 1980 |\n| 256 drawn | 512 | 512 |")
	assert.Contains(t, divisors(losses.MovingAverage{Momentum: 0.9, Initial: 100}), "| 93 | 92 |")
	assert.Contains(t, divisors(losses.PerImage{Of: losses.ByPositives{}}), "| 40 and 20 | 40 and 2 |")
}

func TestTextIsShownAsItIs(t *testing.T) {
	e := Entry{Name: "x", Meaning: `a < b * c_d [1] \`, When: "where _this_ is", Source: "who (2020) *",
		Params: []Param{{Key: "k", Default: "1", Allowed: "x|y", Doc: "a | b_ _c"}}}
	var page strings.Builder
	e.write(&page, "")
	assert.Equal(t, "\n## x\n\nA &lt; b \\* c_d \\[1\\] \\\\.\n\nwhere \\_this\\_ is\n\n| parameter | allowed | |\n|---|---|---|\n"+
		"| `k: 1` | x\\|y | a \\| b\\_ \\_c |\n\nSource: who (2020) \\*.\n", page.String())
}
