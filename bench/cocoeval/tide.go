package cocoeval

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrorKind is one of TIDE's kinds of error.
type ErrorKind int

// The kinds, in the order in which a detection is tried for them. With f the
// foreground and b the background threshold, a detection that matched nothing
// is of kind
//   - ErrorLocalisation: the overlap with an object of its class is in [b, f];
//   - ErrorClass: the overlap with an object of another class reaches f;
//   - ErrorDuplicate: it reaches f with an object that a better detection
//     found;
//   - ErrorBackground: its overlap with every object is at most b;
//   - ErrorBoth: none of these, wrong in class and place.
//
// ErrorMissed is an object that was not found and that no corrected detection
// of the first two kinds would find.
const (
	ErrorClass ErrorKind = iota
	ErrorLocalisation
	ErrorBoth
	ErrorDuplicate
	ErrorBackground
	ErrorMissed
	errorKinds
)

// String returns the kind in a word.
func (k ErrorKind) String() string {
	return [...]string{"classification", "localisation", "both", "duplicate", "background", "missed"}[k]
}

// ErrorParams configures [SplitErrors].
type ErrorParams struct {
	// Foreground is the overlap that a match must reach, Background the one
	// up to which a detection has nothing to do with an object.
	Foreground, Background float64
	// MaxDets limits the detections of an image, over all classes.
	MaxDets int
	// Images are the images evaluated, in the order that decides between
	// equal scores; nil means those with a ground truth, ascending.
	Images []int64
	// Federation says what is known about an image of a federated set; nil
	// means that every class is annotated in every image. What nobody knows is
	// an ignore region of the whole image, and so is what is not exhaustively
	// annotated. Only its Negative and NotExhaustive are read.
	Federation *Federation
}

// DefaultErrorParams returns TIDE's settings: overlaps of 0.5 and 0.1, and 100
// detections an image.
func DefaultErrorParams() ErrorParams {
	return ErrorParams{Foreground: 0.5, Background: 0.1, MaxDets: 100}
}

// ErrorSplit is how much average precision the errors of each kind cost, in
// shares of 1.
type ErrorSplit struct {
	// AP is at the foreground threshold, the mean over classes that have an
	// object or a detection: unlike COCO's AP50, a class without objects that
	// is detected counts as 0, and the limit on detections is over classes.
	AP float64
	// Count holds the number of errors of each kind.
	Count [errorKinds]int
	// BeyondLimit is how many of the objects that were not found a detection of
	// their class beyond the limit would have found: the limit misses them, not
	// the detector.
	BeyondLimit int
	// DeltaAP holds, for each kind, how much higher AP would be if its errors
	// alone were corrected; at least 0.
	DeltaAP [errorKinds]float64
	// FalsePositive is the gain from ranking every false positive last,
	// FalseNegative that from not asking for the objects missed.
	FalsePositive, FalseNegative float64
}

// SplitErrors tells why detections are wrong and what that costs, with the
// results of tidecv 1.0.1 (Bolya et al., "TIDE", 2020) for boxes. Crowds and
// ignored objects are its ignore regions: a detection of their class that
// matches nothing and lies in one by more than the foreground threshold is
// neither right nor wrong.
func SplitErrors(p ErrorParams, gts []GroundTruth, dts []Detection) (*ErrorSplit, error) {
	if !(p.Foreground > 0 && p.Foreground <= 1 && p.Background > 0 && p.Background < p.Foreground) {
		return nil, fmt.Errorf("cocoeval: ErrorParams: thresholds %v and %v; want 0 < Background < Foreground <= 1", p.Foreground, p.Background)
	}
	if p.MaxDets < 1 {
		return nil, fmt.Errorf("cocoeval: ErrorParams.MaxDets is %d; give a positive limit", p.MaxDets)
	}
	if len(gts) > math.MaxInt32 || len(dts) > math.MaxInt32 {
		return nil, errors.New("cocoeval: more than 2^31-1 ground truths or detections; split them")
	}
	if err := validateAnnotations(gts, dts); err != nil {
		return nil, err
	}
	s := splitter{p: p, gts: gts, dts: dts, classes: map[int32]*tideClass{}}
	if p.Federation != nil {
		s.present = make(map[ImageClass]bool, len(gts))
		for i := range gts {
			s.present[ImageClass{gts[i].Image, gts[i].Class}] = true
		}
	}
	for _, image := range s.images() {
		s.image(image)
	}
	return s.split(), nil
}

// imageBoxes is an image's annotations by index. Those of cut are beyond the
// limit.
type imageBoxes struct{ gts, dts, cut []int32 }

// images groups the annotations by image; those of others are left out.
func (s *splitter) images() []imageBoxes {
	order := s.p.Images
	if order == nil {
		for i := range s.gts {
			order = append(order, s.gts[i].Image)
		}
		slices.Sort(order)
		order = slices.Compact(order)
	}
	position := make(map[int64]int, len(order))
	for i, id := range order {
		position[id] = i
	}
	images := make([]imageBoxes, len(order))
	for i := range s.gts {
		if at, ok := position[s.gts[i].Image]; ok {
			images[at].gts = append(images[at].gts, int32(i))
		}
	}
	for i := range s.dts {
		if at, ok := position[s.dts[i].Image]; ok {
			images[at].dts = append(images[at].dts, int32(i))
		}
	}
	for i := range images {
		list := images[i].dts
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(s.dts[b].Score, s.dts[a].Score) })
		within := min(len(list), s.p.MaxDets)
		images[i].dts, images[i].cut = list[:within], list[within:]
	}
	return images
}
