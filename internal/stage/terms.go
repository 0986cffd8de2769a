package stage

import (
	"errors"
	"fmt"
	"reflect"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/sampling"
)

// Terms are the parts of a stage's configuration that make its loss.
type Terms struct {
	Cls       losses.Cls
	Box       losses.Box
	Norm      losses.Norm
	BoxNorm   losses.Norm  // nil: Norm
	ClsWeight float64      `range:"[0,)"`
	BoxWeight float64      `range:"[0,)"`
	CARL      *losses.CARL // nil: none
	Coder     anchors.Coder
}

// Check reports a missing part, a value out of its range, a sampler that mines
// by hardness beside a loss that has none, and an assigner that needs what the
// stage does not give.
func (t Terms) Check(assigner anchors.Assigner, gives anchors.Need, sampler sampling.Sampler) error {
	switch {
	case missing(assigner):
		return errors.New("no assigner: choose one, for instance max_iou")
	case missing(sampler):
		return errors.New("no sampler: choose one, for instance random")
	case missing(t.Cls) || missing(t.Box):
		return errors.New("a classification loss (cls) and a box loss (box) are needed")
	case missing(t.Norm):
		return errors.New("no normaliser (norm): choose one, for instance positives")
	case t.ClsWeight == 0 && t.BoxWeight == 0 && (t.CARL == nil || t.CARL.Weight == 0):
		return errors.New("cls_weight and box_weight are both 0: nothing would be learned; set them to 1")
	}
	if err := registry.Check(struct {
		Assigner anchors.Assigner
		Sampler  sampling.Sampler
		Terms
	}{assigner, sampler, t}); err != nil {
		return err
	}
	if err := checkNeeds(sampler); err != nil {
		return err
	}
	_, pointwise := t.Cls.(losses.Pointwise)
	if sampler.Needs()&(sampling.NeedHardness|sampling.NeedGradient) != 0 && !pointwise {
		return fmt.Errorf("sampler %s mines by hardness, which loss %s does not have, since there a row's loss depends on the batch: choose a pointwise loss such as ce, or a sampler such as all",
			registry.Name(sampler), registry.Name(t.Cls))
	}
	if lacks := assigner.Needs() &^ gives; lacks != 0 {
		return fmt.Errorf("assigner %s needs %v, which this stage does not have: %s", registry.Name(assigner), lacks, instead(assigner))
	}
	return nil
}

// instead says what to do about an assigner that needs what a stage does not give.
func instead(assigner anchors.Assigner) string {
	if m, ok := assigner.(anchors.MaxIoU); ok && m.Needs() != 0 {
		return "leave out straddle"
	}
	return "choose one for arbitrary boxes, such as max_iou"
}

// missing reports whether a part is nil, or a pointer that is.
func missing(part any) bool {
	v := reflect.ValueOf(part)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

func (t Terms) boxNorm() losses.Norm {
	if t.BoxNorm == nil {
		return t.Norm
	}
	return t.BoxNorm
}
