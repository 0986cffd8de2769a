package abi

import (
	"cmp"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a strategy's own sampler kept is taken from its targets and given back.
func TestAGivenSampleIsTheStrategysOwn(t *testing.T) {
	const mined = "dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce, norm: sampled}"
	c, w := newCaller(3, 4), newWork(t, mined, stageDense, 4)
	own := Value{Size: unsafe.Sizeof(Value{})}
	require.NoError(t, w.Step(&c.batch, &own))
	grad, n := slices.Clone(c.gradLogits), int32(len(c.box))

	counts := Counts{Size: unsafe.Sizeof(Counts{})}
	require.NoError(t, w.Sample(&c.batch, &counts))
	rows := make([]int32, counts.Rows)
	require.NoError(t, w.ReadTargets(&Lists{Size: unsafe.Sizeof(Lists{}), Row: &rows[0], Rows: counts.Rows, BoxRows: counts.BoxRows}))
	starts := make([]int64, 4)
	for j, row := range rows {
		starts[row/n+1]++
		rows[j] = row % n
	}
	for i := range 3 {
		starts[i+1] += starts[i]
	}

	all := newWork(t, "dense: {sampler: all, cls: ce, norm: sampled}", stageDense, 4)
	c.batch.Samples, c.batch.Sample = &starts[0], &rows[0]
	value := Value{Size: unsafe.Sizeof(Value{})}
	require.NoError(t, all.Step(&c.batch, &value))
	assert.Equal(t, own, value)
	assert.Equal(t, grad, c.gradLogits)

	weight := slices.Repeat([]float32{0.5}, len(rows))
	c.batch.SampleWeight = &weight[0]
	require.NoError(t, all.Step(&c.batch, &value))
	assert.InDelta(t, own.Cls/2, value.Cls, 1e-6)

	c.batch.Size = unsafe.Offsetof(c.batch.Samples)
	require.NoError(t, all.Step(&c.batch, &value))
	assert.Equal(t, value.Negatives, value.UsedNegatives, "a struct of before knows no sample")
}

func TestAGivenSampleThatIsNoneIsRefused(t *testing.T) {
	c, w := newCaller(2, 4), newWork(t, "dense: {sampler: all, cls: ce}", stageDense, 4)
	value := Value{Size: unsafe.Sizeof(Value{})}
	gt := make([]int32, 2*len(c.box))
	for i := range gt {
		gt[i] = -1
	}
	iou := make([]float32, len(gt))
	gt[len(c.box)+7] = -2
	c.batch.GT, c.batch.IoU = &gt[0], &iou[0]
	for _, bad := range []struct {
		starts  []int64
		index   []int32
		weight  []float32
		problem string
	}{
		{[]int64{0, 2, 2}, []int32{5, 5}, nil, "sample of image 0: candidate 5 after 5: expected ascending ones below 256"},
		{[]int64{0, 0, 1}, []int32{256}, nil, "sample of image 1: candidate 256 after -1"},
		{[]int64{0, 0, 1}, []int32{7}, nil, "sample of image 1: candidate 7 is ignored"},
		{[]int64{0, 1, 1}, []int32{7}, []float32{-1}, "sample of image 0: weight -1 of candidate 7"},
		{[]int64{0, 3, 1}, []int32{7}, nil, "samples go from 3 to 1 at image 1"},
		{[]int64{1, 1, 1}, []int32{7}, nil, "samples go from 1 to 1 at image 0"},
	} {
		c.batch.Samples, c.batch.Sample, c.batch.SampleWeight = &bad.starts[0], &bad.index[0], nil
		if bad.weight != nil {
			c.batch.SampleWeight = &bad.weight[0]
		}
		var message [300]byte
		// A work that a panic has left is done for, so that each has its own.
		w = newWork(t, "dense: {sampler: all, cls: ce}", stageDense, 4)
		assert.EqualValues(t, Misuse, Call(&message[0], 300, func() error { return w.Step(&c.batch, &value) }))
		assert.Contains(t, text(message[:]), bad.problem)
	}
}

func TestHardnessIsTheLossOfEveryCandidate(t *testing.T) {
	c, w := newCaller(3, 4), newWork(t, "dense: {sampler: all, cls: ce, norm: caffe_none}", stageDense, 4)
	n := 3 * len(c.box)
	gt, iou, hardness := make([]int32, n), make([]float32, n), make([]float32, n)
	require.NoError(t, w.Assign(&c.batch, &gt[0], &iou[0]))
	assert.ErrorContains(t, w.Hardness(&c.batch, &hardness[0]), "hardness needs gt")
	c.batch.GT, c.batch.IoU = &gt[0], &iou[0]
	require.NoError(t, w.Hardness(&c.batch, &hardness[0]))
	value, sum := Value{Size: unsafe.Sizeof(Value{})}, 0.0
	require.NoError(t, w.Step(&c.batch, &value))
	for i, h := range hardness {
		sum += float64(h)
		assert.Equal(t, gt[i] == -2, h == 0)
	}
	assert.InEpsilon(t, value.Cls, sum, 1e-5)

	joint := newWork(t, "dense: {sampler: all, cls: ghm_c}", stageDense, 4)
	assert.ErrorContains(t, joint.Hardness(&c.batch, &hardness[0]), "it has no hardness")
	gt[0] = 9
	assert.ErrorContains(t, w.Hardness(&c.batch, &hardness[0]), "gt[0] of image 0 is 9 of 0 ground truths")
}

// A second stage's own sample is taken from its regions and given back.
func TestAGivenSampleOfASecondStageIsItsOwn(t *testing.T) {
	const mined = "rpn: {}\nroi: {sampler: {type: ohem, num: 16}, cls: softmax_ce}"
	c := newCaller(2, 4)
	starts := []int64{0, 100, 256}
	p := Proposals{Size: unsafe.Sizeof(Proposals{}), Images: c.batch.Images, Proposals: &starts[0], ProposalBox: &c.box[0][0]}
	logits, deltas := make([]float32, 300*5), make([]float32, 300*4)
	for i := range logits {
		logits[i] = float32(i*41%103)/25 - 2
	}
	grad, gradDeltas := make([]float32, 32*5), make([]float32, 32*4)
	loss := func(w *Work) Value {
		v := Value{Size: unsafe.Sizeof(Value{})}
		require.NoError(t, w.LossROIs(&logits[0], &deltas[0], &grad[0], &gradDeltas[0], &v))
		return v
	}
	var n, regions int64
	w := newWork(t, mined, stageROI, 4)
	var none int64
	assert.ErrorContains(t, w.LabelsROIs(nil, nil, 0), "detsample_roi_join comes first")
	assert.ErrorContains(t, w.HardnessROIs(nil, nil, 0), "detsample_roi_join comes first")
	assert.ErrorContains(t, w.TakeROIs(1, 2, &none, nil, nil, &regions), "detsample_roi_join comes first")
	require.NoError(t, w.Join(&p, &n))
	require.NoError(t, w.SampleROIs(1, 2, &logits[0], &deltas[0], &regions))
	require.EqualValues(t, 32, regions)
	own := loss(w)

	all := newWork(t, "rpn: {}\nroi: {sampler: all, cls: softmax_ce}", stageROI, 4)
	require.NoError(t, all.Join(&p, &n))
	gt, iou, hardness := make([]int32, n), make([]float32, n), make([]float32, n)
	require.NoError(t, all.LabelsROIs(&gt[0], &iou[0], n))
	require.NoError(t, all.HardnessROIs(&logits[0], &hardness[0], n))
	positives := 0
	for k, label := range gt {
		assert.Equal(t, label >= 0, iou[k] >= 0.5, "candidate %d", k)
		if label >= 0 {
			positives++
		}
	}
	assert.EqualValues(t, own.Positives, positives, "of both images")
	assert.EqualValues(t, 1, slices.Max(iou), "ground truth joined")
	box, image := make([]float32, 4*n), make([]int32, n)
	require.NoError(t, all.Candidates(&box[0], &image[0], n))
	var index []int32
	samples := []int64{0}
	first := 0
	for i := range int32(2) {
		count := 0
		for _, of := range image {
			if of == i {
				count++
			}
		}
		order := make([]int32, count)
		for k := range order {
			order[k] = int32(k)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(hardness[first+int(b)], hardness[first+int(a)]) })
		hardest := order[:16]
		slices.Sort(hardest)
		index, first = append(index, hardest...), first+count
		samples = append(samples, int64(len(index)))
	}
	require.NoError(t, all.TakeROIs(1, 2, &samples[0], &index[0], nil, &regions))
	assert.EqualValues(t, 32, regions)
	assert.Equal(t, own, loss(all))

	counts := Counts{Size: unsafe.Sizeof(Counts{})}
	require.NoError(t, all.TargetsROIs(&counts))
	weight := slices.Repeat([]float32{0.5}, len(index))
	require.NoError(t, all.TakeROIs(1, 3, &samples[0], &index[0], &weight[0], &regions))
	assert.ErrorContains(t, all.ReadTargets(&Lists{Size: unsafe.Sizeof(Lists{})}), "no targets yet", "they were another sample's")
	assert.InDelta(t, own.Cls/2, loss(all).Cls, 1e-6)

	var message [200]byte
	for want, call := range map[string]func() error{
		"samples or regions is NULL":    func() error { return all.TakeROIs(1, 2, nil, nil, nil, &regions) },
		"sample is NULL beside samples": func() error { return all.TakeROIs(1, 2, &samples[0], nil, nil, &regions) },
		"samples go from 5 to 3":        func() error { return all.TakeROIs(1, 2, &[]int64{0, 5, 3}[0], &index[0], nil, &regions) },
		"candidate 7 after 7":           func() error { return all.TakeROIs(1, 2, &[]int64{0, 2, 2}[0], &[]int32{7, 7}[0], nil, &regions) },
		"candidate -1 after -1":         func() error { return all.TakeROIs(1, 2, &[]int64{0, 1, 1}[0], &[]int32{-1}[0], nil, &regions) },
		"weight -2 of candidate 7": func() error {
			return all.TakeROIs(1, 2, &[]int64{0, 1, 1}[0], &[]int32{7}[0], &[]float32{-2}[0], &regions)
		},
		"room for 3 of":                   func() error { return all.LabelsROIs(&gt[0], nil, 3) },
		"room for 4 of":                   func() error { return all.HardnessROIs(&logits[0], &hardness[0], 4) },
		"hardness needs logits, and room": func() error { return all.HardnessROIs(nil, &hardness[0], n) },
	} {
		assert.NotEqualValues(t, OK, Call(&message[0], 200, call))
		assert.Contains(t, text(message[:]), want)
	}
	jointly := newWork(t, "rpn: {}\nroi: {sampler: all, cls: ghm_c}", stageROI, 4)
	require.NoError(t, jointly.Join(&p, &n))
	assert.ErrorContains(t, jointly.HardnessROIs(&logits[0], &hardness[0], n), "weighs a candidate by the others")
}
