package summary

import "slices"

// Failure is a reason for which runs of a strategy failed to train.
type Failure struct {
	Strategy string
	Reason   string
	Seeds    []uint64 // of these runs
}

// Failures returns why runs failed, those of a strategy that failed alike as one,
// in the order of the records.
func (s *Study) Failures() []Failure {
	var list []Failure
	for i := range s.Records {
		r := &s.Records[i].Run
		if r.Failed == "" {
			continue
		}
		at := slices.IndexFunc(list, func(f Failure) bool { return f.Strategy == r.Strategy && f.Reason == r.Failed })
		if at < 0 {
			at = len(list)
			list = append(list, Failure{Strategy: r.Strategy, Reason: r.Failed})
		}
		list[at].Seeds = append(list[at].Seeds, r.Seed)
	}
	return list
}
