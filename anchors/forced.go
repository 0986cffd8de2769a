package anchors

import "detsample/internal/choice"

// Forced says what happens to a ground truth that no candidate overlaps by
// the positive threshold: whether its best candidate is made positive all the
// same (a low-quality match), and for which ground truth.
type Forced uint8

// The ways in which the field forces matches.
const (
	ForcedNone   Forced = iota // no low-quality matches: the second stage everywhere
	ForcedKeep                 // the forced candidate keeps its own argmax ground truth: detectron2, torchvision, Caffe
	ForcedTaken                // the ground truth takes its candidate, the highest index winning: mmdetection, ssd.pytorch
	ForcedLowest               // the ground truth takes its candidate, the lowest index winning: TensorFlow's ArgMaxMatcher
)

var forcedNames = []string{"none", "keep", "taken", "lowest"}

// MarshalText writes the value as UnmarshalText reads it.
func (f Forced) MarshalText() ([]byte, error) { return choice.Marshal(f, forcedNames) }

// UnmarshalText accepts none, keep, taken or lowest.
func (f *Forced) UnmarshalText(text []byte) error {
	return choice.Unmarshal(f, "way to force matches", forcedNames, text)
}

// Ties says which of several candidates that are equally good for a ground
// truth it gets.
type Ties uint8

// The two ways in which the field treats equally good candidates.
const (
	TiesAll   Ties = iota // all of them: detectron2, torchvision, Caffe, mmdetection's gt_max_assign_all
	TiesFirst             // the one of lowest index: ssd.pytorch, TensorFlow
)

var tiesNames = []string{"all", "first"}

// MarshalText writes the value as UnmarshalText reads it.
func (t Ties) MarshalText() ([]byte, error) { return choice.Marshal(t, tiesNames) }

// UnmarshalText accepts all or first.
func (t *Ties) UnmarshalText(text []byte) error {
	return choice.Unmarshal(t, "treatment of ties", tiesNames, text)
}

// Order says which rule has the last word on a candidate that several of
// [MaxIoU]'s rules speak about.
type Order uint8

// The orders of the field.
const (
	// ForcedLast: thresholds first, then forced matches overwrite them, as in
	// mmdetection, detectron2 and torchvision.
	ForcedLast Order = iota
	// PositiveLast: a candidate that reaches the positive threshold stays with
	// its own ground truth, as in py-faster-rcnn (negative, forced, positive).
	PositiveLast
	// NegativeLast: besides, a candidate below the negative threshold is
	// negative even where it was forced, as in py-faster-rcnn with
	// RPN_CLOBBER_POSITIVES.
	NegativeLast
)

var orderNames = []string{"forced_last", "positive_last", "negative_last"}

// MarshalText writes the value as UnmarshalText reads it.
func (o Order) MarshalText() ([]byte, error) { return choice.Marshal(o, orderNames) }

// UnmarshalText accepts forced_last, positive_last or negative_last.
func (o *Order) UnmarshalText(text []byte) error {
	return choice.Unmarshal(o, "order", orderNames, text)
}
