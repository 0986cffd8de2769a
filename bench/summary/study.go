package summary

import (
	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// Study is a finished comparison: what a report is drawn from.
type Study struct {
	Config  *config.Config
	Set     *dataset.Set
	Records []trainer.Record // by strategy, then seed
	Summary Summary
}

// Summarize compares the strategies of a configuration by the records of their
// runs, sorted by strategy, then seed. Folder is the set's, "" for generated
// scenes. Rounds, if not nil, are those by which seeds were added. An error
// means that runs cannot be compared, or that the configuration cannot be
// written as YAML.
func Summarize(c *config.Config, set *dataset.Set, folder string, records []trainer.Record, rounds *stats.Rounds) (*Study, error) {
	text, err := c.YAML()
	if err != nil {
		return nil, err
	}
	runs := make([]*trainer.Run, len(records))
	for i := range records {
		runs[i] = &records[i].Run
	}
	strategies, e, standing, err := summarizeStrategies(c, runs, rounds)
	if err != nil {
		return nil, err
	}
	for i := range strategies {
		strategies[i].Proposals = proposals(records, strategies[i].Strategy)
	}
	s := &Study{Config: c, Set: set, Records: records, Summary: Summary{
		Title:      c.Title,
		Data:       describe(c, set, folder),
		Seeds:      seedsOf(runs),
		Resamples:  trainer.Resamples,
		Strategies: strategies,
		Config:     string(text),
	}}
	of := setting{c, folder == ""}
	s.Summary.LossScale = lossScale(s.Summary.Strategies)
	s.Summary.Warnings = warnings(of, s.Summary.Strategies, runs)
	s.Summary.Excluded = append([]stats.Exclusion{}, e.Final.Excluded...)
	s.Summary.Mixed = mixed(runs)
	s.Summary.Rounds = roundsOf(rounds, standing)
	s.Summary.conclude(of, e, runs)
	return s, s.Summary.reach(runs)
}
