package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// trainShard trains a share of a comparison and says where it is.
func (c *compareCommand) trainShard(s *session, comparison *config.Config, of plan.Shard) error {
	progress := newProgress(s.stderr, c.Quiet, 0) // its share is known once the folder was read
	shard, err := bench.TrainShard(s.ctx, comparison, c.options(comparison, progress), of)
	progress.end()
	switch {
	case errors.Is(err, context.Canceled) && s.ctx.Err() != nil:
		return interrupted(c.Out, progress.finished, progress.runs, s.args)
	case err != nil || c.Quiet:
		return err
	case c.Format == "json":
		return printJSON(s.stdout, shardReport{of.String(), shard.Dir, shard.Round.Phase, len(shard.Round.Runs), shard.Runs})
	}
	printShard(s.stdout, shard, of, c.Out)
	return nil
}

// shardReport is what a program reads of a shard.
type shardReport struct {
	Shard string        `json:"shard"`
	Dir   string        `json:"dir"`
	Phase string        `json:"phase,omitempty"`
	Round int           `json:"round"` // runs of the round
	Runs  []trainer.Run `json:"runs"`  // of the shard
}

func printShard(w io.Writer, shard *bench.Shard, of plan.Shard, out string) {
	out = filepath.Clean(out)
	if len(shard.Round.Runs) == 0 {
		fmt.Fprintf(w, "Shard %v has nothing to train: the comparison in %s is complete.\n", of, out)
		return
	}
	purpose := ""
	if shard.Round.Phase != "" {
		purpose = " (" + shard.Round.Phase + ")"
	}
	fmt.Fprintf(w, "Shard %v: %d of %s%s, in %s. Once all shards have ended:\n  %s\n",
		of, len(shard.Runs), prose.Count(len(shard.Round.Runs), "run", "runs"), purpose, filepath.Clean(shard.Dir), commandOf("merge", out))
}
