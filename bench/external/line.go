package external

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"detsample/internal/registry"
	"detsample/losses"
)

// line is a line of the log: what a stage's step, or some steps together,
// learned from, by the names of detsample's Balance. Only seen is required; what
// is nil is not known.
type line struct {
	Seen          *int     `json:"seen"` // images so far
	Stage         string   `json:"stage"`
	Positives     *float64 `json:"positives"`
	Negatives     *float64 `json:"negatives"`
	UsedPositives *float64 `json:"used_positives"`
	UsedNegatives *float64 `json:"used_negatives"`
	LossPositives *float64 `json:"loss_positives"`
	LossNegatives *float64 `json:"loss_negatives"`
	GradPositives *float64 `json:"grad_positives"`
	GradNegatives *float64 `json:"grad_negatives"`
	losses.Scarcity
}

// keys are the names that a line may have, of which cls and box are Balance's alone.
var keys = func() []string {
	list := []string{
		"seen", "stage", "positives", "negatives", "used_positives", "used_negatives",
		"loss_positives", "loss_negatives", "grad_positives", "grad_negatives", "cls", "box",
	}
	for name := range (losses.Scarcity{}).All() {
		list = append(list, name)
	}
	return list
}()

// notFinite is how Python writes numbers that JSON does not have.
var notFinite = regexp.MustCompile(`:\s*(NaN|-?Infinity)`)

func parseLine(text []byte) (l line, err error) {
	if err = json.Unmarshal(notFinite.ReplaceAll(text, []byte(":null")), &l); err != nil {
		return l, err
	}
	if l.Seen == nil {
		return l, errors.New(`no "seen", the images so far`)
	}
	for name, n := range l.All() {
		if err := count(name, float64(n)); err != nil {
			return l, err
		}
	}
	return l, cmp.Or(count("seen", float64(*l.Seen)), counted("positives", l.Positives), counted("negatives", l.Negatives),
		counted("used_positives", l.UsedPositives), counted("used_negatives", l.UsedNegatives),
		size("grad_positives", l.GradPositives), size("grad_negatives", l.GradNegatives))
}

// mostCount is up to where float64 counts by ones.
const mostCount = 1 << 53

// count reports a number that counts nothing. Those of many lines have a finite
// sum.
func count(name string, n float64) error {
	if n >= 0 && n <= mostCount {
		return nil
	}
	return fmt.Errorf("%q is %v: expected 0 to %d", name, n, int64(mostCount))
}

// counted is count; a number that is not given may be any.
func counted(name string, n *float64) error {
	if n == nil {
		return nil
	}
	return count(name, *n)
}

// size reports a sum of sizes that is negative; one that is not given may be any.
func size(name string, v *float64) error {
	if v == nil || *v >= 0 {
		return nil
	}
	return fmt.Errorf("%q is %v: expected 0 or more", name, *v)
}

// misspelt lists the keys of a line that are none, where one that it lacks was
// probably meant; a program may write others as it likes.
func misspelt(text []byte) (list []string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(notFinite.ReplaceAll(text, []byte(":null")), &members) != nil {
		return nil
	}
	has := func(name string) bool {
		for key := range members {
			if strings.EqualFold(key, name) { // as encoding/json takes it
				return true
			}
		}
		return false
	}
	lacking := slices.DeleteFunc(slices.Clone(keys), has)
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if slices.ContainsFunc(keys, func(name string) bool { return strings.EqualFold(name, key) }) {
			continue
		}
		if meant := cmp.Or(registry.Nearest(key, lacking), begun(key, lacking)); meant != "" {
			list = append(list, fmt.Sprintf("%q (did you mean %q?)", key, meant))
		}
	}
	return list
}

// begun returns the one name that a word of three letters or more is the beginning
// of, "" if there is none or more than one.
func begun(word string, names []string) (name string) {
	for _, n := range names {
		switch {
		case len(word) < 3 || !strings.HasPrefix(n, strings.ToLower(word)):
		case name != "":
			return ""
		default:
			name = n
		}
	}
	return name
}
