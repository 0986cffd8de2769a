package page

import (
	"fmt"
	"strings"

	"detsample/bench/study/claims"
)

// condition is in what an experiment differs from the one that asks the same first, in
// words: the page says it of claims, of answers and of parts of a detector.
type condition struct {
	with   string // within a sentence
	label  string // beside a part of a detector; "" where the page names that part alone
	length string // of its training, within a sentence
	little bool   // whether little is left to gain at its end: the table of differences has rows of it
}

const (
	faint      = "with a faint object of 12 px in noise and a normalised trunk"
	faintLabel = "a faint object of 12 px, a normalised trunk"
	sizes      = "with a faint object of any size in noise and a normalised trunk"
	sizesLabel = "a faint object of any size, a normalised trunk"
	long       = "in a long training"

	faintDecay      = "with a faint object of 12 px in noise, a normalised trunk and weights that decay"
	faintDecayLabel = faintLabel + ", decaying weights"
	sizesDecay      = "with a faint object of any size in noise, a normalised trunk and weights that decay"
	sizesDecayLabel = sizesLabel + ", decaying weights"
)

// conditions are those of experiments, by their names; of the others nothing is said.
var conditions = map[string]condition{
	"default":           {length: "in a short training"},
	"dense-long":        {length: long},
	"dense-norm":        {with: "with a normalised trunk", label: "a normalised trunk"},
	"dense-tiny":        {with: faint, label: faintLabel, length: "in a very long training", little: true},
	"dense-faint":       {with: sizes, label: sizesLabel, length: long, little: true},
	"dense-faint-decay": {with: sizesDecay, label: sizesDecayLabel, little: true},
	"dense-weight":      {label: "other weights"},
	"faint-weight":      {with: sizes, label: sizesLabel + ", other weights"},
	"descent":           {with: "by gradient descent"},
	"decay":             {with: "at a rate that falls to 0"},
	"focus":             {with: "with losses matched anew"},
	"ohem":              {with: "with fixed numbers an image"},
	"weigh":             {with: "with more of them"},
	"imbalance-10":      {with: "with 12 to 20 objects in an image"},
	"imbalance-10000":   {with: "with one object in a larger image, at 1:8500"},
	"images-300":        {with: "with 300 training images, repeated"},
	"rpn-long":          {length: long},
	"rpn-faint":         {with: sizes, label: sizesLabel, length: long, little: true},
	"rpn-settled":       {with: faintDecay, label: faintDecayLabel, little: true},
	"rpn-papers":        {with: "with losses as the papers write them", label: "losses as written"},
	"rpn-weight":        {with: sizes, label: sizesLabel + ", other weights"},
	"rpn-tiny":          {with: faint, label: faintLabel},
	"rpn-tiny-long":     {with: faint, label: faintLabel, length: long},
	"rpn-tiny-small":    {with: "with a faint object of 8 px in noise, which some runs find late, and a normalised trunk", label: "a faint object of 8 px, a normalised trunk"},
	"roi-long":          {length: long},
	"roi-faint":         {with: sizes, label: sizesLabel, length: long, little: true},
	"roi-settled":       {with: faintDecay, label: faintDecayLabel, little: true},
	"roi-faint-settled": {with: sizesDecay, label: sizesDecayLabel, little: true},
	"roi-norm":          {with: "with a normalised trunk", label: "a normalised trunk"},
	"roi-rate":          {with: "at a rate of 0.004"},
	"roi-small":         {with: "with small objects", label: "small objects"},
	"roi-tiny":          {with: faint, label: faintLabel},
	"roi-tiny-long":     {with: faint, label: faintLabel, length: long},
	"roi-focus":         {with: faint, label: faintLabel},
	"roi-gamma":         {with: faint, label: faintLabel},
	"roi-link":          {with: sizes, label: sizesLabel},
	"roi-link-norm":     {with: "with a normalised trunk", label: "a normalised trunk"},
	"roi-weight":        {with: "with a normalised trunk", label: "a normalised trunk"},
	"small-assigners":   {with: "with small objects", label: "small objects"},
	"small-regions":     {with: "with small objects", label: "small objects"},
}

// predicts says what a contrast predicts, under the condition of its experiment.
func predicts(c *claims.Contrast) string {
	if said := conditions[c.Experiment].said(); said != "" {
		return c.Says + ", " + said
	}
	return c.Says
}

// predicted says the same, and how many negatives for a positive there are where the claim
// is not about so many.
func predicted(j *claims.Judged) string {
	text := predicts(j.Contrast)
	if j.Seen > 0 {
		text += fmt.Sprintf(", at 1:%.0f", j.Seen)
	}
	return text
}

// said is the condition as a sentence has it; "" where there is none.
func (c condition) said() string {
	if c.with != "" && c.length != "" {
		return c.with + ", " + c.length
	}
	return c.with + c.length
}

// before is the same before a sentence.
func (c condition) before() string {
	text := c.said()
	if strings.Contains(text, ",") {
		text += ","
	}
	return text
}

// of is a part of a detector under the condition.
func (c condition) of(part string) string {
	if c.label == "" {
		return part
	}
	return part + ", " + c.label
}
