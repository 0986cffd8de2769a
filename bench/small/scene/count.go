package scene

import (
	"fmt"
	"strconv"
)

// Count is a number of training images, or [Fresh].
type Count int

// Fresh stands for training images that never repeat: a run draws each when it
// gets to it, so that the length of training is the only limit of the data.
const Fresh Count = 0

// freshText is how Fresh is written.
const freshText = "fresh"

// MarshalText implements [encoding.TextMarshaler].
func (c Count) MarshalText() ([]byte, error) {
	if c == Fresh {
		return []byte(freshText), nil
	}
	return strconv.AppendInt(nil, int64(c), 10), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *Count) UnmarshalText(text []byte) error {
	if string(text) == freshText {
		*c = Fresh
		return nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > MaxTrain {
		return fmt.Errorf("expected a whole number from 1 to %d, or %s", MaxTrain, freshText)
	}
	*c = Count(n)
	return nil
}

// MaxTrain is the largest number of training images that are kept in memory.
const MaxTrain = 100000
