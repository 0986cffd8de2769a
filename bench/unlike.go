package bench

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/config"
	"detsample/bench/store"
)

// Unlike says in what the comparison in a folder, its own and that of the shards
// in it, was asked to be otherwise than a configuration and options ask; empty
// if they ask for the same, or nothing is there. The data are not read: [Merge]
// finds whether they are the same.
func Unlike(dir string, c *config.Config, o Options) (string, error) {
	parts, err := store.OpenParts(dir)
	if err != nil || len(parts) == 0 {
		return "", err
	}
	m, err := newComparison(c, o)
	if err != nil {
		return "", err
	}
	var sources []source
	for _, p := range vouching(parts, dir) {
		s, err := sourceOf(p)
		if err != nil {
			return "", err
		}
		sources = append(sources, s)
	}
	return joined(sources).unlike(m.asked), nil
}

// unlike says in what another is asked for, beside its folder of images.
func (a asked) unlike(o asked) string {
	own, ownOrder := source{asked: a}.settings()
	others, othersOrder := source{asked: o}.settings()
	own["--seeds"], others["--seeds"] = a.Seeds, o.Seeds // of which parts of one comparison may have unlike numbers
	settings := differences(own, others)
	switch {
	case (a.Data == "") != (o.Data == ""):
		return fmt.Sprintf("it is of %s, the other of %s", a.trainedOn(), o.trainedOn())
	case len(settings) > 0:
		return "its configuration differs: " + listed(settings, 3)
	case !slices.Equal(ownOrder, othersOrder):
		return fmt.Sprintf("its strategies are %s, the other's %s", strings.Join(ownOrder, ", "), strings.Join(othersOrder, ", "))
	}
	return ""
}

// explain says in what the comparison of a folder differs from this one, as far as the
// folder says what it was asked for.
func (m *comparison) explain(another *store.Another) {
	part, err := store.OpenPart(another.Dir)
	if err != nil {
		return
	}
	there, err := sourceOf(part)
	if err != nil {
		return
	}
	if why := there.incomparable(source{id: m.identity, asked: m.asked}); why != "" {
		another.Why = why
	}
}

// trainedOn names what images are.
func (a asked) trainedOn() string {
	if a.Data == "" {
		return "generated scenes"
	}
	return "the images of " + a.Data
}
