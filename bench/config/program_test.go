package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const strategiesYAML = "strategies: [{name: a, dense: {}}]\n"

func TestAProgramIsReadAndWrittenAndElseNotThere(t *testing.T) {
	text := "trainer: {command: 'python train.py {out}', timeout: 1h30m, retries: 2, gpus: [0, GPU-7], inputs: [train.py]}\n" + strategiesYAML
	c, err := Parse("own.yaml", []byte(text))
	require.NoError(t, err)
	want := &Program{Command: "python train.py {out}", Timeout: 90 * time.Minute, Retries: 2, GPUs: []Device{"0", "GPU-7"}, Inputs: []string{"train.py"}}
	assert.Equal(t, want, c.Trainer)
	assert.Equal(t, [2]int{}, [2]int{c.Folder.MaxTrain, c.Folder.MaxTest}, "it trains on all images")
	written, err := c.YAML()
	require.NoError(t, err)
	again, err := Parse("again.yaml", written)
	require.NoError(t, err, string(written))
	assert.Equal(t, c, again)

	limited, err := Parse("own.yaml", []byte(text+"folder: {max_test: 20}\n"))
	require.NoError(t, err)
	assert.Equal(t, 20, limited.Folder.MaxTest)
	other, err := ParseFor("sh train.sh", "own.yaml", []byte(text))
	require.NoError(t, err)
	assert.Equal(t, Command("sh train.sh"), other.Trainer.Command)
	assert.Equal(t, 2, other.Trainer.Retries)
	other, err = ParseFor("sh train.sh", "own.yaml", []byte(strategiesYAML))
	require.NoError(t, err)
	assert.Zero(t, other.Folder.MaxTest)
	for text, retries := range map[string]int{"trainer: {retries: 3}\n": 3, "trainer: null\n": 0} {
		other, err = ParseFor("sh train.sh", "own.yaml", []byte(text+strategiesYAML))
		require.NoError(t, err, "the command is given elsewhere")
		assert.Equal(t, Program{Command: "sh train.sh", Retries: retries}, *other.Trainer)
	}

	c, err = Parse("own.yaml", []byte(strategiesYAML))
	require.NoError(t, err)
	written, err = c.YAML()
	require.NoError(t, err)
	assert.NotContains(t, string(written), "trainer")
	assert.Equal(t, 500, c.Folder.MaxTest)
}

func TestAProgramThatCannotBeRunIsNamedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"{}":                          `own.yaml:1:1: trainer.command: it is empty: expected a program and its arguments`,
		"{command: 'a {sed}'}":        `own.yaml:1:11: trainer.command: it has {sed}: expected one of {strategy}, {name}, {lr}, {seed}, {data}, {budget}, {out}, {gpu}; did you mean {seed}?, or {{sed}} for the word in braces`,
		"{command: 'a | tee log'}":    `command: it has "| tee log", which begins with what only a shell knows: write sh -c '...', or quote it`,
		"{command: 'a > log'}":        `command: it has "> log"`,
		"{command: 'cd x && a'}":      `command: it has "&& a"`,
		`{command: "a 'b"}`:           `command: `,
		"{command: a, timeout: -1s}":  `own.yaml:1:23: trainer.timeout is -1s: expected none that is negative`,
		"{command: a, timeout: soon}": `timeout`,
		"{command: a, retries: -1}":   `retries is -1: expected between 0 and 100`,
		"{command: a, gpus: ['']}":    `expected a GPU's number or name`,
		"{command: a, inputs: ['']}":  `own.yaml:1:32: trainer.inputs[0] is "": expected a file`,
		"{command: a, commend: b}":    `did you mean command?`,
	} {
		_, err := Parse("own.yaml", []byte("trainer: "+text+"\n"+strategiesYAML))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestWordsArePartedAsInAShellAndFilledWhole(t *testing.T) {
	values := map[string]string{"out": "/a b/'c'", "seed": "3"}
	for command, want := range map[Command][]string{
		"python train.py {out} --seed={seed}":                   {"python", "train.py", "/a b/'c'", "--seed=3"},
		`sh -c 'cd x; train "$DETSAMPLE_OUT" | tee {out}' a\ b`: {"sh", "-c", `cd x; train "$DETSAMPLE_OUT" | tee /a b/'c'`, "a b"},
		`a "{{seed}}" {"k":1} '{}' { }`:                         {"a", "{seed}", `{k:1}`, "{}", "{", "}"},
	} {
		require.NoError(t, Program{Command: command}.Validate(), command)
		assert.Equal(t, want, command.Fill(values))
	}
	assert.True(t, Command("a {out}").Names("out"))
	assert.False(t, Command("a {{out}}").Names("out"))
	assert.PanicsWithValue(t, "config: Command.Fill: the command is not valid: it has {x}: expected one of {strategy}, {name}, {lr}, {seed}, {data}, {budget}, {out}, {gpu}, or {{x}} for the word in braces",
		func() { Command("{x}").Fill(nil) })
}

func TestDevicesAreThoseNamedOrVisible(t *testing.T) {
	t.Setenv("CUDA_VISIBLE_DEVICES", "2, 3,-1,")
	assert.Equal(t, []Device{"2", "3"}, Program{}.Devices())
	assert.Equal(t, []Device{"0"}, Program{GPUs: []Device{"0"}}.Devices())
	t.Setenv("CUDA_VISIBLE_DEVICES", "")
	assert.Empty(t, Program{}.Devices())
}
