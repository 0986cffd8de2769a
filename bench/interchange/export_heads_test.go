package interchange

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// fragmentOf exports a strategy of some lines to mmdetection.
func fragmentOf(t *testing.T, stages string) Exported {
	t.Helper()
	s, err := strategy.Parse("x", []byte("name: x\n"+stages))
	require.NoError(t, err)
	fragment, err := Export(s, nil, "mmdet")
	require.NoError(t, err)
	return fragment
}

// An assigner that asks for more than anchors and objects has the head that
// gives it that, whose own ways are named; the rest comes back as it was.
func TestAnAssignerHasTheHeadThatMMDetectionGivesIt(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		d := rpn.OneStage()
		var head string
		var notes []string
		if rapid.Bool().Draw(t, "atss") {
			a := anchors.NewATSS()
			a.TopK, a.IgnoreIoF = rapid.IntRange(1, 20).Draw(t, "k"), 1
			if rapid.Bool().Draw(t, "ignores") {
				a.IgnoreIoF, a.IgnoreOrder = share(t, "iof", 1, 63), anchors.IgnoreFirst
			}
			d.Assigner, head = a, "ATSSHead"
			notes = []string{"ATSSHead: " + byCentrality, "ATSSHead: there " + centerness}
		} else {
			a := anchors.NewUniform()
			a.IgnoreIoF, a.MatchTimes = 1, rapid.IntRange(1, 9).Draw(t, "times")
			a.PosIgnoreIoU, a.NegIgnoreIoU = share(t, "pos", 1, 30), share(t, "neg", 31, 63)
			d.Assigner, head = a, "YOLOFHead"
			notes = []string{
				"YOLOFHead: there a second output says whether there is an object and enters the classification's logits",
				"YOLOFHead: there candidates are of one level of the pyramid alone",
			}
		}
		d.Sampler, d.Norm = sampling.All{}, losses.ByPositives{EmptyAsOne: true}
		d.Cls = rapid.SampledFrom([]losses.Cls{losses.CE{}, losses.Focal{Alpha: share(t, "alpha", 1, 63), Gamma: share(t, "gamma", 0, 300)}}).Draw(t, "cls")
		d.Box = rapid.SampledFrom([]losses.Box{losses.GIoU{}, losses.DIoU{}, losses.CIoU{FromIoU: 0.5}}).Draw(t, "box")
		d.Coder, d.ClsWeight, d.BoxWeight = drawnCoder(t), share(t, "cls weight", 1, 500), share(t, "box weight", 0, 500)
		s := strategy.Strategy{Name: "drawn", LR: 0.002, Dense: &strategy.Dense{Config: d}}
		fragment, again := back(t, dir, s, "mmdet")
		assert.Equal(t, notes, fragment.Lacks)
		assert.Contains(t, string(fragment.Text), "type='"+head+"'")
		assert.Equal(t, head == "ATSSHead", strings.Contains(string(fragment.Text), "reg_decoded_bbox=True"), "a base may have it False")
		assert.Equal(t, s, again)
	})
}

// mmdetection's losses that count classes have LVIS's number of them, whatever their
// head has, unless they are told.
func TestALossThatCountsClassesAsksForTheirNumber(t *testing.T) {
	for ours, theirs := range map[string]string{"seesaw": "SeesawLoss", "eqlv2": "EQLV2Loss", "softmax_ce": ""} {
		text := string(fragmentOf(t, "rpn: {}\nroi: {cls: "+ours+"}").Text)
		assert.Equal(t, theirs != "", strings.Contains(text, "\n# "+theirs+" is of 1203 classes unless it is given num_classes: give it that of the head.\n"), text)
	}
}

// mmdetection stops at a loss that is given other targets than it expects, at an
// assigner that is not given what it asks for, and at deltas in place of boxes:
// none of these is written.
func TestWhatMMDetectionWouldStopAtIsALack(t *testing.T) {
	const twoStages = "rpn: {assigner: {type: %}}\nroi: {}"
	for _, c := range []struct {
		stages, lack, absent string
		written              []string
	}{
		{"dense: {cls: {type: quality_focal, beta: 2}}", "dense.cls: quality_focal; there RetinaHead gives it the class of each candidate, without a quality", "QualityFocalLoss", []string{"RetinaHead"}},
		{"dense: {cls: varifocal}", "dense.cls: varifocal; there RetinaHead gives it the class of each candidate, without a quality", "VarifocalLoss", nil},
		{"dense: {assigner: atss, cls: {type: quality_focal, beta: 2}}", "dense.cls: quality_focal; there ATSSHead gives it the class of each candidate, without a quality", "QualityFocalLoss", []string{"ATSSHead"}},
		{"dense: {cls: gaussian_focal}", "dense.cls: gaussian_focal; there it is of heat maps, not of candidates", "GaussianFocalLoss", nil},
		{"dense: {cls: eqlv2}", "dense.cls: eqlv2; there it is of a second stage alone", "EQLV2Loss", nil},
		{"dense: {assigner: uniform, cls: softmax_ce}", "dense.cls: softmax_ce; there YOLOFHead has no output for the background", "CrossEntropyLoss", nil},
		{"dense: {assigner: fcos, cls: ghm_c}", "dense.cls: ghm_c; there FCOSHead gives it no weights of the candidates", "GHMC", nil},
		{"dense: {assigner: task_aligned, cls: focal}", "dense.cls: focal; there TOODHead gives it a class and a quality of each candidate", "FocalLoss", nil},
		{"dense: {assigner: dynamic_soft, cls: varifocal}", "dense.cls: varifocal; there RTMDetHead gives it a class and a quality of each candidate", "VarifocalLoss", nil},
		{"dense: {assigner: simota, cls: ghm_c}", "dense.cls: ghm_c; there YOLOXHead gives it a target for each class", "GHMC", nil},
		{"dense: {cls: asymmetric}", "dense.cls: asymmetric", "loss_cls", nil},
		{"dense: {assigner: atss, box: l1}", "dense.box: l1; there this head's box loss compares boxes, not deltas", "loss_bbox", nil},
		{"dense: {assigner: uniform, box: smooth_l1}", "dense.box: smooth_l1; there this head's box loss compares boxes, not deltas", "loss_bbox", nil},
		{"dense: {assigner: uniform, sampler: random}", "dense.sampler: random; there the box loss of YOLOFHead is of all positives", "RetinaHead", nil},
		{"dense: {assigner: atss, sampler: hard_negative, cls: softmax_ce}", "dense.assigner: atss; there SSDHead does not give it the number of anchors at each level", "ATSSAssigner", []string{"SSDHead"}},
		{"dense: {assigner: point}", "dense.assigner: point; there RetinaHead does not give it points with their strides", "PointAssigner", nil},
		{strings.ReplaceAll(twoStages, "%", "atss"), "rpn.assigner: atss; there RPNHead does not give it the number of anchors at each level", "ATSSAssigner", nil},
		{strings.ReplaceAll(twoStages, "%", "uniform"), "rpn.assigner: uniform; there RPNHead does not give it the decoded boxes", "UniformAssigner", nil},
		{"dense: {assigner: atss, sampler: {type: isr_p, sampler: all}, carl: {}}", "dense.sampler: isr_p; there ATSSHead does not weigh positives", "isr=", []string{"ATSSHead"}},
		{"dense: {assigner: fcos}", "FCOSHead: there a second output says how central a candidate is, with a loss of its own", "loss_centerness", nil},
		{"dense: {assigner: simota, cls: softmax_ce}", "dense.cls: softmax_ce; there YOLOXHead has no output for the background", "loss_cls", nil},
		{"rpn: {}\nroi: {cls: {type: quality_focal, beta: 2}}", "roi.cls: quality_focal; there Shared2FCBBoxHead gives it the class of each candidate, without a quality", "QualityFocalLoss", nil},
		{"dense: {assigner: fcos, carl: {}}", "dense.carl: there FCOSHead has no such loss", "carl=", nil},
	} {
		fragment := fragmentOf(t, c.stages)
		assert.Contains(t, fragment.Lacks, c.lack, c.stages)
		_, code, _ := strings.Cut(string(fragment.Text), "\nmodel = ")
		assert.NotContains(t, code, c.absent, c.stages)
		for _, w := range c.written {
			assert.Contains(t, code, w, c.stages)
		}
	}
}

// Heads that give qualities take the losses of qualities, of probabilities where
// they give these.
func TestLossesOfQualitiesGoToHeadsThatHaveThem(t *testing.T) {
	for stages, written := range map[string]string{
		"dense: {assigner: {type: task_aligned, ignore_iof: 1}, cls: {type: quality_focal, beta: 1.5}, box: giou}": "activated=True",
		"dense: {assigner: {type: dynamic_soft, ignore_iof: 1}, cls: {type: quality_focal, beta: 1.5}, box: giou}": "type='QualityFocalLoss', use_sigmoid=True, beta=1.5, loss_weight=1",
		"dense: {assigner: {type: simota, ignore_iof: 1}, cls: varifocal, box: iou}":                               "VarifocalLoss",
	} {
		s, err := strategy.Parse("x", []byte("name: x\n"+stages))
		require.NoError(t, err)
		fragment, made := returned(t, t.TempDir(), s, nil, "mmdet")
		assert.Contains(t, strings.Join(strings.Fields(string(fragment.Text)), " "), written)
		assert.NotContains(t, strings.Join(fragment.Lacks, "\n"), "dense.cls")
		assert.Equal(t, s.Dense.Cls, made.Strategy.Dense.Cls)
	}
}
