package replay

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// head is a head's output over candidates on and beside objects, and what a
// stage makes of it.
type head struct {
	link           losses.Link
	boxes          []anchors.Box
	truth          []anchors.Truth // of each image
	logits, deltas []float32
}

func newHead(link losses.Link, classes int, coder anchors.Coder) *head {
	const images, n = 3, 200
	rng := rand.New(rand.NewPCG(5, uint64(classes)))
	h := &head{link: link}
	for range n {
		x, y := 60*rng.Float32(), 60*rng.Float32()
		h.boxes = append(h.boxes, anchors.Box{x, y, x + 20, y + 20 + rng.Float32()})
	}
	for range images {
		var t anchors.Truth
		for range 5 {
			t.Box = append(t.Box, h.boxes[rng.IntN(n)].Scale(1.05, 1.02))
			t.Class = append(t.Class, rng.Int32N(int32(classes)))
		}
		h.truth = append(h.truth, t)
		for range n * link.Columns(classes) {
			h.logits = append(h.logits, float32(rng.NormFloat64()))
		}
		for range n {
			for _, weight := range coder.Weights {
				h.deltas = append(h.deltas, weight*float32(0.2*rng.NormFloat64()))
			}
		}
	}
	return h
}

// written writes the head's output with its ground truth, with or without the
// coder that its deltas have.
func (h *head) written(t *testing.T, classes int, coder []float32) string {
	t.Helper()
	images, n := len(h.truth), len(h.boxes)
	boxes, truth := dump.Array{Name: "boxes", Shape: []int{n, 4}}, dump.Array{Name: "gt_boxes"}
	class, image := dump.Array{Name: "gt_classes"}, dump.Array{Name: "gt_image"}
	for _, b := range h.boxes {
		boxes.Float = append(boxes.Float, b[:]...)
	}
	for i, t := range h.truth {
		for g, b := range t.Box {
			truth.Float = append(truth.Float, b[:]...)
			class.Int, image.Int = append(class.Int, int64(t.Class[g])), append(image.Int, int64(i))
		}
	}
	objects := len(class.Int)
	truth.Shape, class.Shape, image.Shape = []int{objects, 4}, []int{objects}, []int{objects}
	arrays := []dump.Array{
		{Name: "logits", Shape: []int{images, n, h.link.Columns(classes)}, Float: h.logits},
		{Name: "deltas", Shape: []int{images, n, 4}, Float: h.deltas}, {Name: "link", Text: h.link.String()}, boxes, truth, class, image,
	}
	if coder != nil {
		arrays = append(arrays, dump.Array{Name: "coder", Shape: []int{4}, Float: coder})
	}
	path := filepath.Join(t.TempDir(), "state.npz")
	require.NoError(t, dump.Write(path, arrays...))
	return path
}

// roi returns the candidates that a second stage samples, of each image.
func (h *head) roi(c roi.Config, classes int) [][]int32 {
	var w roi.Work
	w.Reset(classes)
	for i, t := range h.truth {
		c.Join(&w, roi.Image{ID: uint64(i), Truth: t, Proposals: h.boxes})
	}
	c.Sample(&w, h.logits, h.deltas, sampling.Key{})
	place := map[anchors.Box]int32{}
	for i, b := range h.boxes {
		place[b] = int32(i)
	}
	sampled := make([][]int32, len(h.truth))
	for _, r := range w.ROIs() {
		sampled[r.Image] = append(sampled[r.Image], place[r.Box])
	}
	return sampled
}

// rpn returns the candidates that a dense stage samples, of each image.
func (h *head) rpn(c rpn.Config, classes int) [][]int32 {
	b := rpn.Batch{Classes: classes, Anchors: anchors.Candidates{Box: h.boxes}, Logits: h.logits, Deltas: h.deltas}
	for i, t := range h.truth {
		b.Images = append(b.Images, rpn.Image{ID: uint64(i), Truth: t})
	}
	var w rpn.Work
	sampled := make([][]int32, len(h.truth))
	for _, row := range c.Targets(&w, &b).Cls.Rows {
		i := int(row) / len(h.boxes)
		sampled[i] = append(sampled[i], row%int32(len(h.boxes)))
	}
	return sampled
}

// labelledBy reads a dump as a strategy's stage labels it.
func labelledBy(s *strategy.Strategy) dump.Options {
	return dump.Options{Assigner: func(classes int, link losses.Link) (anchors.Assigner, anchors.Coder) {
		stage := stageOf(s, classes, link).Stage
		return stage.Assigner, stage.Coder
	}}
}

// picksByDecile counts candidates of a dump by the deciles of a report.
func picksByDecile(t *testing.T, path string, r *Report, o dump.Options, sampled [][]int32) (out [dump.Deciles]Divided) {
	t.Helper()
	d, err := dump.Load(path, o)
	require.NoError(t, err)
	defer d.Close()
	var m dump.Image
	for i, rows := range sampled {
		require.NoError(t, d.Read(&m, i))
		for _, c := range rows {
			row, class := m.Logits[int(c)*d.Columns:(int(c)+1)*d.Columns], int(m.Class[c])
			hard, k := difficulty(d.Link, row, class), 0
			for k < dump.Deciles-1 && hard >= r.Edges[k] {
				k++
			}
			if class >= 0 {
				out[k].Positives++
			} else {
				out[k].Negatives++
			}
		}
	}
	return out
}

// difficulty is 1-p_t.
func difficulty(link losses.Link, row []float32, class int) float64 {
	if link == losses.Sigmoid {
		p := 0.0
		for k, x := range row {
			if class < 0 || k == class {
				p = max(p, 1/(1+math.Exp(-float64(x))))
			}
		}
		if class >= 0 {
			return 1 - p
		}
		return p
	}
	if class < 0 {
		class = len(row) - 1
	}
	sum := 0.0
	for _, x := range row {
		sum += math.Exp(float64(x))
	}
	return 1 - math.Exp(float64(row[class]))/sum
}

func TestAStrategyKeepsOfADumpWhatItsStageKeepsInTraining(t *testing.T) {
	const classes = 3
	for _, sampler := range []string{
		"{type: ohem, num: 12, box_hardness: 1}", "{type: ohem_caffe, num: 30, nms_iou: 0.5, per_batch: false}",
		"{type: hard_example_miner, num: 12}", "{type: score_hlr, num: 16}", "{type: random, num: 16, positive_fraction: 0.5}", "{type: ohem, num: 12}",
	} {
		two := "name: two\nrpn: {sampler: {type: random, num: 64}}\nroi:\n  sampler: " + sampler + "\n"
		for _, text := range []string{
			two + "  join_truth: false\n",
			two + "  join_truth: false\n  cls_weight: 0.2\n  box_weight: 5\n  box: giou\n",
			two + "  join_truth: false\n  coder: {weights: [2, 2, 1, 1], max_scale: 0.1}\n  box: l1\n",
		} {
			list := strategies(t, text)
			c := list[0].ROI.Config
			h := newHead(losses.Softmax, classes, c.Coder)
			path := h.written(t, classes, c.Coder.Weights[:])
			r := ran(t, path, Options{Strategies: list})
			assert.Empty(t, r.Notes)
			assert.Equal(t, picksByDecile(t, path, r, labelledBy(&list[0]), h.roi(c, classes)), r.Samplers[0].Decile, text)
		}
		for _, n := range []int{1, classes} {
			list := strategies(t, "name: one\ndense:\n  cls: ce\n  sampler: "+sampler+"\n  cls_weight: 3\n  box: giou\n  coder: {weights: [3, 3, 2, 2]}\n")
			c := list[0].Dense.Config
			h := newHead(losses.Sigmoid, n, c.Coder)
			path := h.written(t, n, c.Coder.Weights[:])
			r := ran(t, path, Options{Strategies: list})
			assert.Equal(t, picksByDecile(t, path, r, labelledBy(&list[0]), h.rpn(c, n)), r.Samplers[0].Decile, sampler)
		}
	}
}

// A dump that does not say what its deltas are multiplied by is not guessed at
// where a second stage's weights would make a difference.
func TestAStrategyWithACoderIsLeftOutWhereTheDumpDoesNotSay(t *testing.T) {
	list := strategies(t, "name: mined\nrpn: {}\nroi: {sampler: {type: ohem, num: 12, box_hardness: 1}}\n", "name: by class\nrpn: {}\nroi: {sampler: {type: ohem, num: 12}}\n")
	path := newHead(losses.Softmax, 3, list[0].ROI.Coder).written(t, 3, nil)
	r := ran(t, path, Options{Strategies: list})
	require.Len(t, r.Samplers, 1)
	assert.Equal(t, "by class (roi)", r.Samplers[0].Name)
	assert.Contains(t, r.Notes[0], "mined (roi) is left out: sampler ohem of mined (roi) reads box losses, and the stage's coder has the weights [10 10 5 5], and the dump does not say what its deltas are multiplied by: write coder, (4)")
	assert.Contains(t, r.Notes[1], "deltas are read as those of a coder of weights 1, 1, 1, 1, as the dump has no coder")
}

// A second stage's candidates are labelled by its own assigner, not by that of
// the region proposal network.
func TestTheStageThatTheDumpIsOfLabelsItsCandidates(t *testing.T) {
	text := "name: two\nrpn: {assigner: {type: max_iou, pos_iou: 0.95, neg_iou: 0.3}}\nroi: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.5, forced: none}}\n"
	second := ran(t, state(t, 2, losses.Softmax, false), Options{Strategies: strategies(t, text)})
	assert.Equal(t, 4, second.Positives, "up to 3 pixels off: an IoU of 7/13")
	first := ran(t, state(t, 1, losses.Sigmoid, false), Options{Strategies: strategies(t, text)})
	assert.Equal(t, 1, first.Positives)
}
