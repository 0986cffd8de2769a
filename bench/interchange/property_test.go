package interchange

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// share draws a number that both sides write in full.
func share(t *rapid.T, name string, low, high int) float64 {
	return float64(rapid.IntRange(low, high).Draw(t, name)) / 64
}

func drawnCoder(t *rapid.T) anchors.Coder {
	w := rapid.SampledFrom([]float32{1, 2, 5, 10, 20, 3.3, 0.7}).Draw(t, "weight")
	return anchors.NewCoder(w, w, rapid.SampledFrom([]float32{1, 5, 30, 0.3}).Draw(t, "weight of size"), w)
}

// drawnMaxIoU draws an assigner that mmdetection has.
func drawnMaxIoU(t *rapid.T, forced bool) anchors.MaxIoU {
	pos := share(t, "pos", 20, 60)
	a := anchors.NewMaxIoU(pos, share(t, "neg", 10, int(pos*64)))
	a.NegFloor = rapid.SampledFrom([]float64{0, 5.0 / 64}).Draw(t, "floor")
	a.IgnoreIoF = 1
	if rapid.Bool().Draw(t, "ignores") {
		a.IgnoreIoF, a.IgnoreOrder = share(t, "iof", 1, 63), anchors.IgnoreFirst
	}
	if !forced {
		a.Forced = anchors.ForcedNone
		return a
	}
	a.Forced, a.ForceZero, a.MinPosIoU = anchors.ForcedTaken, true, share(t, "least", 0, 40)
	a.Ties = rapid.SampledFrom([]anchors.Ties{anchors.TiesAll, anchors.TiesFirst}).Draw(t, "ties")
	return a
}

func drawnBox(t *rapid.T) losses.Box {
	return rapid.SampledFrom([]losses.Box{
		losses.L1{}, losses.SmoothL1{Beta: share(t, "beta", 1, 99)}, losses.BalancedL1{Alpha: 0.5, Gamma: 1.5, Beta: share(t, "balanced", 1, 99)},
		losses.GIoU{}, losses.DIoU{}, losses.CIoU{FromIoU: 0.5},
	}).Draw(t, "box")
}

func drawnCls(t *rapid.T) losses.Cls {
	return rapid.SampledFrom([]losses.Cls{
		losses.CE{}, losses.CE{ClassWeight: []float64{share(t, "class", 1, 99), 2}}, losses.SoftmaxCE{},
		losses.Focal{Alpha: share(t, "alpha", 1, 63), Gamma: share(t, "gamma", 0, 300)},
	}).Draw(t, "cls")
}

func drawnRandom(t *rapid.T, limited bool) sampling.Random {
	s := sampling.NewRandom(rapid.IntRange(1, 2000).Draw(t, "num"), share(t, "fraction", 1, 64))
	if limited {
		s.NegativesPerPositive = rapid.SampledFrom([]float64{0, 3, 5.5}).Draw(t, "limit")
	}
	return s
}

// Whatever a strategy says that both sides know comes back as it was.
func TestStrategiesComeBackFromMMDetectionExactly(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := strategy.Strategy{Name: "drawn", LR: 0.002}
		if rapid.Bool().Draw(t, "one stage") {
			d := rpn.OneStage()
			d.Assigner = drawnMaxIoU(t, true)
			d.Sampler, d.Norm = sampling.All{}, losses.ByPositives{EmptyAsOne: true}
			if rapid.Bool().Draw(t, "drawn") {
				d.Sampler, d.Norm = drawnRandom(t, true), losses.BySampled{EmptyAsOne: true}
			}
			d.Cls, d.Box, d.Coder = drawnCls(t), drawnBox(t), drawnCoder(t)
			d.ClsWeight, d.BoxWeight = share(t, "cls weight", 1, 500), share(t, "box weight", 0, 500)
			s.Dense = &strategy.Dense{Config: d}
		} else {
			first, second := rpn.Objectness(), roi.SecondStage()
			first.Assigner, first.Sampler = drawnMaxIoU(t, true), drawnRandom(t, true)
			first.Norm, first.Box, first.Coder = losses.BySampled{EmptyAsOne: true}, drawnBox(t), drawnCoder(t)
			second.Assigner, second.Sampler = drawnMaxIoU(t, rapid.Bool().Draw(t, "forced")), drawnRandom(t, true)
			second.Box, second.Coder = drawnBox(t), drawnCoder(t)
			second.JoinTruth, second.PerClass = rapid.Bool().Draw(t, "join"), rapid.Bool().Draw(t, "per class")
			s.RPN, s.ROI = &strategy.RPN{Config: first}, &strategy.ROI{Config: second}
		}
		fragment, again := back(t, dir, s, "mmdet")
		assert.Empty(t, fragment.Lacks)
		assert.Equal(t, s, again)
	})
}

func drawnMatcher(t *rapid.T, forced, floor bool) anchors.MaxIoU {
	pos := share(t, "pos", 20, 60)
	a := anchors.NewMaxIoU(pos, share(t, "neg", 10, int(pos*64)))
	a.IgnoreIoF, a.Forced = 1, anchors.ForcedNone
	if floor {
		a.NegFloor = rapid.SampledFrom([]float64{0, 5.0 / 64}).Draw(t, "floor")
	}
	if forced {
		a.Forced, a.ForceZero = anchors.ForcedKeep, true
	}
	return a
}

func TestStrategiesComeBackFromDetectron2Exactly(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := strategy.Strategy{Name: "drawn", LR: 0.002}
		box := func() losses.Box {
			return rapid.SampledFrom([]losses.Box{losses.L1{}, losses.SmoothL1{Beta: share(t, "beta", 1, 99)}, losses.GIoU{}, losses.DIoU{}, losses.CIoU{}}).Draw(t, "box")
		}
		if rapid.Bool().Draw(t, "one stage") {
			d := rpn.OneStage()
			d.Assigner, d.Sampler, d.Box, d.Coder = drawnMatcher(t, true, true), sampling.All{}, box(), drawnCoder(t)
			d.Cls = losses.Focal{Alpha: share(t, "alpha", 1, 63), Gamma: share(t, "gamma", 0, 300)}
			d.Norm = losses.MovingAverage{Momentum: 0.9, Initial: 100}
			s.Dense = &strategy.Dense{Config: d}
		} else {
			first, second := rpn.Objectness(), roi.SecondStage()
			drawn := drawnRandom(t, false)
			first.Assigner, first.Sampler, first.Box, first.Coder = drawnMatcher(t, true, true), drawn, box(), drawnCoder(t)
			first.Norm = losses.ByFixed{PerImage: float64(drawn.Num)}
			first.ClsWeight = rapid.SampledFrom([]float64{0.5, 1, 2, 4}).Draw(t, "cls weight")
			first.BoxWeight = share(t, "box weight", 0, 500)
			second.Assigner, second.Sampler, second.Box, second.Coder = drawnMatcher(t, false, true), drawnRandom(t, false), box(), drawnCoder(t)
			second.BoxWeight = share(t, "second box weight", 0, 500)
			if rapid.Bool().Draw(t, "sigmoid") {
				second.Cls = losses.CE{}
			}
			second.JoinTruth, second.PerClass = rapid.Bool().Draw(t, "join"), rapid.Bool().Draw(t, "per class")
			s.RPN, s.ROI = &strategy.RPN{Config: first}, &strategy.ROI{Config: second}
		}
		fragment, again := back(t, dir, s, "detectron2")
		assert.Empty(t, fragment.Lacks)
		assert.Equal(t, s, again)
	})
}

func TestStrategiesComeBackFromTorchvisionExactly(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s, err := strategy.Peer("torchvision")
		if err != nil {
			t.Fatal(err)
		}
		s.RPN.Assigner, s.RPN.Sampler = drawnMatcher(t, true, false), drawnRandom(t, false)
		s.ROI.Assigner, s.ROI.Sampler, s.ROI.Coder = drawnMatcher(t, false, false), drawnRandom(t, false), drawnCoder(t)
		fragment, again := back(t, dir, s, "torchvision")
		assert.Empty(t, fragment.Lacks)
		assert.Equal(t, s, again)
	})
}

// A constant of 1 has a second name here, by which it is written.
func TestASecondNameIsTheSame(t *testing.T) {
	s, err := strategy.Peer("detectron2")
	if err != nil {
		t.Fatal(err)
	}
	s.RPN.Sampler, s.RPN.Norm = sampling.NewRandom(1, 0.5), losses.ByFixed{PerImage: 1}
	fragment, again := back(t, t.TempDir(), s, "detectron2")
	assert.Empty(t, fragment.Lacks)
	assert.Equal(t, s, again)
}

// What has no equivalent is named, never dropped.
func TestEveryChangeThatALibraryLacksIsNamed(t *testing.T) {
	for _, to := range Targets() {
		s, err := strategy.Peer("torchvision")
		if err != nil {
			t.Fatal(err)
		}
		s.ROI.Sampler = sampling.NewSoftOHEM(64)
		fragment, err := Export(s, nil, to)
		assert.NoError(t, err)
		assert.Contains(t, string(fragment.Text), "soft_ohem", to)
		assert.NotEmpty(t, fragment.Lacks, to)
	}
}
