package summary

import (
	"regexp"
	"slices"
)

// Failure is a reason for which runs of a strategy failed to train.
type Failure struct {
	Strategy string
	Reason   string
	Seeds    []uint64 // of these runs
}

// ownFolder is where a reason names the folder of the run itself, and of which of
// its starts it quotes a file: what a program of one's own says ends so.
var ownFolder = regexp.MustCompile(`[/\\]runs[/\\][^/\\]*-[0-9]+-[0-9a-f]{12}\b([/\\]std(err|out)-[0-9]+)?`)

// Failures returns why runs failed, those of a strategy that failed alike as one,
// in the order of the records. Folders of their own make no two runs unlike; the
// reason is that of the first.
func (s *Study) Failures() []Failure {
	var list []Failure
	var alike []string // of each, what its runs have in common
	for i := range s.Records {
		r := &s.Records[i].Run
		if r.Failed == "" {
			continue
		}
		common := r.Strategy + "\n" + ownFolder.ReplaceAllString(r.Failed, "")
		at := slices.Index(alike, common)
		if at < 0 {
			at = len(list)
			alike = append(alike, common)
			list = append(list, Failure{Strategy: r.Strategy, Reason: r.Failed})
		}
		list[at].Seeds = append(list[at].Seeds, r.Seed)
	}
	return list
}
