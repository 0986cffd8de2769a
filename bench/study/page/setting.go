package page

import (
	"fmt"
	"math"

	"detsample/bench/config"
	"detsample/bench/study/evidence"
	"detsample/internal/program"
	"detsample/internal/prose"
)

// setting says on what an experiment's strategies are trained, and what: the
// same strategies reach other AP on other scenes.
func setting(s *evidence.Experiment) (string, error) {
	c, err := trainedBy(s)
	if err != nil {
		return "", err
	}
	sizes := fmt.Sprintf("%g to %g px", c.Scenes.MinSize, c.Scenes.MaxSize)
	if c.Scenes.MinSize == c.Scenes.MaxSize {
		sizes = fmt.Sprintf("%g px", c.Scenes.MinSize)
	}
	low, high := c.Scenes.Contrasts()
	scenes := fmt.Sprintf("generated scenes of %d px in noise of %g with %s of %s and a contrast of %.2g to %.2g", c.Scenes.Size, c.Scenes.Noise, objects(c.Scenes.MinObjects, c.Scenes.MaxObjects), sizes, low, high)
	if missing := c.Scenes.Missing; missing > 0 {
		scenes += fmt.Sprintf(", %g%% of them without a label", 100*missing)
	}
	seen := c.Training.Images
	if final := s.Final(); final > 0 {
		seen = final
	}
	images := "that never repeat, "
	if c.Scenes.Train > 0 {
		images = fmt.Sprintf("of %d, ", int(c.Scenes.Train))
	}
	weights := ""
	if c.Training.Average > 0 {
		weights = fmt.Sprintf(", weights averaged by %g", c.Training.Average)
	}
	if c.Training.WeightDecay > 0 {
		weights += fmt.Sprintf(", a decoupled weight decay of %g", c.Training.WeightDecay)
	}
	norm := ""
	if c.Detector.Norm {
		norm = " with normalisation"
	}
	areas := c.Areas
	if s.Origin.Data != "" {
		images, scenes, areas = "seen, ", "drawn from those of "+s.Origin.Data, c.Folder.Areas
	}
	return fmt.Sprintf("%d images %s%s; %d channels%s, %s at a %s rate, batches of %d%s. Small are objects below %g px, large ones from %g px on.",
		seen, images, scenes, c.Detector.Channels, norm, optimizers[c.Training.Optimizer], c.Training.Schedule, c.Training.Batch, weights, areas.Small, areas.Large), nil
}

var optimizers = map[config.Optimizer]string{config.Adam: "Adam", config.SGD: "gradient descent with momentum"}

// objects counts those of an image.
func objects(least, most int) string {
	if least == most {
		return prose.Count(most, "object", "objects")
	}
	return fmt.Sprintf("%d to %d objects", least, most)
}

// studyCommand returns the command of a study that trains the seeds that are stored.
func studyCommand(s *evidence.Experiment) string {
	least, most := seedSpan(s)
	words := []string{"detsample", "study", s.Called(), "--seeds", fmt.Sprint(most - least + 1)}
	if least != uint64(s.FirstSeed) {
		words = append(words, "--first-seed", fmt.Sprint(least))
	}
	words = append(words, dataFlags(s)...)
	if s.Origin.Quick {
		words = append(words, "--quick")
	}
	return program.Line(words...)
}

// seedSpan returns the least and the most of the seeds that are stored.
func seedSpan(s *evidence.Experiment) (least, most uint64) {
	least = math.MaxUint64
	for i := range s.Runs {
		least, most = min(least, s.Runs[i].Seed), max(most, s.Runs[i].Seed)
	}
	for i := range s.StateRuns {
		least, most = min(least, s.StateRuns[i].Seed), max(most, s.StateRuns[i].Seed)
	}
	return least, most
}

// dataFlags returns the flags of a command that trains on the images that the runs
// were trained on, none on generated scenes.
func dataFlags(s *evidence.Experiment) []string {
	o := &s.Origin
	if o.Data == "" {
		return nil
	}
	flags := []string{"--data", o.Data}
	if o.Size != "" {
		flags = append(flags, "--size", o.Size)
	}
	if o.Links {
		flags = append(flags, "--follow-links")
	}
	return flags
}

// madeBy says which command made what is stored, of which program and on which
// machine, and which one trains the same again.
func madeBy(s *evidence.Experiment) string {
	o, again := s.Origin, studyCommand(s)
	if o.Command == "" {
		return fmt.Sprintf("Nothing is kept of what made it. `%s` trains all of these seeds.", again)
	}
	text := fmt.Sprintf("Made by `%s`, of %s, on %s.", o.Command, o.Program, o.Machine)
	if o.Note != "" {
		text += " " + o.Note
	}
	switch {
	case !o.OfStudy():
		return text + fmt.Sprintf(" That was a comparison of its own; within a study `%s` trains the same strategies and seeds.", again)
	case !o.Names(&s.Experiment): // it may have trained others, too
		return text + fmt.Sprintf(" `%s` trains all of these seeds, of this experiment alone.", again)
	}
	return text + fmt.Sprintf(" `%s` trains all of these seeds.", again)
}

// trainedBy is the configuration that trained an experiment's runs, where it is there,
// else the study's.
func trainedBy(s *evidence.Experiment) (*config.Config, error) {
	if s.Kept != nil {
		return s.Kept, nil
	}
	return s.Config()
}
