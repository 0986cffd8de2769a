package study

import (
	"context"
	"slices"

	"detsample/bench"
	"detsample/bench/annotations"
	"detsample/bench/config"
)

// See returns planned experiments with what the images of a folder are as each
// trains on them, and about how long that takes. The folder is read as the
// experiments read it, once for all that read it alike, and o.Read is told what is
// wrong with it. Without a folder nothing is read.
func See(ctx context.Context, list []Planned, o Options) ([]Planned, error) {
	if o.Data == "" {
		return list, nil
	}
	type way struct { // of reading
		folder   config.Folder
		multiple int
	}
	read := map[way]bench.Seen{}
	list = slices.Clone(list)
	for i := range list {
		p := &list[i]
		levels := p.Config.Detector.Pyramid.Levels
		w := way{p.Config.Folder, levels[len(levels)-1].Stride}
		w.folder.Anchors = false
		seen, known := read[w]
		if !known {
			var err error
			if seen, err = bench.See(ctx, p.Config, o.Data, o.Links); err != nil {
				seen.Problems = annotations.Noted(err)
			}
			if o.Read != nil && len(seen.Problems) > 0 {
				o.Read(seen.Problems)
			}
			if err != nil {
				return nil, err
			}
			read[w] = seen
		}
		p.Seen = seen
		p.Seconds = p.estimate()
	}
	return list, nil
}
