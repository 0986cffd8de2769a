package study

import (
	"bytes"
	"fmt"
	"path/filepath"

	"detsample/bench/store"
)

// PageFile is the page's name in the study's folder.
const PageFile = "README.md"

// WritePage writes the page of what a study's folder keeps.
func WritePage(dir string) error {
	list, err := Open(dir)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	page.WriteString("# The study\n\n| experiment | runs |\n|---|---|\n")
	for i := range list {
		runs := "not run yet"
		if list[i].Kept() {
			runs = fmt.Sprint(len(list[i].Runs) + len(list[i].StateRuns))
		}
		fmt.Fprintf(&page, "| %s | %s |\n", list[i].Name, runs)
	}
	return store.WriteFile(filepath.Join(dir, PageFile), page.Bytes())
}
