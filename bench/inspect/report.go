package inspect

import (
	"detsample/bench/replay"
)

// Report is what [Analyse] found. Lengths are in pixels of the scaled images,
// but for COCO's sizes, which go by the original's.
type Report struct {
	Data        Data         `json:"data"`
	Setting     Setting      `json:"setting"`
	Candidates  Candidates   `json:"candidates"`
	Levels      []Level      `json:"levels"`
	All         Group        `json:"all"`
	Sizes       []Group      `json:"sizes"`   // small, medium, large as in COCO
	Octaves     []Group      `json:"octaves"` // by side, those that hold objects
	Classes     []Class      `json:"classes"` // in the order of the annotations
	SmallClass  *SmallClass  `json:"small_class,omitempty"`
	Samplers    []Kept       `json:"samplers"`
	Verdict     []string     `json:"verdict"`         // two sentences
	Advice      []Advice     `json:"recommendations"` // by what they are worth, what to keep last
	Recommended *Recommended `json:"recommended,omitempty"`
	// Refused says why a comparison cannot train with the anchors, if it cannot:
	// what is not known here, as no detector is.
	Refused string         `json:"not_for_compare,omitempty"`
	Replay  *replay.Report `json:"replay,omitempty"`
	Notes   []string       `json:"notes,omitempty"`

	// Files are the digests, SHA-256, of what was written beside the report.
	Files map[string]string `json:"files,omitempty"`
}

// Data describes the annotations.
type Data struct {
	Path        string   `json:"path"`
	Format      string   `json:"format"`
	Images      int      `json:"images"`
	Unread      int      `json:"images_unread"` // left out, as they are missing, or they or their annotations cannot be read
	Empty       int      `json:"images_without_objects"`
	Skipped     int      `json:"images_of_unknown_size"`
	Objects     int      `json:"objects"`
	Ignored     int      `json:"crowds_and_ignored"`
	Categories  int      `json:"categories"`
	MeanSide    float64  `json:"mean_side"`   // of sqrt(width*height)
	MedianSide  float64  `json:"median_side"` // likewise
	PerImage    Spread   `json:"objects_per_image"`
	Problems    int      `json:"problems"`
	FirstFaults []string `json:"first_problems,omitempty"`
}

// Setting is what the annotations were inspected for.
type Setting struct {
	Anchors  string       `json:"anchors"`
	Resize   Resize       `json:"resize"`
	Longest  int          `json:"longest_side"` // what comes nearest to Resize for [Report.Size]
	Crop     int          `json:"crop,omitempty"`
	Assigner string       `json:"assigner"`
	PosIoU   float64      `json:"pos_iou"`
	Ratios   []float32    `json:"ratios"`
	Levels   []LevelShape `json:"levels"`
	Offset   float32      `json:"offset"`
}

// LevelShape is a level of the pyramid.
type LevelShape struct {
	Stride int       `json:"stride"`
	Sizes  []float32 `json:"sizes"`
}

// Candidates counts the anchors of all images by their labels.
type Candidates struct {
	Count
	PerImage          float64        `json:"per_image"`
	PerImagePositives Spread         `json:"positives_per_image"`
	None              int            `json:"images_without_positives"`
	Histogram         [IoUBins]int64 `json:"iou_histogram"` // of each anchor's largest IoU, where it overlaps an object
	Untouched         int64          `json:"untouched"`     // anchors that overlap no object
}

// Count is a number of anchors by label.
type Count struct {
	Anchors   int64 `json:"anchors"`
	Positives int64 `json:"positives"`
	Ignored   int64 `json:"ignored"`
	Negatives int64 `json:"negatives"`
}

// NegativesPerPositive returns the imbalance, +Inf without positives.
func (c Count) NegativesPerPositive() float64 { return float64(c.Negatives) / float64(c.Positives) }

// IgnoredShare returns the share of the anchors that are ignored.
func (c Count) IgnoredShare() float64 { return Share(int(c.Ignored), int(c.Anchors)) }

// IoUBins is the number of bins of an IoU histogram, each 1/IoUBins wide.
const IoUBins = 20

// Level is a level of the pyramid and what is positive there.
type Level struct {
	LevelShape
	Count
	BySize    [cocoSizes]int64 `json:"positives_by_size"`
	ByOctave  [octaves]int64   `json:"positives_by_octave"`
	Straddles float64          `json:"straddling_share"` // of the anchors, beyond the image's border
}

// Group is what anchors make of a group of objects.
type Group struct {
	Name       string       `json:"name"`
	From       float64      `json:"from_side"` // 0 for no limit
	To         float64      `json:"to_side"`   // 0 for no limit
	Objects    int          `json:"objects"`
	Positives  int64        `json:"positives"`
	None       int          `json:"objects_without_positives"`
	Unreached  int          `json:"unreached"` // no anchor of the positive threshold
	Causes     Causes       `json:"causes"`
	Half       int          `json:"iou_50"` // with an anchor of IoU 0.5 or more
	BestIoU    Spread       `json:"best_iou"`
	Histogram  [IoUBins]int `json:"best_iou_histogram"`
	MedianSide float64      `json:"median_side"`
}

// Causes divides the objects that no anchor reaches.
type Causes struct {
	Size   int `json:"size"`
	Ratio  int `json:"ratio"`
	Border int `json:"border"`
	Stride int `json:"stride"`
}

// PerObject returns the positives of an object.
func (g *Group) PerObject() float64 { return float64(g.Positives) / float64(max(1, g.Objects)) }

// Class is a group of objects of one class, and where it stands among others.
type Class struct {
	Group
	Images        int            `json:"images"`
	BySize        [cocoSizes]int `json:"objects_by_size"`
	ObjectShare   float64        `json:"object_share"`
	PositiveShare float64        `json:"positive_share"`
}

// SmallClass names the class whose objects are small beside the others.
type SmallClass struct {
	Name string `json:"name"`
	// Text says what its size does to the anchors.
	Text string `json:"text"`
}

// Spread describes a distribution by exact order statistics.
type Spread struct {
	Mean   float64 `json:"mean"`
	P5     float64 `json:"p5"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
}

// Kept is what a sampler would keep, over all images.
type Kept struct {
	Name string `json:"name"`
	// Reason says why nothing was counted; empty if it was.
	Reason string `json:"not_counted,omitempty"`
	// Seen is what the assigner leaves it to choose from.
	Seen Count `json:"seen"`
	// Positives and Negatives are means over images. Where scores decide how
	// many of each are kept, both are limits: with every positive harder than
	// every negative, and the other way round.
	Positives Range `json:"positives"`
	Negatives Range `json:"negatives"`
	// Wanted is how many positives it keeps of an image that has plenty, 0 for
	// no limit.
	Wanted int `json:"wanted_positives"`
	// Starved counts images that have fewer than it wants, Hungry fewer than a
	// quarter of it, Empty none at all.
	Starved int `json:"starved_images"`
	Hungry  int `json:"images_below_a_quarter"`
	Empty   int `json:"images_without_positives"`
}

// Range is between two figures, which are often equal.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Advice is a recommendation, what it is worth, and how it was derived.
type Advice struct {
	Topic  string `json:"topic"`
	Advice string `json:"advice"`
	// Keep says that the present choice may stay: nothing that was tried gains
	// half a point.
	Keep    bool   `json:"keep"`
	Gain    Gain   `json:"gain"`
	Because string `json:"because"`
	// Setting is the advice as configuration, if it can be written as such.
	Setting string   `json:"setting,omitempty"`
	Before  []Figure `json:"before,omitempty"`
	After   []Figure `json:"after,omitempty"`
}

// Gain is what a piece of advice is worth: points, hundredths of what it is a
// share of. It is zero where that cannot be counted from annotations.
type Gain struct {
	Points float64 `json:"points"`
	Of     Worth   `json:"of,omitempty"`
}

// Worth is what a gain is a share of.
type Worth string

// What gains are of, the most valuable first: an object that no anchor reaches
// is not learnt at all, an image that starves a sampler is learnt less from.
const (
	OfObjects Worth = "objects reached"
	OfClasses Worth = "objects reached, mean over classes"
	// OfThreshold counts as reached what was not before: the objects are no better
	// covered, and get more positives.
	OfThreshold Worth = "objects reached at the lower threshold"
	OfAnchors   Worth = "anchors that learn nothing"
	OfImages    Worth = "images that starve a sampler"
	OfLoss      Worth = "an untrained head's loss"
)

// Recommended is the pyramid and the image size that the advice comes to, with
// what the assigner makes of them, over all images. It is nil where the present
// ones stay.
type Recommended struct {
	Resize    Resize       `json:"resize"`
	Longest   int          `json:"longest_side"` // as in [Setting]
	Crop      int          `json:"crop,omitempty"`
	Ratios    []float32    `json:"ratios"`
	Levels    []LevelShape `json:"levels"`
	Offset    float32      `json:"offset"`
	PosIoU    float64      `json:"pos_iou,omitempty"` // the assigner's thresholds, where it has some
	NegIoU    float64      `json:"neg_iou,omitempty"`
	Count     Count        `json:"candidates"`
	None      int          `json:"images_without_positives"`
	Reached   int          `json:"objects_reached"`
	Class     []float64    `json:"reached_share_by_class"`
	Histogram [IoUBins]int `json:"best_iou_histogram"`
}

// Figure is a named value, as a share if Share is set.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Share bool    `json:"share,omitempty"`
}

// Share returns part of whole, 0 of nothing.
func Share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
