package strategy

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/internal/registry"
)

// The peers' presets: one file each, which says in its comments which classes
// and configuration files its numbers come from and what it cannot reproduce.
// A function of this package builds the same in Go.
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
		hint := ""
		if near := registry.Nearest(name, Peers()); near != "" {
			hint = fmt.Sprintf("; did you mean %s?", near)
		}
		return nil, fmt.Errorf("unknown peer %q: expected one of %s%s", name, strings.Join(Peers(), ", "), hint)
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

// twoStage returns a two-stage strategy at the default learning rate.
func twoStage(name string, first RPN, second ROI) Strategy {
	var s Strategy
	s.SetDefaults()
	s.Name, s.RPN, s.ROI = name, &first, &second
	return s
}

// oneStage returns a one-stage strategy at the default learning rate.
func oneStage(name string, dense Dense) Strategy {
	var s Strategy
	s.SetDefaults()
	s.Name, s.Dense = name, &dense
	return s
}

// neverIgnore is a share of a candidate that no ignore region exceeds: peers
// drop crowds before they assign.
const neverIgnore = 1

// thresholds is the second stage's assignment everywhere: by IoU alone, where
// no match is forced.
func thresholds(iou float64) anchors.MaxIoU {
	return anchors.MaxIoU{PosIoU: iou, NegIoU: iou, Forced: anchors.ForcedNone, IgnoreIoF: neverIgnore}
}
