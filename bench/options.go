package bench

import (
	"fmt"
	"math"

	"detsample/bench/stats"
)

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
