package page_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"

	"detsample/bench/study/page"
)

// The page follows from what a study's folder keeps: here the runs of one experiment.
func Example() {
	dir, err := os.MkdirTemp("", "study")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	kept := filepath.Join("..", "..", "..", "docs", "study", "ratio")
	if err := os.CopyFS(filepath.Join(dir, "ratio"), os.DirFS(kept)); err != nil {
		panic(err)
	}
	if err := page.Write(dir); err != nil {
		panic(err)
	}
	text, err := os.Open(filepath.Join(dir, page.File))
	if err != nil {
		panic(err)
	}
	defer text.Close()
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		if line := lines.Text(); len(line) > 5 && line[:5] == "- **H" {
			fmt.Println(line)
		}
	}
	// Output:
	// - **How many hard negatives?** Any but 1:1 may be the best at the end, after 9600 images (`ratio`, 3 seeds, 21.8 to 25.6 AP gained since half).
}
