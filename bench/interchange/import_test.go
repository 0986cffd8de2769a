package interchange

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
)

// imported reads a configuration and the strategy that it becomes.
func imported(t *testing.T, path string, options Options) (Imported, strategy.Strategy) {
	t.Helper()
	made, err := Import(path, options)
	require.NoError(t, err)
	return made, made.Strategy
}

// samePeer asserts that a strategy is that of a peer by another name.
func samePeer(t *testing.T, peer string, s strategy.Strategy) {
	t.Helper()
	want, err := strategy.Peer(peer)
	require.NoError(t, err)
	s.Name = want.Name
	assert.Equal(t, want, s, peer)
}

func TestConfigurationsOfMMDetectionBecomeItsPeers(t *testing.T) {
	for file, peer := range map[string]string{"one_stage.py": "mmdetection-retinanet", "two_stage.py": "mmdetection"} {
		made, s := imported(t, filepath.Join("testdata/mmdet", file), Options{})
		samePeer(t, peer, s)
		assert.Empty(t, made.Unmapped(), file)
		assert.Empty(t, made.Notes, file)
	}
}
