package losses

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

func TestNothingLackingWarnsOfNothing(t *testing.T) {
	assert.Empty(t, Scarcity{}.Warnings())
	assert.Empty(t, Scarcity{Images: 1000, Truths: 3000}.Warnings())
	assert.Empty(t, Scarcity{Images: 1000, Truths: 3000, Unmatched: 29, FewPositives: 99, NoNegatives: 99}.Warnings(), "below the shares that count")
	for _, s := range []Scarcity{{Unmatched: 30}, {FewPositives: 100}, {NoNegatives: 100}} {
		s.Images, s.Truths = 1000, 3000
		assert.Len(t, s.Warnings(), 1)
	}
}

func TestWhatIsLackingIsSaidInNumbers(t *testing.T) {
	for text, s := range map[string]Scarcity{
		"assigner: 4.2% of objects matched no candidate; remedy: lower pos_iou or min_pos_iou, or force matches; in a second stage join_truth":                                                          {Images: 500, Truths: 1000, Unmatched: 42, Smaller: 20},
		"assigner: 20% of objects matched no candidate, 60% of these smaller than all candidates; remedy: smaller anchors on a finer stride, or an assigner by distance (atss, rfla)":                   {Images: 500, Truths: 1000, Unmatched: 200, Smaller: 120},
		"assigner: 100% of objects matched no candidate, 100% of these larger than all candidates; remedy: larger anchors, or an assigner by distance (atss, rfla)":                                     {Images: 500, Truths: 1000, Unmatched: 1000, Larger: 1000},
		"assigner: 1% of objects matched no candidate, 50% of these more elongated than all candidates; remedy: anchors of more ratios, or an assigner by distance (atss, rfla)":                        {Images: 500, Truths: 1000, Unmatched: 10, Narrower: 5},
		"sampler: 31% of images: 2 positives found for 256 places; used 1:253; remedy: match more candidates (lower pos_iou), or bound the negatives (negatives_per_positive)":                          {Images: 1000, Truths: 1000, FewPositives: 310, Asked: 310 * 256, Kept: 620, Beside: 253 * 620},
		"sampler: 12% of images: 0 positives found beside 64 negatives; remedy: match more candidates (lower pos_iou), or bound the negatives (negatives_per_positive)":                                 {Images: 1000, Truths: 1000, FewPositives: 120, Beside: 120 * 64},
		"sampler: 100% of images gave no negative: background there taught nothing; remedy: min_negatives above 0 (hard_negative), no budget per_batch (ohem), or a higher neg_iou if none is assigned": {Images: 7, NoNegatives: 7},
	} {
		list := s.Warnings()
		if assert.Len(t, list, 1, text) {
			assert.Equal(t, text, list[0].String())
		}
	}
	list := Scarcity{Images: 1, Truths: 1, Unmatched: 1, FewPositives: 1, NoNegatives: 1}.Warnings()
	assert.Equal(t, []anchors.Trap{"unmatched_truth", "few_positives", "no_negatives"}, []anchors.Trap{list[0].Trap, list[1].Trap, list[2].Trap})
}

func TestEveryCountOfScarcityAddsUp(t *testing.T) {
	var one Scarcity
	fields := reflect.ValueOf(&one).Elem()
	for i := range fields.NumField() {
		fields.Field(i).SetInt(int64(i + 1))
	}
	var b Balance
	b.Add(Balance{Scarcity: one})
	b.Add(Balance{Scarcity: one})
	sum := reflect.ValueOf(b.Scarcity)
	for i := range sum.NumField() {
		assert.Equal(t, int64(2*(i+1)), sum.Field(i).Int(), sum.Type().Field(i).Name)
	}
}

func TestEveryCountOfScarcityIsListedByItsName(t *testing.T) {
	var s Scarcity
	fields := reflect.ValueOf(&s).Elem()
	want := map[string]int{}
	for i := range fields.NumField() {
		fields.Field(i).SetInt(int64(i + 1))
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		want[name] = i + 1
	}
	assert.Equal(t, want, maps.Collect(s.All()))
	for range s.All() {
		break
	}
}

func TestOneAlphaForObjectsAndBackgroundWarns(t *testing.T) {
	warns := func(alpha, background float64, class ...float64) bool {
		return len(SoftmaxFocal{Alpha: alpha, BackgroundAlpha: background, Gamma: 2, ClassAlpha: class}.Warnings()) == 1
	}
	assert.True(t, warns(0.25, 0.25))
	assert.True(t, warns(0.25, 0.25, 0.25, 0.25))
	assert.True(t, warns(0.5, 0.5))
	assert.False(t, warns(0.25, 0.75))
	assert.False(t, warns(1, 1), "no balance, and no scale")
	assert.False(t, warns(0.25, 0.25, 0.25, 0.5), "classes are balanced")
}
