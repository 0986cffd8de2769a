package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACommandNamesTheFilesOfItsProgram(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.MkdirAll(filepath.Join("python", "sub"), 0o777))
	for _, name := range []string{"v.py", "a.yaml", "b c.py", "log.txt", "python/sub/x", "train"} {
		require.NoError(t, os.WriteFile(name, nil, 0o666))
	}
	whole := filepath.Join(dir, "v.py")
	for command, want := range map[Command][]string{
		"python v.py {strategy} --config=a.yaml v.py": {"v.py", "a.yaml"},
		"./train 'b c.py' python/sub python/sub/x":    {"./train", "b c.py", "python/sub/x"},
		"train {out}":              nil, // it is that of PATH
		"python -m package {out}":  nil,
		Command("python " + whole): {whole},
		`sh -c 'python v.py <a.yaml "$DETSAMPLE_OUT" 2>>log.txt | tee -a log.txt'`: {"v.py", "a.yaml"},
		`sh -c 'python v.py >log.txt; ./train'`:                                    {"v.py", "./train"},
		"a 'b":                                                                     nil,
	} {
		assert.Equal(t, want, command.Files(), command)
	}
}
