package losses

import "fmt"

// taught returns an error where a weight of 0 leaves a kind of rows out, as in
// a literal that does not set it: nothing of them would be learned, in silence.
func taught(weight float64, key, kind string) error {
	if weight != 0 {
		return nil
	}
	return fmt.Errorf("%s is 0: %s would teach nothing; set it, or leave them to the sampler", key, kind)
}
