package dump

// tally is sums by decile and class, before they become shares.
type tally struct {
	decile  [Deciles]Split
	classes []float64
}

func newTally(classes int) tally { return tally{classes: make([]float64, classes+1)} }

func (t *tally) reset() {
	t.decile = [Deciles]Split{}
	clear(t.classes)
}

// add adds a candidate's part.
func (t *tally) add(decile int, class int32, v float64) {
	t.decile[decile].add(class >= 0, v)
	if class < 0 {
		class = int32(len(t.classes) - 1)
	}
	t.classes[class] += v
}

func (t *tally) merge(o *tally) {
	for i := range t.decile {
		t.decile[i].merge(o.decile[i])
	}
	for k, v := range o.classes {
		t.classes[k] += v
	}
}

// mass returns the shares.
func (t *tally) mass() Mass {
	m := Mass{Classes: make([]float64, len(t.classes))}
	for _, s := range t.decile {
		m.Sum += s.Total()
	}
	if m.Sum == 0 {
		return m
	}
	for i, s := range t.decile {
		m.Decile[i] = Split{s.Positives / m.Sum, s.Negatives / m.Sum}
	}
	for k, v := range t.classes {
		m.Classes[k] = v / m.Sum
	}
	return m
}

func (s *Split) add(positive bool, v float64) {
	if positive {
		s.Positives += v
	} else {
		s.Negatives += v
	}
}

func (s *Split) merge(o Split) {
	s.Positives += o.Positives
	s.Negatives += o.Negatives
}

// over returns the mean of sums by counts, 0 where nothing was counted.
func (s Split) over(n Split) Split {
	var mean Split
	if n.Positives > 0 {
		mean.Positives = s.Positives / n.Positives
	}
	if n.Negatives > 0 {
		mean.Negatives = s.Negatives / n.Negatives
	}
	return mean
}
