package bench

import (
	"fmt"
	"math"

	"detsample/bench/annotations"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// Options say how a comparison is run; none but Data, Links, Seeds, FirstSeed,
// Until, Race, Budget, Tune, Only and Trainer changes its results.
type Options struct {
	Data   string  // annotated images, a folder or a COCO file; empty for generated scenes
	Links  bool    // follow symbolic links that lead out of the folder; what they lead to is else left out
	Seeds  int     // runs of each strategy, with seeds from FirstSeed on; 0 means 1
	Jobs   int     // runs at a time, one core each; 0 means 1
	Budget float64 // multiplies Training.Images; 0 means 1
	Out    string  // folder for the results, written as runs end; empty for none; see package store
	Tune   bool    // choose learning rates, and loss weights that differ, before; see package plan
	Resume bool    // take over from Out the runs that are already there
	Report bool    // write report.html into Out

	// Only names the strategies that are trained, none for all. Their runs are those
	// of the whole comparison: anchors are fitted for all of its strategies, and losses
	// are matched to the strategies that they are matched to there, which are trained
	// as long as that takes.
	Only []string

	FirstSeed uint64  // 0 means 1
	Until     float64 // add seeds, up to Seeds, until the interval of every difference of AP has this half-width, a share of 1: 0.0075 for 0.75 points; 0 trains all
	Race      bool    // add seeds, up to Seeds, and stop strategies that cannot be the best any more; see [stats.Rounds]

	// Trainer trains; nil stands for the small detectors that come with
	// detsample, as the configuration has them.
	Trainer trainer.Trainer

	// Progress, if not nil, is told of what happens, Note of what was found in
	// Out, and Read of what is wrong with the data, before any of it is trained
	// on; one call at a time.
	Progress func(Event)
	Note     func(store.Note)
	Read     func([]annotations.Problem)
}

// Event is a moment of a comparison.
type Event struct {
	Phase    string // what the run is for: a setting that is chosen by it, "" for the comparison itself
	Strategy string
	Seed     uint64
	Trial    string       // which of the phase's runs of this strategy and seed it is: the settings that it tries; "" where there is one
	Images   int          // seen by this run so far
	Total    int          // that it will see
	Done     *trainer.Run // the run, if it has just ended
	Resumed  bool         // it was taken over from an earlier comparison
	Runs     int          // of the whole comparison, or of the phase
	Finished int          // of those, ended
}

// check reports an option that no comparison may have.
func (o Options) check() error {
	switch adding := o.Until > 0 || o.Race; {
	case o.Seeds < 0:
		return fmt.Errorf("Options.Seeds is %d: expected at least 1, or 0 for 1", o.Seeds)
	case o.Jobs < 0:
		return fmt.Errorf("Options.Jobs is %d: expected at least 1, or 0 for 1", o.Jobs)
	case !(o.Budget >= 0) || math.IsInf(o.Budget, 1):
		return fmt.Errorf("Options.Budget is %v: expected a number above 0, or 0 for 1", o.Budget)
	case !(o.Until >= 0 && o.Until <= 1):
		return fmt.Errorf("Options.Until is %v: expected AP as a share of 1, above 0 and at most 1 (0.0075 for 0.75 points), or 0 to train all", o.Until)
	case adding && o.Seeds < stats.MinSeeds:
		return fmt.Errorf("Options.Seeds is %d: Until and Race look at %d seeds first", o.Seeds, stats.MinSeeds)
	case o.FirstSeed > math.MaxUint64-uint64(max(1, o.Seeds)):
		return fmt.Errorf("Options.FirstSeed is %d: no %d seeds follow it", o.FirstSeed, max(1, o.Seeds))
	}
	return nil
}
