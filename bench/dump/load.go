package dump

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/losses"
)

// Dump is a training state: what a head put out for the candidates of some
// images, and what they should have been. It is safe for concurrent use.
type Dump struct {
	Images  int
	Anchors int // candidates of an image
	Classes int
	Columns int // logits of a candidate
	Link    losses.Link
	Notes   []string // what was understood or changed in reading

	archive         *Archive
	labels          labelMap
	stated          bool // the label map was
	backgroundFirst bool

	logits, boxes, label, weights, deltas *Tensor // nil if not there
	scores                                bool    // logits are probabilities
	shared                                []anchors.Box
	grid                                  []anchors.Grid
	width, height                         float32
	ids                                   []uint64
	identity                              []int32         // 0 to Classes-1
	truth                                 []anchors.Truth // of each image; nil if not there

	deltaWeights [4]float32 // what deltas are multiplied by
	deltaStated  bool       // the dump says so

	assigner anchors.Assigner // nil if labels are there
	coder    anchors.Coder    // of the assigner's stage
}

// Load reads a dump and checks that its tensors agree and that their values
// can be: an error says which tensor, where, and what to do. See docs/dumps.md
// for the tensors.
//
// It reads the tensors that it knows, with the memory of their numbers; all else
// is bounded as by [Open].
func Load(path string, o Options) (*Dump, error) {
	archive, err := Open(path, 0)
	if err != nil {
		return nil, err
	}
	return load(archive, o)
}

// load reads a dump from its archive, which it closes if that fails.
func load(archive *Archive, o Options) (*Dump, error) {
	d := &Dump{archive: archive, deltaWeights: [4]float32{1, 1, 1, 1}}
	for _, step := range []func() error{
		d.open,
		func() error { return d.conventions(o) },
		d.findLogits, d.findBoxes, d.findTruth,
		func() error { return d.askTruth(o.Truth) },
		d.findDeltas,
		func() error { return d.findLabels(o) },
		d.known, d.scan,
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	return d, nil
}

// Close closes the dump's file. It cannot be replayed any more.
func (d *Dump) Close() error { return d.archive.Close() }

// open opens the tensors that mean something in a dump, and no other.
func (d *Dump) open() error {
	for _, name := range schema {
		if _, err := d.archive.Tensor(name); err != nil {
			return err
		}
	}
	return nil
}

// tensor returns the first that is there of the named tensors.
func (d *Dump) tensor(names ...string) *Tensor {
	for _, name := range names {
		if t, _ := d.archive.Tensor(name); t != nil {
			return t
		}
	}
	return nil
}

func (d *Dump) lacking(detail, remedy string) error {
	return &Problem{File: d.archive.Path, Byte: -1, Detail: detail, Remedy: remedy}
}

// Limits of a dump: what is held for each image and each column.
const (
	maxImages  = 1 << 20
	maxColumns = 1 << 16
)

// findLogits takes the counts from logits or scores.
func (d *Dump) findLogits() error {
	d.logits = d.tensor("logits", "scores")
	if d.logits == nil {
		return d.lacking("neither logits nor scores is there, but "+listed(d.archive.Names()),
			"write logits, (images, anchors, columns) or (anchors, columns)")
	}
	d.scores = d.logits.Name == "scores"
	switch s := d.logits.Shape; len(s) {
	case 2:
		d.Images, d.Anchors, d.Columns = 1, s[0], s[1]
	case 3:
		d.Images, d.Anchors, d.Columns = s[0], s[1], s[2]
	default:
		return d.logits.problem(fmt.Sprintf("has shape %v", s), "write (images, anchors, columns) or (anchors, columns)")
	}
	d.Classes = d.Columns - d.Link.Columns(0)
	if d.Images > maxImages || d.Columns > maxColumns {
		return d.logits.problem(fmt.Sprintf("has shape %v", d.logits.Shape), fmt.Sprintf("dump at most %d images and %d columns", maxImages, maxColumns))
	}
	if d.Images == 0 || d.Anchors == 0 || d.Classes < 1 {
		return d.logits.problem(fmt.Sprintf("has shape %v, with %d classes under %v", d.logits.Shape, d.Classes, d.Link),
			"write at least one image, one anchor and one class; under softmax the background has a column of its own")
	}
	for k := range d.Classes {
		d.identity = append(d.identity, int32(k))
	}
	d.ids = make([]uint64, d.Images)
	for i := range d.ids {
		d.ids[i] = uint64(i)
	}
	t := d.tensor("image_ids")
	if t == nil {
		return nil
	}
	if !slices.Equal(t.Shape, []int{d.Images}) {
		return d.disagree(t, []int{d.Images})
	}
	ids := make([]int64, d.Images)
	if err := t.Int64(ids, 0); err != nil {
		return err
	}
	for i, id := range ids {
		d.ids[i] = uint64(id)
	}
	return nil
}

// disagree says that a tensor has another shape than the logits ask for.
func (d *Dump) disagree(t *Tensor, want ...[]int) error {
	var shapes []string
	for _, w := range want {
		shapes = append(shapes, fmt.Sprint(w))
	}
	return t.problem(fmt.Sprintf("has shape %v and %s has %v", t.Shape, d.logits.Name, d.logits.Shape),
		"write "+t.Name+" as "+strings.Join(shapes, " or "))
}

// perCandidate checks a tensor of a row of some width for each candidate; width
// 0 is a number.
func (d *Dump) perCandidate(t *Tensor, width int) error {
	whole, one := []int{d.Images, d.Anchors}, []int{d.Anchors}
	if width > 0 {
		whole, one = append(whole, width), append(one, width)
	}
	if slices.Equal(t.Shape, whole) || d.Images == 1 && slices.Equal(t.Shape, one) {
		return nil
	}
	return d.disagree(t, whole)
}

// findLabels takes the labels, or else what an assigner needs.
func (d *Dump) findLabels(o Options) error {
	d.label, d.weights = d.tensor("labels"), d.tensor("label_weights")
	if d.weights != nil {
		if err := d.perCandidate(d.weights, 0); err != nil {
			return err
		}
	}
	if d.label != nil {
		return d.perCandidate(d.label, 0)
	}
	if d.truth == nil && o.Truth != nil {
		return d.lacking("neither labels, gt_boxes nor image_ids is there", "write image_ids, (images), the ids that the annotations have for the images")
	}
	if d.truth == nil {
		return d.lacking("neither labels nor gt_boxes is there", "write labels, (images, anchors), or gt_boxes, gt_classes and gt_image")
	}
	if !d.boxed() {
		return d.lacking("gt_boxes are there and the candidates' boxes are not", "write boxes, (anchors, 4), or labels")
	}
	if d.coder = plainStage().Coder; o.Assigner != nil {
		d.assigner, d.coder = o.Assigner(d.Classes, d.Link)
	}
	if d.assigner == nil {
		d.assigner = anchors.NewMaxIoU(0.5, 0.4)
	}
	if needs, remedy := d.unlabelled(d.assigner, d.coder); needs != "" {
		return d.lacking("the assigner needs "+needs, remedy)
	}
	return nil
}

// unlabelled says what an assigner of a stage with a coder needs that the dump
// does not hold, and what to write; empty where it holds all.
func (d *Dump) unlabelled(a anchors.Assigner, coder anchors.Coder) (needs, remedy string) {
	switch need := a.Needs(); {
	case need&anchors.NeedGrid != 0 && d.grid == nil:
		return "to know the anchors' levels", "write anchor_strides, anchor_sizes, anchor_ratios and image_size in place of boxes"
	case need&anchors.NeedSize != 0 && d.width == 0:
		return "the image's size", "write image_size, (width, height)"
	case need&anchors.NeedPredictions != 0 && d.deltas == nil:
		return "the predicted boxes", "write deltas, (images, anchors, 4), and " + writeCoder
	case need&anchors.NeedPredictions != 0 && d.ambiguous(coder) != "":
		return "the predicted boxes, and " + d.ambiguous(coder), "write " + writeCoder
	}
	return "", ""
}

// boxed reports whether the candidates' boxes are known.
func (d *Dump) boxed() bool { return d.shared != nil || d.boxes != nil }

// schema are the tensors and attributes that a dump may have.
var schema = []string{
	"logits", "scores", "boxes", "anchor_strides", "anchor_sizes", "anchor_ratios", "anchor_offset", "image_size",
	"labels", "label_weights", "gt_boxes", "gt_classes", "gt_image", "gt_ignore", "deltas", "coder", "image_ids", "image_scales", "label_map", "link", "background",
}

// known notes the tensors that mean nothing here, such as one misspelt.
func (d *Dump) known() error {
	others := slices.DeleteFunc(d.archive.Names(), func(name string) bool { return slices.Contains(schema, name) })
	switch len(others) {
	case 0:
	case 1:
		d.Notes = append(d.Notes, fmt.Sprintf("tensor %s is none of a dump's and was not read", listed(others)))
	default:
		d.Notes = append(d.Notes, fmt.Sprintf("%d tensors are none of a dump's and were not read: %s", len(others), listed(others)))
	}
	return nil
}

// listed writes names for a sentence, the first of many.
func listed(names []string) string {
	const most = 10
	var words []string
	for _, name := range names[:min(len(names), most)] {
		words = append(words, fmt.Sprintf("%.60q", name))
	}
	if more := len(names) - most; more > 0 {
		return strings.Join(words, ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(words, ", ")
}
