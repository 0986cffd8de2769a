package bench

import (
	"errors"
	"strings"
)

// withAfter joins an error with that of what was done after it, unless this only
// repeats it: a folder that is gone fails whatever is then tried there.
func withAfter(err, after error) error {
	if err != nil && after != nil && strings.Contains(err.Error(), after.Error()) {
		return err
	}
	return errors.Join(err, after)
}
