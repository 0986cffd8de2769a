package stage

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

func warned(cls losses.Cls, sampler sampling.Sampler, norm losses.Norm, dense bool) []anchors.Warning {
	t := terms()
	t.Cls, t.Norm = cls, norm
	return t.Warnings(anchors.NewMaxIoU(0.5, 0.4), sampler, dense)
}

func traps(list []anchors.Warning) (traps []anchors.Trap) {
	for _, w := range list {
		traps = append(traps, w.Trap)
	}
	return traps
}

func TestAFocusingLossWarnsOfEverySamplerThatThinsTheNegatives(t *testing.T) {
	want := map[string][]anchors.Trap{
		"all": nil, "importance": nil, "isr_p": nil,
		"random": {focalAfterSampling}, "instance_balanced": {focalAfterSampling}, "iou_balanced": {focalAfterSampling},
		"combined": {focalAfterSampling}, "expectation": {focalAfterSampling},
		"hard_negative": {focalAfterMining}, "ohem": {focalAfterMining}, "ohem_caffe": {focalAfterMining},
		"hard_example_miner": {focalAfterMining}, "ohem_balanced": {focalAfterMining},
		"soft_ohem": {focalAfterMining}, "score_hlr": {focalAfterMining},
	}
	for _, e := range registry.Of[sampling.Sampler]().All() {
		expected, known := want[e.Name]
		assert.True(t, known, "%s: does it thin the negatives?", e.Name)
		for _, dense := range []bool{true, false} {
			assert.Equal(t, expected, traps(warned(losses.Focal{Alpha: 0.25, Gamma: 2}, e.New(), losses.ByPositives{}, dense)), e.Name)
			assert.Empty(t, warned(losses.CE{}, e.New(), losses.BySampled{}, dense), e.Name)
		}
	}
	assert.Equal(t, []anchors.Trap{focalAfterSampling}, traps(warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.NewISRP(sampling.NewRandom(512, 0.25)), losses.ByPositives{}, false)))
}

func TestALevellingLossWarnsUnlessItsMeanIsTaken(t *testing.T) {
	level := losses.GHMC{Bins: 10}
	for _, norm := range []losses.Norm{losses.ByPositives{}, losses.ByOne{}, losses.PerImage{Of: losses.ByPositives{}}} {
		list := warned(level, sampling.All{}, norm, true)
		assert.Equal(t, []anchors.Trap{levelledOverPositives}, traps(list))
		assert.Equal(t, "norm valid_bins", list[0].Remedy)
	}
	for _, norm := range []losses.Norm{losses.ByElements{}, losses.ByCandidates{}, losses.BySampled{}} {
		assert.Empty(t, warned(level, sampling.All{}, norm, true))
	}
	assert.Empty(t, warned(level, sampling.NewRandom(256, 0.5), losses.ByPositives{}, true), "a few hundred elements")
	assert.Empty(t, warned(level, sampling.All{}, losses.ByPositives{}, false), "as few regions")
	assert.Empty(t, warned(losses.CE{}, sampling.All{}, losses.ByPositives{}, true))
}

func TestEveryFocusingLossWarnsAndNoOther(t *testing.T) {
	focusing := map[string]bool{
		"focal": true, "softmax_focal": true, "linear_focal": true, "quality_focal": true, "varifocal": true,
		"gaussian_focal": true, "asymmetric": true, "equalized_focal": true,
	}
	for _, e := range registry.Of[losses.Cls]().All() {
		list := warned(e.New(), sampling.NewRandom(256, 0.5), losses.ByPositives{}, true)
		assert.Equal(t, focusing[e.Name], len(list) == 1, e.Name)
	}
	for _, unfocused := range []losses.Cls{losses.Focal{Alpha: 0.25, Gamma: 0}, losses.LinearFocal{Gamma: 1, Beta: 0}, losses.QualityFocal{Beta: 0}} {
		assert.Empty(t, warned(unfocused, sampling.OHEM{Num: 64}, losses.BySampled{}, true))
	}
	focused := losses.ClassBalanced{Effective: losses.Effective{Beta: 0.999}}
	focused.Gamma = 2
	assert.Len(t, warned(focused, sampling.OHEM{Num: 64}, losses.BySampled{}, true), 1)
}

func TestAFocusingLossOverAllAnchorsWarnsOfANormaliserThatCountsThem(t *testing.T) {
	diluting := map[string]bool{"sampled": true, "caffe_valid": true, "valid": true, "elements": true, "valid_bins": true, "caffe_full": true}
	for _, e := range registry.Of[losses.Norm]().All() {
		list := warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.All{}, e.New(), true)
		assert.Equal(t, diluting[e.Name], len(list) == 1, e.Name)
		assert.Empty(t, warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.All{}, e.New(), false), "proposals are not nearly all easy")
	}
	assert.Equal(t, []anchors.Trap{focalOverAll}, traps(warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.All{}, losses.PerImage{Of: losses.BySampled{}}, true)))
	assert.Empty(t, warned(losses.CE{}, sampling.All{}, losses.BySampled{}, true))
	assert.Len(t, warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.All{}, half{}, true), 1, "of a user's own")
}

// half is a normaliser of a user's own.
type half struct{}

func (half) Divisor(n losses.Count) float64 { return max(1, float64(n.Sampled)/2) }

// own is a sampler of a user's own that says nothing about negatives but
// warns of something.
type own struct{ sampling.All }

func (own) Sample(*sampling.Sample, *sampling.Candidates, *rand.Rand) {}

func (own) Warnings() []anchors.Warning { return []anchors.Warning{{Trap: "own", Detail: "d"}} }

func TestAPartOfAUsersOwnWarnsForItself(t *testing.T) {
	assert.Equal(t, []anchors.Warning{{Trap: "own", Where: "sampler", Detail: "d"}}, warned(losses.CE{}, own{}, losses.BySampled{}, true))
}

// unsaying is a sampler of a user's own that says nothing at all.
type unsaying struct{}

func (unsaying) Needs() sampling.Need { return 0 }

func (unsaying) Sample(*sampling.Sample, *sampling.Candidates, *rand.Rand) {}

// saying is one that says what it does.
type saying struct {
	unsaying
	thinning sampling.Thinning
}

func (s saying) Thinning() sampling.Thinning { return s.thinning }

func TestASamplerThatDoesNotSayHowItThinsIsNamedBesideAFocusingLoss(t *testing.T) {
	focal := losses.Focal{Alpha: 0.25, Gamma: 2}
	list := warned(focal, unsaying{}, losses.ByPositives{}, true)
	if assert.Len(t, list, 1) {
		assert.Equal(t, focalAfterSampling, list[0].Trap)
		assert.Equal(t, "cls: focal (focusing 2) after stage.unsaying, which does not say whether it leaves easy negatives to fade; remedy: a method Thinning of stage.unsaying (sampling.Thinner), which returns KeepsAll if it leaves them", list[0].String())
	}
	assert.Empty(t, warned(losses.CE{}, unsaying{}, losses.BySampled{}, true))
	for thinning, want := range map[sampling.Thinning][]anchors.Trap{
		sampling.KeepsAll: nil, sampling.Balances: {focalAfterSampling}, sampling.Mines: {focalAfterMining},
	} {
		assert.Equal(t, want, traps(warned(focal, saying{thinning: thinning}, losses.ByPositives{}, true)))
	}
	assert.Equal(t, []anchors.Trap{focalOverAll}, traps(warned(focal, saying{thinning: sampling.KeepsAll}, losses.BySampled{}, true)))
}

// passing is a sampler of a user's own that holds two and thins as one of them.
type passing struct{ Held, Beside sampling.Sampler }

func (passing) Needs() sampling.Need { return 0 }

func (passing) Sample(*sampling.Sample, *sampling.Candidates, *rand.Rand) {}

func (p passing) Thinning() sampling.Thinning { return sampling.ThinningOf(p.Held) }

// What lacks the method is named, however deep it lies.
func TestTheSamplerThatDoesNotSayIsNamedWithinAnother(t *testing.T) {
	quiet, says := unsaying{}, sampling.NewRandom(16, 0.5)
	for _, c := range []struct {
		sampler sampling.Sampler
		by      string
	}{
		{sampling.NewISRP(quiet), "isr_p"},
		{sampling.Combined{Positive: says, Negative: quiet}, "combined"},
		{sampling.NewISRP(sampling.Combined{Positive: quiet, Negative: passing{Held: quiet, Beside: says}}), "isr_p"},
		{passing{Held: quiet}, "stage.passing"},
	} {
		list := warned(losses.Focal{Alpha: 0.25, Gamma: 2}, c.sampler, losses.ByPositives{}, true)
		if assert.Len(t, list, 1) {
			assert.Equal(t, "cls: focal (focusing 2) after "+c.by+", in which stage.unsaying does not say whether it leaves easy negatives to fade; remedy: a method Thinning of stage.unsaying (sampling.Thinner), which returns KeepsAll if it leaves them", list[0].String())
		}
	}
	list := warned(losses.Focal{Alpha: 0.25, Gamma: 2}, passing{Held: quiet, Beside: quiet}, losses.ByPositives{}, true)
	if assert.Len(t, list, 1) {
		assert.Contains(t, list[0].Remedy, "a method Thinning of stage.passing", "which of the two decides is not known")
	}
}

func TestTheMessagesAreThese(t *testing.T) {
	for text, list := range map[string][]anchors.Warning{
		"cls: focal (focusing 2) after random, which leaves few easy negatives to fade; remedy: sampler all with norm positives, or cross entropy beside random":          warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.NewRandom(256, 0.5), losses.BySampled{}, true),
		"cls: varifocal (focusing 1.5) after ohem favours hard candidates twice, outliers most; remedy: sampler all with norm positives, or cross entropy beside ohem":    warned(losses.NewVarifocal(0.75, 1.5), sampling.OHEM{Num: 64}, losses.BySampled{}, true),
		"cls: focal over all candidates is divided by their number (norm sampled): hardly a loss is left; remedy: norm positives":                                         warned(losses.Focal{Alpha: 0.25, Gamma: 2}, sampling.All{}, losses.BySampled{}, true),
		"cls: objects and background have the same alpha 0.25, which only scales the loss; remedy: background_alpha 0.75 to balance, or both 1 and another learning rate": warned(losses.SoftmaxFocal{Alpha: 0.25, BackgroundAlpha: 0.25, Gamma: 2}, sampling.All{}, losses.ByPositives{}, true),
	} {
		if assert.Len(t, list, 1, text) {
			assert.Equal(t, text, list[0].String())
		}
	}
}

func TestALossWithoutWeightIsWarnedOf(t *testing.T) {
	c := terms()
	c.BoxWeight = 0
	list := c.Warnings(anchors.NewMaxIoU(0.5, 0.4), sampling.All{}, true)
	if assert.Len(t, list, 1) {
		assert.Equal(t, "box: box_weight is 0: boxes are not learned; remedy: box_weight 1", list[0].String())
	}
	assert.NoError(t, c.Check(anchors.NewMaxIoU(0.5, 0.4), 0, sampling.All{}))
	c.ClsWeight = 0
	assert.Len(t, c.Warnings(anchors.NewMaxIoU(0.5, 0.4), sampling.All{}, true), 2)
}
