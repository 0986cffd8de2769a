package boosting

import "fmt"

// Sound reports a figure that no state has.
func (m *Moment) Sound() error {
	if m.Images < 0 {
		return fmt.Errorf("a moment is after %d images", m.Images)
	}
	for _, part := range []struct {
		name  string
		count float64
	}{{"positives", m.Positives}, {"outliers", m.Outliers}} {
		if !(part.count >= 0 && part.count <= m.Elements) {
			return fmt.Errorf("after %d images %s are %v of %v elements", m.Images, part.name, part.count, m.Elements)
		}
	}
	for i := range m.Weightings {
		w := &m.Weightings[i]
		figures := []bounded{
			{"weight.positives", w.Weight.Positives, 0, 1}, {"weight.easy", w.Weight.Easy, 0, 1}, {"weight.hard", w.Weight.Hard, 0, 1},
			{"loss.positives", w.Loss.Positives, 0, 1}, {"loss.easy", w.Loss.Easy, 0, 1}, {"loss.hard", w.Loss.Hard, 0, 1},
			{"hardest", w.Hardest, 0, 1}, {"outlier", w.Outlier, 0, 1},
		}
		for _, a := range w.Alike {
			figures = append(figures, bounded{"rank", a.Rank, -1, 1}, bounded{"top", a.Top, 0, 1})
			if !(a.KL > -slack) {
				return fmt.Errorf("after %d images kl of %s is %v: expected 0 or more", m.Images, w.Name, a.KL)
			}
		}
		for _, f := range figures {
			if !(f.value > f.low-slack && f.value < f.high+slack) {
				return fmt.Errorf("after %d images %s of %s is %v: expected %v to %v", m.Images, f.name, w.Name, f.value, f.low, f.high)
			}
		}
	}
	return nil
}

// bounded is a figure with its bounds.
type bounded struct {
	name             string
	value, low, high float64
}

// slack is how far a mean may be beyond its bounds.
const slack = 1e-6
