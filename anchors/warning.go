package anchors

import "fmt"

// Trap names a way in which a strategy learns something other than it seems to,
// such as "zero_iou". None is an error: some are what a study wants to show. A
// configuration or a training that is in one says so by a [Warning].
type Trap string

// Warning says that a strategy is in a trap.
type Warning struct {
	Trap   Trap   `json:"trap"`
	Where  string `json:"where"`  // the part, such as "assigner" of a stage or "rpn.cls" of a detector
	Detail string `json:"detail"` // what it means here, with its numbers
	Remedy string `json:"remedy"` // what to change if it is not meant
}

// String returns the warning as one line.
func (w Warning) String() string {
	return fmt.Sprintf("%s: %s; remedy: %s", w.Where, w.Detail, w.Remedy)
}

// Within returns the warning with its place inside a larger part.
func (w Warning) Within(part string) Warning {
	w.Where = part + "." + w.Where
	return w
}

// Wary is a part of a strategy (an assigner, a sampler, a loss) that knows
// traps of its own configuration. Where is left to the stage.
type Wary interface {
	Warnings() []Warning
}
