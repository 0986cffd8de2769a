package command

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/catalogue"
	"detsample/bench/config"
	"detsample/bench/strategy"
)

// listed is everything that a list has: what is registered, then the sections of a
// comparison's file, presets and peers.
type listed []catalogue.Kind

func newListed() (listed, error) {
	presets, err := presetEntries()
	if err != nil {
		return nil, err
	}
	peers, err := peerEntries()
	return append(catalogue.Registered(),
		catalogue.Kind{Kind: "section", Plural: "sections", About: "of a comparison's file, with what they have if it does not mention them", Entries: sections()},
		catalogue.Kind{Kind: "preset", Plural: "presets", About: "comparisons for " + called + " compare --preset", Entries: presets},
		catalogue.Kind{Kind: "peer", Plural: "peers", About: "strategies of other frameworks, for " + called + " preset", Entries: peers},
	), err
}

// only returns one kind, by its key or by what it is called, or else what has a
// name, of whichever kinds.
func (l listed) only(name string) (listed, error) {
	var keys, names []string
	var found listed
	for _, k := range l {
		if name == k.Kind || name == k.Kind+"s" || name == k.Plural {
			return listed{k}, nil
		}
		keys = append(keys, k.Kind)
		if (name == "loss" || name == "losses") && strings.HasSuffix(k.Plural, "losses") { // of classes and of boxes
			found = append(found, k)
			continue
		}
		of := k
		of.Entries = nil
		for _, e := range k.Entries {
			if names = append(names, e.Name); e.Name == name {
				of.Entries = append(of.Entries, e)
			}
		}
		if of.Entries != nil {
			found = append(found, of)
		}
	}
	if found != nil {
		return found, nil
	}
	return nil, unlisted("kind or name", name, keys, names, "list")
}

func presetEntries() ([]catalogue.Entry, error) {
	var list []catalogue.Entry
	for _, name := range config.Presets() {
		comparison, err := config.Preset(name)
		if err != nil {
			return nil, fmt.Errorf("preset %s: %w", name, err)
		}
		list = append(list, catalogue.Entry{Name: name, Meaning: comparison.Title + "; " + describe(comparison)})
	}
	return list, nil
}

// peerEntries reads what a peer's file says first: whose strategy it is.
func peerEntries() ([]catalogue.Entry, error) {
	var list []catalogue.Entry
	for _, name := range strategy.Peers() {
		text, err := strategy.PeerYAML(name)
		if err != nil {
			return nil, err
		}
		head, _, _ := strings.Cut(string(text), "# Numbers:")
		about := strings.Join(strings.Fields(strings.ReplaceAll(head, "#", "")), " ")
		list = append(list, catalogue.Entry{Name: name, Meaning: strings.TrimSuffix(about, ".")})
	}
	return list, nil
}

// of reports whether the list has nothing but what has a name.
func (l listed) of(name string) bool {
	return !slices.ContainsFunc(l, func(k catalogue.Kind) bool {
		return slices.ContainsFunc(k.Entries, func(e catalogue.Entry) bool { return e.Name != name })
	})
}
