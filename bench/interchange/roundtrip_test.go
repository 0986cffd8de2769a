package interchange

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/strategy"
)

// back exports a strategy and reads the fragment again.
func back(t require.TestingT, dir string, s strategy.Strategy, to string) (Exported, strategy.Strategy) {
	fragment, made := returned(t, dir, s, nil, to)
	again := made.Strategy
	again.Name = s.Name
	return fragment, again
}

// returned exports a strategy with its anchors and reads the fragment again.
func returned(t require.TestingT, dir string, s strategy.Strategy, pyramid *anchors.Pyramid, to string) (Exported, Imported) {
	fragment, err := Export(s, pyramid, to)
	require.NoError(t, err)
	extension := map[string]string{"mmdet": ".py", "detectron2": ".yaml", "torchvision": ".yaml"}[to]
	path := filepath.Join(dir, "fragment"+extension)
	require.NoError(t, os.WriteFile(path, fragment.Text, 0o600))
	made, err := Import(path, Options{})
	require.NoError(t, err, "%s", fragment.Text)
	return fragment, made
}

func TestAPeerGoesToItsLibraryAndComesBackTheSame(t *testing.T) {
	for _, at := range []struct{ peer, to string }{
		{"mmdetection", "mmdet"}, {"mmdetection-retinanet", "mmdet"}, {"mmdet-ohem", "mmdet"}, {"pisa", "mmdet"}, {"libra-as-coded", "mmdet"},
		{"detectron2", "detectron2"}, {"detectron2-retinanet", "detectron2"},
		{"torchvision", "torchvision"}, {"torchvision-retinanet", "torchvision"}, {"torchvision-ssd", "torchvision"},
	} {
		s, err := strategy.Peer(at.peer)
		require.NoError(t, err)
		fragment, again := back(t, t.TempDir(), s, at.to)
		assert.Empty(t, fragment.Lacks, at.peer)
		assert.Equal(t, s, again, at.peer)
	}
}
