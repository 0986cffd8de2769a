package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/store"
)

// onMachine makes the machine's memory so many bytes.
func onMachine(t *testing.T, bytes float64) {
	was := machineMemory
	machineMemory = func() float64 { return bytes }
	t.Cleanup(func() { machineMemory = was })
}

func TestTheMachineSaysHowMuchMemoryItHas(t *testing.T) {
	assert.Greater(t, machineMemory(), float64(1<<28))
	assert.Less(t, machineMemory(), float64(1<<50))
}

func TestWhatCannotFitIsRefusedWithTheFigure(t *testing.T) {
	onMachine(t, 8<<30)
	base := tinyData + tinyTraining
	for wrong, want := range map[string]string{
		strings.Replace(base, "batch: 4", "batch: 2000000000", 1):                   ` GiB of memory beside 0 MiB of images, this machine has 8 GiB: lower training.batch (now 2000000000), the images' size (now 48x48) or detector.channels (now 8)`,
		strings.Replace(base, "size: 48, train: 64", "size: 512, train: 100000", 1): "100024 scenes of 512x512 pixels take 73.3 GiB, this machine has 8 GiB: lower scenes.train, scenes.test or scenes.size, or let them be fresh (scenes.train: fresh)",
		strings.Replace(base, "batch: 4", "batch: 200000", 1):                       "a run of \"",
	} {
		c := parsed(t, wrong)
		err := Fits(c)
		out := t.TempDir() + "/out"
		assert.ErrorContains(t, err, want)
		_, err = Compare(t.Context(), c, Options{Out: out})
		assert.ErrorContains(t, err, want)
		assert.NoDirExists(t, out, "nothing was begun")
	}
	fresh := parsed(t, strings.Replace(base, "train: 64", "train: fresh", 1))
	fresh.Scenes.Size = 512
	assert.NoError(t, Fits(fresh))
	for _, name := range config.Presets() {
		c, err := config.Preset(name)
		require.NoError(t, err)
		assert.NoError(t, Fits(c), name)
	}
}

func TestAsManyRunsAtATimeAsFit(t *testing.T) {
	c := parsed(t, tinyData+tinyTraining)
	onMachine(t, 6<<20)
	var notes []string
	_, err := Compare(t.Context(), c, Options{Jobs: 64, Note: func(n store.Note) { notes = append(notes, n.Text) }})
	require.NoError(t, err)
	require.Len(t, notes, 1)
	assert.Regexp(t, `^64 runs at a time do not fit into the memory of 6 MiB: [1-9] are done$`, notes[0])
}

func TestAFolderIsReadThroughACacheOfAPartOfTheMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for memory, want := range map[float64]int64{0: 0, 1 << 30: 128 << 20, 1 << 40: 256 << 20} {
		onMachine(t, memory)
		assert.Equal(t, want, cached(config.Folder{}))
		assert.Equal(t, int64(3<<20), cached(config.Folder{Cache: 3}))
	}
	c := parsed(t, tinyData+tinyTraining)
	_, set, err := prepare(t.Context(), *c, "", false)
	require.NoError(t, err)
	onMachine(t, 1<<30)
	_, set, err = prepare(t.Context(), *c, writeCOCO(t, set), false)
	require.NoError(t, err)
	assert.Equal(t, float64(128<<20), set.Memory())
	_, err = fits(c, set, smallTrainer(c), 1)
	require.NoError(t, err)
	onMachine(t, 128<<20)
	_, err = fits(c, set, smallTrainer(c), 1)
	assert.ErrorContains(t, err, "of memory beside 128 MiB of images, this machine has 128 MiB")
}

func TestNothingDependsOnTheCacheOrOnHowManyThreadsThereAre(t *testing.T) {
	_, set, err := prepare(t.Context(), *parsed(t, tinyData+tinyTraining), "", false)
	require.NoError(t, err)
	folder := writeCOCO(t, set)
	crops := []int{0, 64}
	if testing.Short() {
		crops = crops[1:]
	}
	for _, crop := range crops {
		var all [][]string
		for _, machine := range []float64{1 << 33, 16 << 20} {
			onMachine(t, machine)
			c := parsed(t, tinyData+tinyTraining)
			c.Folder.Crop = crop
			out, jobs := t.TempDir(), 1
			if len(all) > 0 {
				jobs = 3
			}
			study, err := Compare(t.Context(), c, Options{Data: folder, Out: out, Jobs: jobs, Report: true})
			require.NoError(t, err)
			assert.Equal(t, machine < 1<<33, study.Set.Memory() < (64+24)*3*96*96, "not all of it stays in memory")
			all = append(all, results(t, out))
		}
		assert.Equal(t, all[0], all[1])
	}
}
