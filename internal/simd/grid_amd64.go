//go:build amd64 && !purego

package simd

// wide is the number of channels from which AVX-512 gains over AVX.
const wide = 64

func gatherVectors(bins []float32, m Map, rows, columns Axis) int {
	n := wholeChannels(m, rows, columns)
	if n == 0 {
		return 0
	}
	cell := 4 * m.Channels
	if useAVX512 && n >= wide {
		gatherAVX512(&bins[0], &m.Data[0], n, cell, m.Width*cell,
			&rows.Taps[0].Cell, &rows.Counts[0], len(rows.Counts), &columns.Taps[0].Cell, &columns.Counts[0], len(columns.Counts))
	} else {
		gatherAVX(&bins[0], &m.Data[0], n, cell, m.Width*cell,
			&rows.Taps[0].Cell, &rows.Counts[0], len(rows.Counts), &columns.Taps[0].Cell, &columns.Counts[0], len(columns.Counts))
	}
	return n
}

func scatterVectors(m Map, bins []float32, rows, columns Axis) int {
	n := wholeChannels(m, rows, columns)
	if n == 0 {
		return 0
	}
	cell := 4 * m.Channels
	if useAVX512 && n >= wide {
		scatterAVX512(&bins[0], &m.Data[0], n, cell, m.Width*cell,
			&rows.Taps[0].Cell, &rows.Counts[0], len(rows.Counts), &columns.Taps[0].Cell, &columns.Counts[0], len(columns.Counts))
	} else {
		scatterAVX(&bins[0], &m.Data[0], n, cell, m.Width*cell,
			&rows.Taps[0].Cell, &rows.Counts[0], len(rows.Counts), &columns.Taps[0].Cell, &columns.Counts[0], len(columns.Counts))
	}
	return n
}

// wholeChannels returns the channels in whole vectors, 0 where no bin reads a cell, which is the Go code's to handle.
func wholeChannels(m Map, rows, columns Axis) int {
	if len(rows.Taps) == 0 || len(columns.Taps) == 0 {
		return 0
	}
	return whole(m.Channels)
}
