package dump

import "errors"

// Load reads a dump: a .npz, a .safetensors or a folder of .npy files.
func Load(path string, o Options) (*Dump, error) { return nil, errors.New("not yet") }

// Dump is a dump that was checked.
type Dump struct {
	Images, Anchors, Classes int
	Notes                    []string
}

// Close closes its file.
func (d *Dump) Close() error { return nil }

// AllOf returns the plan of every registered loss and sampler that d has what
// it takes for, with their defaults.
func AllOf(d *Dump) Plan { return Plan{} }

// Replay asks every loss and sampler of the plan what it makes of the dump.
func Replay(d *Dump, p Plan) (*Result, error) { return nil, errors.New("not yet") }
