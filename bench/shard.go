package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/promptly"
)

// Shard is what one of several machines has trained of a comparison.
type Shard struct {
	Dir   string        // folder of the shard within Options.Out
	Round Round         // that it had a share of
	Runs  []trainer.Run // its share, in the order of the plan
}

// TrainShard trains a share of a comparison's next round, for other machines to
// train the rest of: of the runs that are missing from what [Merge] has joined
// in o.Out, those that fall to this shard. What it finds is in a folder of its
// own within o.Out, which no other shard writes to; what is there already it
// takes over, whatever o.Resume says. The round of a comparison that is
// complete has no runs.
//
// Shards agree without a word, as the plan follows from what is asked for and
// what has been merged alone. So the order is: all shards, Merge, and, while
// there is a next round, all shards again.
func TrainShard(ctx context.Context, c *config.Config, o Options, of plan.Shard) (_ *Shard, err error) {
	if err := of.Validate(); err != nil {
		return nil, err
	}
	if o.Out == "" {
		return nil, fmt.Errorf("shard %v has no folder for its results", of)
	}
	m, err := newComparison(c, o)
	if err != nil {
		return nil, err
	}
	if err := m.fitsUnread(); err != nil {
		return nil, err
	}
	m.shard = true
	s := &Shard{Dir: store.ShardDir(o.Out, of.Index, of.Count)}
	if m.folder, err = store.Open(s.Dir, m.storing()); err != nil {
		return nil, err
	}
	defer func() { err = withAfter(err, m.folder.Close()) }()
	if err := promptly.Do(ctx, func() error { return m.prepare(ctx) }); err != nil {
		return nil, err
	}
	merged, err := store.OpenPart(o.Out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if merged != nil {
		there, err := sourceOf(merged)
		if err != nil {
			return nil, err
		}
		if why := there.differs(source{id: m.identity, asked: m.asked}); why != "" {
			return nil, fmt.Errorf("%s holds another comparison than this: %s: give another folder", o.Out, why)
		}
	}
	if err := m.start(true); err != nil {
		return nil, err
	}
	m.way = way{
		load:     merged.Load,
		taken:    func(r trainer.Record, o one) { m.take(r, o.phase) },
		sharedBy: merged.SharedBy,
		missing: func(ctx context.Context, missing []one, r Round) (err error) {
			s.Round = r
			if s.Runs, err = m.trainShare(ctx, shareOf(missing, s.Round, of)); err != nil {
				return err
			}
			return &unfinished{s.Round}
		},
	}
	var end *unfinished
	if err := m.rounds(ctx); err != nil && !errors.As(err, &end) {
		return nil, err
	}
	return s, m.folder.Finish()
}

// shareOf returns the runs of a round that fall to a shard.
func shareOf(missing []one, r Round, of plan.Shard) (share []one) {
	for i, shard := range r.Shards(of.Count) {
		if shard == of.Index {
			share = append(share, missing[i])
		}
	}
	return share
}

// trainShare trains the runs of a shard that its folder does not have, and
// returns all of them.
func (m *comparison) trainShare(ctx context.Context, share []one) ([]trainer.Run, error) {
	m.begin(len(share))
	missing, err := m.takeOver(ctx, share, way{load: m.folder.Load, again: true, taken: m.taken})
	if err != nil {
		return nil, err
	}
	if err := m.trainAll(ctx, missing); err != nil {
		return nil, err
	}
	ended := map[string]trainer.Run{}
	for i := range m.records {
		ended[m.records[i].Fingerprint] = m.records[i].Run
	}
	runs := make([]trainer.Run, len(share))
	for i, o := range share {
		if o.phase == "" {
			runs[i] = ended[o.mark]
		} else {
			runs[i] = m.trials[o.mark]
		}
	}
	return runs, nil
}
