package bench

import (
	"context"
	"errors"
)

// round does runs that follow from what earlier rounds have found, and not from
// each other: it takes over those that are there, and trains the others.
// Whatever a comparison trains comes by here, a round after the other. The
// lines of results that have ended are in the folder before it trains, and
// after it, however it ends; while there is nothing to train, those of an
// earlier process stay, which may be of more rounds.
func (m *comparison) round(ctx context.Context, runs []one) error {
	m.begin(len(runs))
	missing, err := m.takeOver(ctx, runs)
	if err != nil {
		return err
	}
	results := len(missing) > 0 && missing[0].phase == ""
	if results {
		if err := m.exportRuns(); err != nil {
			return err
		}
	}
	if err = m.trainAll(ctx, missing); err != nil && results {
		err = errors.Join(err, m.exportRuns())
	}
	return err
}
