package architecture

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s#]*[./][^)\s#]*)?(?:#([^)\s]*))?\)`) // what has neither a dot nor a slash is code
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
	notSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func TestThePagesLinksLeadSomewhere(t *testing.T) {
	pages := []string{filepath.Join(root, "README.md")}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "docs"), func(path string, d fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			pages = append(pages, path)
		}
		return err
	}))
	anchors := anchorsOf{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(string(text), ""), -1) {
			assert.Empty(t, anchors.leads(page, m[1], m[2]), "%s in %s", m[0], page)
		}
	}
	assert.Equal(t, "no such heading", anchors.leads(pages[0], "docs/statistics.md", "nowhere"))
}

// anchorsOf are the anchors of the headings of pages that links lead to, each read once.
type anchorsOf map[string]map[string]bool

// leads returns what keeps a link of a page from leading where it says, "" for nothing.
func (a anchorsOf) leads(page, file, anchor string) string {
	if strings.Contains(file, "://") {
		return ""
	}
	to := page
	if file != "" {
		to = filepath.Join(filepath.Dir(page), file)
	}
	if _, err := os.Stat(to); err != nil {
		return err.Error()
	}
	if anchor == "" {
		return ""
	}
	if a[to] == nil {
		text, err := os.ReadFile(to)
		if err != nil {
			return err.Error()
		}
		a[to] = anchorsIn(string(text))
	}
	if !a[to][anchor] {
		return "no such heading"
	}
	return ""
}

// anchorsIn returns those of a page: of headings that are the same all but the first are
// numbered.
func anchorsIn(text string) map[string]bool {
	anchors, same := map[string]bool{}, map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		slug := strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(strings.TrimSpace(m[1])), ""), " ", "-")
		numbered := slug
		if n := same[slug]; n > 0 {
			numbered = fmt.Sprintf("%s-%d", slug, n)
		}
		same[slug]++
		anchors[numbered] = true
	}
	return anchors
}
