package dump

import (
	"fmt"

	"detsample/anchors"
)

// findDeltas takes the head's box output, and what it is multiplied by.
func (d *Dump) findDeltas() error {
	if d.deltas = d.tensor("deltas"); d.deltas == nil {
		return nil
	}
	if err := d.perCandidate(d.deltas, 4); err != nil {
		return err
	}
	t := d.tensor("coder")
	if t == nil {
		d.Notes = append(d.Notes, "deltas are read as those of a coder of weights 1, 1, 1, 1, as the dump has no coder: write "+writeCoder)
		return nil
	}
	weights, err := t.numbers(4)
	if err != nil {
		return err
	}
	if len(weights) != 4 {
		return t.problem(fmt.Sprintf("has shape %v", t.Shape), "write "+writeCoder)
	}
	for i, v := range weights {
		if !(v > 0) || v-v != 0 {
			return t.problem(fmt.Sprintf("element %d is %v", i, v), "write "+writeCoder)
		}
	}
	d.deltaWeights, d.deltaStated = [4]float32(weights), true
	return nil
}

// writeCoder says what a dump's coder is.
const writeCoder = "coder, (4), what dx, dy, dw and dh of deltas are multiplied by: 1, 1, 1, 1 in most dense heads and 10, 10, 5, 5 in most second stages"

// ambiguous says that a stage's coder has weights and that a dump does not say
// whether its deltas have them; empty where it does, or the stage's are 1.
func (d *Dump) ambiguous(stage anchors.Coder) string {
	if d.deltaStated || stage.Weights == [4]float32{1, 1, 1, 1} {
		return ""
	}
	return fmt.Sprintf("the stage's coder has the weights %v, and the dump does not say what its deltas are multiplied by", stage.Weights)
}

// recoded returns deltas of the dump with the weights of another coder: as they
// are where it has the dump's, or else in room, which grows to hold them.
func (d *Dump) recoded(room *[]float32, deltas []float32, to anchors.Coder) []float32 {
	if to.Weights == d.deltaWeights {
		return deltas
	}
	*room = grow(*room, len(deltas))
	for i, v := range deltas {
		(*room)[i] = v / d.deltaWeights[i%4] * to.Weights[i%4]
	}
	return *room
}
