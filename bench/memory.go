package bench

import (
	"fmt"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small"
	"detsample/bench/small/scene"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// machineMemory returns the bytes that this process may take: the machine's,
// or fewer where it runs in a container. 0 stands for not known.
var machineMemory = func() float64 {
	system, err := memlimit.FromSystem()
	if err != nil {
		return 0
	}
	if container, err := memlimit.FromCgroup(); err == nil {
		return float64(min(system, container))
	}
	return float64(system)
}

// Fits returns an error if this machine has too little memory for a comparison
// as it is configured: for its generated images, or for a single run. Of a
// folder's images only the size is known here, not how many there are.
func Fits(c *config.Config) error {
	set := &dataset.Set{Width: c.Scenes.Size, Height: c.Scenes.Size, Classes: make([]string, c.Scenes.Classes)}
	if err := ScenesFit(c.Scenes); err != nil {
		return fmt.Errorf("%w: lower scenes.train, scenes.test or scenes.size, or let them be fresh (scenes.train: fresh)", err)
	}
	if c.Trainer != nil {
		return nil
	}
	_, err := fits(c, set, smallTrainer(c), 1)
	return err
}

// smallTrainer returns the small detectors of a configuration.
func smallTrainer(c *config.Config) trainer.Trainer {
	return small.Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}
}

// cached returns how many bytes of a folder's images are kept in memory.
func cached(f config.Folder) int64 {
	if f.Cache > 0 {
		return int64(f.Cache) << 20
	}
	return int64(min(machineMemory()/8, cachedAtMost))
}

// cachedAtMost is how many bytes of images are kept where it is not configured:
// decoding is a small part of the training on larger ones.
var cachedAtMost = float64(256 << 20)

// ScenesFit returns an error if generated images do not fit into memory, where all
// of them are held but those that never repeat.
func ScenesFit(c scene.Config) error {
	images := float64(c.Test)
	if c.Train != scene.Fresh {
		images += float64(c.Train)
	}
	bytes, room := images*3*float64(c.Size)*float64(c.Size), machineMemory()
	if room > 0 && bytes > room {
		return fmt.Errorf("%.0f scenes of %dx%d pixels take %s, this machine has %s",
			images, c.Size, c.Size, gibibytes(bytes), gibibytes(room))
	}
	return nil
}

// fits returns how many runs, of so many at a time, the memory holds beside the
// data, or an error if it does not hold one. A trainer that does not say what a
// run takes is believed to fit.
func fits(c *config.Config, set *dataset.Set, t trainer.Trainer, jobs int) (int, error) {
	estimates, ok := t.(interface{ Memory(trainer.Job) float64 })
	room := machineMemory()
	if !ok || room == 0 {
		return jobs, nil
	}
	data := set.Memory()
	for i := range c.Strategies {
		s := &c.Strategies[i]
		run := estimates.Memory(trainer.Job{Strategy: s, Data: set, Images: c.Training.Images})
		if run+data > room {
			return 0, fmt.Errorf("a run of %q takes about %s of memory beside %s of images, this machine has %s: lower training.batch (now %d), the images' size (now %dx%d) or detector.channels (now %d)",
				s.Name, gibibytes(run), gibibytes(data), gibibytes(room), c.Training.Batch, set.Width, set.Height, c.Detector.Channels)
		}
		jobs = min(jobs, int((room-data)/run))
	}
	return jobs, nil
}

// fit makes the comparison fit into the memory, or returns an error that says
// by how much it does not.
func (m *comparison) fit() error {
	asked := max(1, m.o.Jobs)
	jobs, err := fits(m.cfg, m.set, m.trainer, asked)
	if err != nil {
		return err
	}
	if m.o.Jobs = jobs; jobs < asked {
		m.note(store.Note{Trouble: true, Text: fmt.Sprintf("%d runs at a time do not fit into the memory of %s: %d are done", asked, gibibytes(machineMemory()), jobs)})
	}
	return nil
}

// gibibytes writes an amount of memory.
func gibibytes(bytes float64) string {
	switch {
	case bytes < 1<<30:
		return fmt.Sprintf("%.0f MiB", bytes/(1<<20))
	case bytes >= 1000<<30:
		return fmt.Sprintf("%.0f GiB", bytes/(1<<30))
	}
	return fmt.Sprintf("%.3g GiB", bytes/(1<<30))
}
