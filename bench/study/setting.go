package study

import "fmt"

// setting says on what an experiment's strategies are trained, and what: the
// same strategies reach other AP on other scenes.
func (s *Stored) setting() (string, error) {
	c, err := s.Config()
	if err != nil {
		return "", err
	}
	scenes := fmt.Sprintf("generated scenes of %d px with %s of %g to %g px", c.Scenes.Size,
		objects(c.Scenes.MinObjects, c.Scenes.MaxObjects), c.Scenes.MinSize, c.Scenes.MaxSize)
	if missing := c.Scenes.Missing; missing > 0 {
		scenes += fmt.Sprintf(", %g%% of them without a label", 100*missing)
	}
	if s.Origin.Data != "" {
		scenes = "the images of " + s.Origin.Data
	}
	seen := c.Training.Images
	if final := s.final(); final > 0 {
		seen = final
	}
	images := "that never repeat"
	if c.Scenes.Train > 0 {
		images = fmt.Sprintf("of %d", int(c.Scenes.Train))
	}
	average := ""
	if c.Training.Average > 0 {
		average = fmt.Sprintf(", weights averaged by %g", c.Training.Average)
	}
	return fmt.Sprintf("%d images %s, %s; %d channels, batches of %d%s.", seen, images, scenes, c.Detector.Channels, c.Training.Batch, average), nil
}

// objects counts those of an image.
func objects(least, most int) string {
	if least == most {
		return fmt.Sprintf("%d objects", most)
	}
	return fmt.Sprintf("%d to %d objects", least, most)
}

// repeats returns the command that trains what is stored again.
func (s *Stored) repeats() string {
	seeds := map[uint64]bool{}
	for i := range s.Runs {
		seeds[s.Runs[i].Seed] = true
	}
	for i := range s.StateRuns {
		seeds[s.StateRuns[i].Seed] = true
	}
	command := fmt.Sprintf("detsample study %s --seeds %d", s.Called(), len(seeds))
	if s.Origin.Data != "" {
		command += " --data " + s.Origin.Data
	}
	return command
}
