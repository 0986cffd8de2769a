package table

// Parts returns t in as few tables as have at most so many columns after the
// first, which names the rows in each; they are as even as can be. It panics if
// most is not positive.
func (t Table) Parts(most int) []Table {
	if most < 1 {
		panic("table: Parts: most is not positive")
	}
	figures := len(t.Columns) - 1
	n := max(1, (figures+most-1)/most)
	parts := make([]Table, n)
	for k := range parts {
		from, to := 1+k*figures/n, 1+(k+1)*figures/n
		part := t
		part.Columns = append(t.Columns[:1:1], t.Columns[from:to]...)
		part.Rows = make([][]string, len(t.Rows))
		for i, row := range t.Rows {
			part.Rows[i] = append(row[:1:1], row[from:to]...)
		}
		parts[k] = part
	}
	return parts
}
