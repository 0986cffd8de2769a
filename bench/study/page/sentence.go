package page

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"detsample/bench/study/claims"
)

// sentencesFile is where the owner of a study's folder says what each claim comes to, in
// a sentence or two: a numbered list in Markdown, each number at the start of a line. The
// table of verdicts has them.
const sentencesFile = "verdicts.md"

var numbered = regexp.MustCompile(`^(\d+)\.\s+(\S.*)$`)

// readSentences returns these by their claims' numbers.
func readSentences(dir string, verdicts []claims.Verdict) (map[int]string, error) {
	text, err := readSaid(dir, sentencesFile)
	if err != nil {
		return nil, err
	}
	sentences := map[int]string{}
	number, line := 0, 0
	for content := range bytes.Lines(text) {
		line++
		wrong := func(what string) error {
			return fmt.Errorf("%s:%d: %s", filepath.Join(dir, sentencesFile), line, what)
		}
		own := strings.TrimSpace(string(content))
		switch m := numbered.FindStringSubmatch(strings.TrimRight(string(content), " \t\r\n")); { // what is indented goes on
		case own == "":
			continue
		case strings.Contains(own, "|"):
			return nil, wrong("it has a |, which would part the cells of a table: leave it out")
		case m != nil:
			if number, err = strconv.Atoi(m[1]); err != nil || number < 1 || number > len(verdicts) {
				return nil, wrong(fmt.Sprintf("there is no claim %s: want 1 to %d", m[1], len(verdicts)))
			}
			if sentences[number] != "" {
				return nil, wrong(fmt.Sprintf("claim %d has a sentence already: leave one of them out", number))
			}
			sentences[number] = m[2]
		case number == 0:
			return nil, wrong("this is of no claim: begin with its number, as in \"1. It holds.\"")
		default:
			sentences[number] += " " + own
		}
	}
	return sentences, nil
}
