package interchange

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// mmdetReader makes a strategy of a configuration of mmdetection.
type mmdetReader struct {
	draft  *draft
	second bool // mmdetection 2, in which some losses switch sampling off
	stage  int  // of a cascade
}

// fromMMDetection makes a strategy of a configuration of mmdetection.
func fromMMDetection(path string, root *node, options Options) (Imported, error) {
	d := &draft{library: "mmdetection", path: path, name: strategyName(path), header: []string{
		"From " + filepath.Base(path) + ", a configuration of mmdetection.",
		"A comment says where a value is written; what has none is not said there.",
	}}
	m := &mmdetReader{draft: d, stage: options.Stage}
	top := d.block("", root)
	m.second = root.dict.get("train_dataloader") == nil && (root.dict.get("data") != nil || root.dict.get("optimizer") != nil)

	model := top.inner("model")
	if model == nil {
		return Imported{}, refuse(root.at, "there is no dict named model: expected a configuration of mmdetection")
	}
	if inner := model.inner("detector"); inner != nil && model.dict.get("bbox_head") == nil && model.dict.get("roi_head") == nil {
		model.all(Ignored, "it is around the detector", "type")
		d.notes = append(d.notes, "there the detector is part of a larger model, with losses of its own")
		model.rest(Ignored, "it is around the detector")
		model = inner
	}
	if err := m.detector(model, top); err != nil {
		return Imported{}, err
	}
	model.rest(Ignored, notSampling)
	top.rest(Ignored, notSampling)
	return d.finish()
}

const notSampling = "not about sampling, assignment or losses"

// strategyName is what a strategy is called that is made of a file.
func strategyName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// detector looks at the heads of a model.
func (m *mmdetReader) detector(model, top *block) error {
	training := model.inner("train_cfg")
	if loop := top.dict.get("train_cfg"); training == nil && loop != nil && loop.kind == mapping && loop.dict.get("type") == nil && loop.dict.get("max_epochs") == nil {
		training = top.inner("train_cfg") // before mmdetection 2.5; later, this is the training loop
	}
	if model.dict.get("type") != nil {
		if _, err := model.typeName(); err != nil {
			return err
		}
		model.record("type", Ignored, "", "the detector; its heads say how it learns")
	}
	roi, rpn, dense := model.inner("roi_head"), model.inner("rpn_head"), model.inner("bbox_head")
	switch {
	case roi != nil:
		return m.twoStage(rpn, roi, training)
	case rpn != nil:
		if training != nil && training.dict.get("rpn") != nil {
			inner := training.inner("rpn")
			training.rest(Ignored, notSampling)
			training = inner
		}
		if err := m.dense("rpn", rpn, training); err != nil {
			return err
		}
		m.draft.stage("roi", "not in this configuration: detsample's default").settings = []setting{{key: "norm", value: "sampled"}}
		return nil
	case dense != nil:
		return m.dense("dense", dense, training)
	}
	return refuse(model.at, "model has none of bbox_head, rpn_head and roi_head: there is no head that learns boxes")
}

// headType returns the class of a head, refused by name where it is not known.
func headType(b *block, known []string, why map[string]string) (string, error) {
	name, err := b.typeName()
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, name) {
		reason := because(why[name])
		if reason == "" {
			reason = ": it is not among the heads that are known"
		}
		return "", refuse(b.place("type"), "%s has no strategy here%s", name, reason)
	}
	return name, nil
}

// dense makes a dense stage of a head and its part of train_cfg.
func (m *mmdetReader) dense(name string, head, cfg *block) error {
	class, err := headType(head, slices.Collect(maps.Keys(denseHeads)), refusedHeads)
	if err != nil {
		return err
	}
	known := denseHeads[class]
	head.record("type", Mapped, name, strings.Join(known.notes, "; "))
	m.draft.notes = append(m.draft.notes, known.notes...)
	if cfg == nil {
		cfg = m.draft.block("model.train_cfg", &node{kind: mapping, at: head.at, dict: newDict()})
	}
	s := m.draft.stage(name, head.from("type")+" "+class)

	switch {
	case known.assign != nil:
		err = known.assign(m, s, head, cfg)
	default:
		err = m.assign(s, cfg, known.assigner)
	}
	if err != nil {
		return err
	}
	if err := m.sample(s, head, cfg, known); err != nil {
		return err
	}
	if class != "SSDHead" && class != "PISASSDHead" {
		if err := m.losses(s, head, known, false); err != nil {
			return err
		}
	}
	if err := m.norms(s, known.norm); err != nil {
		return err
	}
	if err := m.coder(s, head, known); err != nil {
		return err
	}
	m.straddle(s, cfg)
	cfg.all(Mapped, "how it is logged", "debug")
	m.positiveWeight(cfg)
	cfg.all(Ignored, "which boxes go on to the next stage", "nms_pre", "nms_post", "max_per_img", "nms", "min_bbox_size", "max_num")
	cfg.rest(Unmapped, "not known to detsample")

	for _, e := range head.dict.entries {
		if effect := known.unmapped[e.key]; effect != "" && !head.told[e.key] && e.value.kind != null && e.value.short() != "False" {
			head.record(e.key, Unmapped, "", effect)
		}
		if note := known.aside[e.key]; note != "" {
			head.all(Mapped, note, e.key)
		}
	}
	m.anchors(head, known)
	head.all(Ignored, "at inference", "test_cfg")
	head.rest(Ignored, "the network's")
	return nil
}

// defaulted returns a dict that the library has where none is written.
func (m *mmdetReader) defaulted(b *block, key, python string) *block {
	n, err := pythonLiteral(python)
	if err != nil || n.kind != mapping {
		panic("interchange: the default " + python + " is not read")
	}
	at := place{file: "mmdetection's default of " + key}
	n.at = at
	for i := range n.dict.entries {
		n.dict.entries[i].at = at
	}
	quiet := &draft{library: m.draft.library}
	return quiet.block(b.name(key), n)
}

// part returns the dict at a key of a head, or the library's default. A dict
// without a type takes the default's, as a class's own default is replaced
// whole in Python: then there must be one. What is no dict is an error.
func (m *mmdetReader) part(b *block, key, missing string) (*block, error) {
	if inner := b.inner(key); inner != nil {
		return inner, nil
	}
	if n := b.dict.get(key); n != nil {
		return nil, refuse(b.place(key), "%s is %s: expected a dict", b.name(key), n.short())
	}
	return m.defaulted(b, key, missing), nil
}
