//go:build unix && !solaris && !aix

package external

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Of two runs side by side, a program of the one that is just being started holds
// the files of the other for a moment.
func TestAFileThatIsHeldForAMomentIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"owner", "running"} {
		f, held, err := locked(filepath.Join(dir, name))
		require.NoError(t, err)
		require.True(t, held)
		time.AfterFunc(100*time.Millisecond, func() { f.Close() })
		if name == "owner" {
			l, err := acquire(context.Background(), dir, func() {})
			require.NoError(t, err)
			l.release()
			continue
		}
		cmd := exec.Command("true")
		require.NoError(t, (&lock{dir: dir}).start(cmd))
		require.NoError(t, cmd.Wait())
	}
}
