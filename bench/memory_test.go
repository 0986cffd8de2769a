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

func TestAFolderThatDoesNotFitIsRefused(t *testing.T) {
	c := parsed(t, tinyData+tinyTraining)
	c.Scenes.Train, c.Scenes.Test = 4, 4
	_, set, err := prepare(t.Context(), *c, "", false)
	require.NoError(t, err)
	onMachine(t, 50_000)
	_, err = Compare(t.Context(), c, Options{Data: writeCOCO(t, set)})
	assert.ErrorContains(t, err, "8 images of up to 128x128 pixels take 0.000366 GiB of memory")
}
