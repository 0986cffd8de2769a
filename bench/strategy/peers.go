package strategy

import (
	"embed"
	"path"
	"slices"
	"strings"

	"detsample/internal/registry"
)

// The peers' presets: one file each, which says in its comments which classes
// and configuration files its numbers come from and what it cannot reproduce.
//
//go:embed peers/*.yaml
var peers embed.FS

// Peers returns the names of the strategies that reproduce those of other
// frameworks, in alphabetical order.
func Peers() []string {
	files, err := peers.ReadDir("peers")
	if err != nil {
		panic(err) // the folder is embedded
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	slices.Sort(names) // the files' order takes their extension into account
	return names
}

// PeerYAML returns a peer's strategy as it is written, with the comments that
// say where each number comes from: to start a strategy of one's own from.
func PeerYAML(name string) ([]byte, error) {
	data, err := peers.ReadFile(path.Join("peers", name+".yaml"))
	if err != nil {
		return nil, registry.Unknown("peer", name, Peers())
	}
	return data, nil
}

// Peer returns the strategy that reproduces what another framework does by
// default. Learning rates are this framework's: a peer's belongs to its own
// optimiser and network.
func Peer(name string) (Strategy, error) {
	data, err := PeerYAML(name)
	if err != nil {
		return Strategy{}, err
	}
	return Parse("peer "+name, data)
}
