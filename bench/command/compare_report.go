package command

import (
	"bytes"

	"detsample/bench"
	"detsample/bench/report"
)

// writeReport draws a study into a file that replaces what was there.
func writeReport(path string, study *bench.Study) error {
	var page bytes.Buffer
	if err := report.Write(&page, study); err != nil {
		return err
	}
	return bench.WriteFile(path, page.Bytes())
}
