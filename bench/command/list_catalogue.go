package command

import (
	"fmt"
	"strings"

	"detsample/bench/catalogue"
	"detsample/bench/config"
	"detsample/bench/strategy"
)

// listed is everything that a list has: what is registered, then presets and
// peers.
type listed []catalogue.Kind

func newListed() (listed, error) {
	presets, err := presetEntries()
	if err != nil {
		return nil, err
	}
	peers, err := peerEntries()
	return append(catalogue.Registered(),
		catalogue.Kind{Kind: "preset", Plural: "presets", About: "comparisons for " + called + " compare --preset", Entries: presets},
		catalogue.Kind{Kind: "peer", Plural: "peers", About: "strategies of other frameworks, for " + called + " preset", Entries: peers},
	), err
}

// only returns one kind, by its key or by what it is called.
func (l listed) only(name string) (listed, error) {
	keys := make([]string, len(l))
	for i, k := range l {
		if name == k.Kind || name == k.Kind+"s" || name == k.Plural {
			return listed{k}, nil
		}
		keys[i] = k.Kind
	}
	return nil, unknown("kind", name, keys)
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
