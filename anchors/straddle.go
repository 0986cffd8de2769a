package anchors

import "detsample/internal/choice"

// Straddle says what becomes of candidates that cross the border of the image.
type Straddle uint8

// The ways in which the field treats candidates that cross the border.
const (
	StraddleKept    Straddle = iota // like all others: FPN-era detectors
	StraddleDropped                 // ignored before anything is matched: Caffe, mmdetection's allowed_border
	StraddleMasked                  // ignored after matching, so that an object can lose its only match: detectron2's boundary_thresh
)

var straddleNames = []string{"kept", "dropped", "masked"}

// MarshalText writes the value as UnmarshalText reads it.
func (s Straddle) MarshalText() ([]byte, error) { return choice.Marshal(s, straddleNames) }

// UnmarshalText accepts kept, dropped or masked.
func (s *Straddle) UnmarshalText(text []byte) error {
	return choice.Unmarshal(s, "treatment of straddling candidates", straddleNames, text)
}

// straddles reports whether the box crosses the border of an image of the
// given size by more than border pixels. On the right and at the bottom,
// reaching that far already counts, as in every peer.
func straddles(b Box, width, height, border float32) bool {
	return b[0] < -border || b[1] < -border || b[2] >= width+border || b[3] >= height+border
}
