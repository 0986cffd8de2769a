package losses

import "detsample/anchors"

// Focused is a classification loss that fades easy negatives. Focusing returns
// the exponent by which it does so: with p the probability of an object, the
// weight of an easy negative beside cross entropy falls as p^Focusing; 0 is
// cross entropy.
type Focused interface {
	Cls
	Focusing() float64
}

// Focusing implements [Focused].
func (l Focal) Focusing() float64 { return l.Gamma }

// Focusing implements [Focused].
func (l SoftmaxFocal) Focusing() float64 { return l.Gamma }

// Focusing implements [Focused]: far from the boundary a margin m weighs
// exp(-Gamma m), beside exp(-m) of cross entropy.
func (l LinearFocal) Focusing() float64 { return max(0, l.Gamma-1) }

// Focusing implements [Focused].
func (l QualityFocal) Focusing() float64 { return l.Beta }

// Focusing implements [Focused].
func (l Varifocal) Focusing() float64 { return l.Gamma }

// Focusing implements [Focused].
func (l GaussianFocal) Focusing() float64 { return l.Alpha }

// Focusing implements [Focused].
func (l Asymmetric) Focusing() float64 { return l.GammaNeg }

// Focusing implements [Focused]: that of a balanced class.
func (l EqualizedFocal) Focusing() float64 { return l.Gamma }

// Focusing implements [Focused].
func (l ClassBalanced) Focusing() float64 { return l.Gamma }

// Focusing implements [Focused].
func (l SoftmaxClassBalanced) Focusing() float64 { return l.Gamma }

// singleAlpha: softmax focal loss with one alpha for objects and
// background, as in zimenglan's Caffe layer. It balances nothing and
// scales the loss, which is the learning rate's part.
const singleAlpha anchors.Trap = "single_alpha"

// Warnings implements [anchors.Wary]: one alpha for objects and background. An
// alpha of 1 says openly that there is no balance.
func (l SoftmaxFocal) Warnings() []anchors.Warning {
	if l.Alpha != l.BackgroundAlpha || l.Alpha == 1 {
		return nil
	}
	for _, a := range l.ClassAlpha {
		if a != l.Alpha {
			return nil
		}
	}
	return []anchors.Warning{{
		Trap:   singleAlpha,
		Detail: "objects and background have the same alpha " + figure(l.Alpha) + ", which only scales the loss",
		Remedy: "background_alpha " + figure(1-l.Alpha) + " to balance, or both 1 and another learning rate",
	}}
}

var _ anchors.Wary = SoftmaxFocal{}
