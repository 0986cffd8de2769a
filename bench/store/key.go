package store

import "fmt"

// Key names one run among those of a comparison.
type Key struct {
	Strategy string `json:"strategy"`
	Seed     uint64 `json:"seed"`
	Phase    string `json:"phase,omitempty"` // what the run is for, where it is not the comparison itself: a step of tuning
}

// String returns the key as messages name it.
func (k Key) String() string {
	if k.Phase != "" {
		return fmt.Sprintf("%q with seed %d (%s)", k.Strategy, k.Seed, k.Phase)
	}
	return fmt.Sprintf("%q with seed %d", k.Strategy, k.Seed)
}

// Identity is what all runs of a comparison share. Runs of two identities are
// not comparable.
type Identity struct {
	Numerics string `json:"numerics"` // what computes: everything of program and machine that can change a figure
	Config   string `json:"config"`   // digest of the configuration, apart from title and strategies
	Data     string `json:"data"`     // digest of the images, objects and classes
}

// Differs returns in words what sets two identities apart, empty if nothing
// does.
func (i Identity) Differs(o Identity) string {
	switch {
	case i.Data != o.Data:
		return "its data differ"
	case i.Config != o.Config:
		return "its configuration differs"
	case i.Numerics != o.Numerics:
		return fmt.Sprintf("it was computed by %s, this is %s", o.Numerics, i.Numerics)
	}
	return ""
}
