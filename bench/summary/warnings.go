package summary

import (
	"detsample/bench/config"
	"detsample/bench/trainer"
)

// warnings returns the traps of every strategy, those of the configuration
// before those that its runs showed.
func warnings(of setting, summaries []Strategy, runs []*trainer.Run) []config.Warning {
	list := []config.Warning{}
	configured := of.Warnings()
	for i := range summaries {
		s := &summaries[i]
		for _, w := range configured {
			if w.Strategy == s.Strategy {
				list = append(list, w)
			}
		}
		for _, stage := range s.Stages {
			for _, w := range stage.Scarcity.Warnings() {
				list = append(list, config.Warning{Strategy: s.Strategy, Warning: w.Within(stage.Stage)})
			}
		}
		list = append(list, scaleWarnings(of.Config, summaries, i)...)
		list = append(list, identicalWarnings(of, summaries, i, runs)...)
	}
	return list
}
