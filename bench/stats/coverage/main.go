// Command coverage shows how often the intervals and sets of package stats
// hold, on simulated comparisons and on ones that were run with many seeds. It
// prints tables in Markdown, or renews them in a document.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"detsample/internal/marked"
)

func main() {
	size := full
	flag.IntVar(&size.repeats, "repeats", size.repeats, "comparisons of each kind whose intervals are counted")
	flag.IntVar(&size.sets, "sets", size.sets, "comparisons of each kind whose sets and verdicts are counted")
	flag.IntVar(&size.worlds, "worlds", size.worlds, "rounds, and tens of comparisons, that are counted")
	results := flag.String("results", "../shared/data/runs/four-strategies-12-seeds.jsonl,docs/study/default/results.jsonl", "results.jsonl of comparisons with many seeds, separated by commas; left out where there is none")
	document := flag.String("write", "", "document whose tables are renewed, between its markers")
	flag.Parse()
	if err := run(size, strings.Split(*results, ","), *document); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(size size, results []string, document string) error {
	var b strings.Builder
	if err := simulated(&b, size); err != nil {
		return err
	}
	for _, file := range results {
		if err := ofResults(&b, size, file); err != nil {
			return err
		}
	}
	if document == "" {
		fmt.Print(b.String())
		return nil
	}
	return renew(document, b.String())
}

// ofResults studies the results of a file, if it is there.
func ofResults(b *strings.Builder, size size, file string) error {
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		fmt.Fprintln(os.Stderr, "coverage: no stored runs:", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return d.study(b, size)
}

// renew puts the tables between the document's markers.
func renew(document, tables string) error {
	return marked.Write(document, "coverage", "\n"+tables+"\n")
}
