package external

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/trainer"
)

// What a run goes on from was trained by the files of earlier starts too.
func TestARunIsOfAllFilesThatTrainedIt(t *testing.T) {
	dir := t.TempDir()
	file, input := filepath.Join(dir, "v.py"), filepath.Join(dir, "in.py")
	write := func(path, text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o666)) }
	write(file, "K = 0.5")
	write(input, "")
	r := left(t, nil)
	r.Trainer = New(config.Program{Command: config.Command("python " + file + " " + input), Inputs: []string{input}}, Options{})
	assert.Empty(t, r.code())
	require.NoError(t, r.noteCode())
	first := r.code()
	require.Len(t, first, 1, "an input is told of elsewhere")
	assert.Equal(t, file, first[0].Name)
	assert.Regexp(t, "^[0-9a-f]{16}$", first[0].Digest)

	write(file, "K = 0.6")
	require.NoError(t, r.noteCode())
	second := r.code()
	require.Len(t, second, 1, "nothing was left to go on from")
	assert.NotEqual(t, first, second)

	write(filepath.Join(r.out(), "checkpoint"), "")
	write(file, "K = 0.5")
	require.NoError(t, r.noteCode())
	require.NoError(t, r.noteCode())
	assert.ElementsMatch(t, []trainer.CodeFile{first[0], second[0]}, r.code())
	write(r.path(codeName), `{"co`)
	assert.Empty(t, r.code())
}

// A digest is remembered where no write can have gone unseen.
func TestADigestIsRememberedUntilTheFileIsWrittenTo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "v.py")
	var d digests
	write := func(text string, at time.Time) string {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
		require.NoError(t, os.Chtimes(file, at, at))
		return d.of(file)
	}
	old := time.Now().Add(-time.Hour)
	first := write("K = 0.5", old)
	assert.Equal(t, first, write("K = 0.6", old), "remembered")
	second := write("K = 0.6", old.Add(time.Nanosecond*1000))
	assert.NotEqual(t, first, second)
	assert.NotEqual(t, second, write("K = 0.65", old.Add(time.Nanosecond*1000)), "of another size")
	now := time.Now().Add(time.Hour)
	assert.NotEqual(t, write("K = 0.7", now), write("K = 0.8", now), "another write may have the same time")
	assert.Equal(t, "unreadable", d.of(file+"x"))
}
