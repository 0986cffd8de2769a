package replay

import (
	"fmt"
	"reflect"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/bench/table"
	"detsample/internal/prose"
	"detsample/internal/registry"
)

// Labels say what the candidates of all images are: by a dump's own labels, or as
// an assigner has them.
type Labels struct {
	By         string                `json:"labels_by"` // the assigner; "dump" of the dump's own
	Candidates int                   `json:"candidates"`
	Positives  int                   `json:"positives"`
	Negatives  int                   `json:"negatives"`
	Ignored    int                   `json:"ignored"`
	Edges      []float64             `json:"decile_edges"` // of difficulty, 1-p_t
	Counts     [dump.Deciles]Divided `json:"candidates_by_decile"`
}

// labelsOfDump is what labels are by that no assigner made.
const labelsOfDump = "dump"

func labelsOf(l *dump.Labels) Labels {
	by := labelsOfDump
	if l.Assigner != nil {
		by = registry.Name(l.Assigner)
	}
	return Labels{
		By: by, Candidates: l.Candidates, Positives: l.Positives, Negatives: l.Negatives,
		Ignored: l.Ignored, Edges: l.Edges[:], Counts: divided(l.Counts),
	}
}

// labelled returns the labels of a place: 0 the report's own, or among Others,
// from 1.
func (r *Report) labelled(place int) *Labels {
	if place == 0 {
		return &r.Labels
	}
	return &r.Others[place-1]
}

// name tells the strategies' assigners, and which are not asked although they
// differ.
func (r *Report) name(samplers []dump.Sampler) {
	if !r.Strategies {
		return
	}
	differ := false
	var all []string
	for i := range r.Samplers {
		a := samplers[i].Stage.Assigner
		r.Samplers[i].Assigner = registry.Name(a)
		all = append(all, registry.Name(a)+" of "+r.Samplers[i].Name)
		differ = differ || !equal(a, samplers[0].Stage.Assigner)
	}
	if differ && r.By == labelsOfDump {
		r.Unasked = all
	}
}

func equal(a, b anchors.Assigner) bool { return reflect.DeepEqual(a, b) }

// sayLabels says whose the labels of strategies are, where that is not the same
// for all; a list of one, or nil.
func (r *Report) sayLabels() []string {
	switch {
	case len(r.Others) > 0:
		return []string{fmt.Sprintf("Each strategy's own assigner labels the candidates, of which %s not labelled alike by all: positives, negatives and difficulty are each strategy's own.",
			prose.Count(r.Unlike, "is", "are"))}
	case len(r.Unasked) > 0:
		return []string{fmt.Sprintf("The labels are the dump's for all strategies, whose assigners differ and are not asked: %s. Of a dump with gt_boxes in place of labels, each strategy's own labels the candidates.",
			listed(r.Unasked))}
	}
	return nil
}

// sayCandidates says what was looked at, as each of the labels has it.
func (r *Report) sayCandidates() (list []string) {
	images := plural(r.Images, "image", "images")
	if len(r.Others) >= few {
		return []string{images + "; what each strategy's assigner makes of them is in the table."}
	}
	for place := range 1 + len(r.Others) {
		l := r.labelled(place)
		seen := fmt.Sprintf("%s, %s candidates, %s.", images, table.Count(int64(l.Candidates)), l.withObject())
		if len(r.Others) > 0 {
			seen = fmt.Sprintf("%s, labelled by %s: %s", listed(r.goBy(place)), l.By, seen)
		}
		list = append(list, seen)
	}
	return list
}

// goBy names the strategies that go by labels.
func (r *Report) goBy(place int) (names []string) {
	for i := range r.Samplers {
		if r.Samplers[i].Labels == place {
			names = append(names, r.Samplers[i].Name)
		}
	}
	return names
}

func (l *Labels) withObject() string {
	if l.Positives == 0 {
		return "none of them with an object"
	}
	return fmt.Sprintf("%s of them with an object: %.3g negatives for each", table.Count(int64(l.Positives)), float64(l.Negatives)/float64(l.Positives))
}
