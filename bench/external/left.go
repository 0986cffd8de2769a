package external

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// EndLeft ends the programs that still run in a trainer's folder, though the
// process that saw to them was killed: they would keep their GPUs. It tells note
// of each, and of those that it cannot end. The error is that of ctx, or says
// that the folder cannot be read; one that is absent has none.
func EndLeft(ctx context.Context, dir string, note func(string)) error {
	runs, err := os.ReadDir(filepath.Join(dir, "runs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range runs {
		run, err := filepath.Abs(filepath.Join(dir, "runs", e.Name()))
		if err != nil {
			return err
		}
		if !abandoned(run) {
			continue
		}
		l, err := acquire(ctx, run, func() { note(leftRunning(run)) })
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			note(err.Error())
		default:
			l.release()
		}
	}
	return nil
}

// leftRunning says that a program was ended whose process was killed.
func leftRunning(dir string) string {
	return fmt.Sprintf("a program that an earlier process had left running was ended: %s", dir)
}
