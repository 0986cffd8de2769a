package summary

import (
	"fmt"
	"slices"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// setting is what advice has to fit.
type setting struct {
	*config.Config
	generated bool // the images are scenes
}

// tunable reports whether learning rates can be chosen by a comparison.
func (of setting) tunable() bool { return of.Trainer == nil || of.Trainer.Command.Names("lr") }

// rates advises on learning rates: what to do with those, and how --tune helps.
func (of setting) rates(advice string) string {
	if of.tunable() {
		return advice + ", or use --tune"
	}
	return advice + " in the program (its command has no {lr}, which --tune needs)"
}

// sized says at which size objects were measured.
func (of setting) sized() string {
	switch {
	case of.generated:
		return ""
	case of.Trainer != nil:
		return " in the original images"
	}
	return " at the size trained on"
}

// enlarge says how objects become larger.
func (of setting) enlarge() string {
	switch {
	case of.generated:
		return "generate larger objects (scenes.min_size; scenes.size gives them room)"
	case of.Trainer != nil:
		return "let the program train on enlarged images"
	case of.Folder.Crop > 0:
		return "train on larger originals: crops do not shrink them"
	}
	return "train on larger images, so that objects keep their size (--size), or on crops of the original pixels (--crop)"
}

// limited reports whether a folder has more test images than were used.
func (of setting) limited(used int) bool {
	return !of.generated && of.Folder.MaxTest > 0 && used >= of.Folder.MaxTest
}

// change says what would bring a conclusion.
func (v *Verdict) change(of setting, s *Summary, runs []*trainer.Run) []string {
	switch v.Reason {
	case stats.NoFigures:
		if list := of.mend(runs, "learning rates"); len(list) > 0 {
			return list
		}
		return []string{"test on images with objects that count: AP is not defined without"}
	case stats.NothingLearned:
		list := oddBoxes(runs)
		if v.Unranked != nothingLearned && of.limited(s.Data.TestImages) {
			list = append(list, fmt.Sprintf("test on more images (--max-test, now %d)", s.Data.TestImages))
		}
		if s.Data.MedianSide > 0 && s.Data.MedianSide < dataset.TinySide {
			list = append(list, of.enlarge())
		}
		rates := "choose learning rates for that budget (--tune)"
		if !of.tunable() {
			rates = "choose learning rates for that budget in the program (its command has no {lr}, which --tune needs)"
		}
		return append(list, fmt.Sprintf("train longer, %d images a run to begin with (--budget, ten times what it was)", 10*v.Images), rates)
	case stats.OneStrategy:
		return []string{"compare with a second strategy"}
	case stats.FewImages:
		if of.limited(s.Data.TestImages) {
			return []string{fmt.Sprintf("test on more images (--max-test, now %d)", s.Data.TestImages)}
		}
		return []string{fmt.Sprintf("test on more images with objects, %d at least: annotate them, or hold out more of those for training", stats.MinImages)}
	case stats.OneSeed, stats.FewSeeds:
		return []string{fmt.Sprintf("train with at least %d seeds (--seeds %d --resume takes over what is there)", stats.MinSeeds, stats.MinSeeds)}
	case stats.LeaderFailed:
		return of.mend(runsOf(runs, v.Leader), "the leader's learning rate")
	case stats.Turned, stats.Turning:
		return []string{"train at the budget that you will train at (--budget), or until the order stays"}
	}
	if Identical(runs, v.MayBe...) {
		return []string{of.part()}
	}
	return nil
}

// oddBoxes says what to look at first where a program of one's own left boxes that
// do not look like COCO's: none of them may then match an object.
func oddBoxes(runs []*trainer.Run) []string {
	for _, r := range runs {
		if r.Boxes != "" && !r.Stopped() {
			return []string{fmt.Sprintf("see how the program writes boxes (%s #%d: %s)", r.Strategy, r.Seed, r.Boxes)}
		}
	}
	return nil
}

// mend says what to do about failed runs, by how they failed.
func (of setting) mend(runs []*trainer.Run, rates string) []string {
	var list []string
	for _, r := range runs {
		switch {
		case r.Broken:
			list = append(list, "see why runs failed, and do them again with --resume")
		case r.Diverged:
			list = append(list, of.rates("lower "+rates))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
