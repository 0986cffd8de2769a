package command

import (
	"fmt"
	"io"
	"path/filepath"

	"detsample/bench/dataset"
)

// printProblems prints what was noticed about the data, and the first problems
// found in it.
func printProblems(w io.Writer, problems []dataset.Problem, out string) {
	const shown = 5
	notices, defects := sorted(problems)
	for _, p := range append(notices, defects[:min(shown, len(defects))]...) {
		fmt.Fprintln(w, "data:", printable(p.String()))
	}
	if rest := len(defects) - shown; rest > 0 {
		fmt.Fprintf(w, "data: and %d more in %s\n", rest, filepath.Join(out, "report.html"))
	}
}

// sorted tells notices, which are no fault of the data, from defects.
func sorted(problems []dataset.Problem) (notices, defects []dataset.Problem) {
	for _, p := range problems {
		if p.Notice {
			notices = append(notices, p)
		} else {
			defects = append(defects, p)
		}
	}
	return notices, defects
}
