package catalogue

import (
	"fmt"
	"strconv"
	"strings"

	"detsample/internal/markdown"
	"detsample/internal/prose"
	"detsample/losses"
)

// File is a page, or a picture in it.
type File struct {
	Name string // without a folder
	Data []byte
}

// heads say of each kind how its page is to be read.
var heads = map[string]string{
	"assigner": "Who is positive. The pictures show one image with three objects and the centres of 336 anchors on three levels, larger marks on " +
		"coarser levels: filled blue is positive, an orange ring is ignored, grey is negative. Predicted boxes lie two thirds of the way to the object.",
	"sampler": "Which candidates count. The pictures show the mean weight, over 300 draws, that candidates get by the probability their head " +
		"gives them: an image of 4032 candidates in a state of training in which those that overlap an object score higher. " +
		"0 is a candidate that is dropped; sampler all gives every candidate 1.",
	"cls": "How strongly a candidate counts. The pictures show the effective weight: the size of the loss's gradient over that of plain cross " +
		"entropy, by the probability of an object, for one class and quality 1. Where a row's weight depends on others or on earlier " +
		"steps, it is the mean over the candidates of an example image, after 100 steps on it. Scales above 8 are logarithmic.",
	"box": "What the boxes of the sampled positives learn from. The pictures show the loss of a box of 64 pixels that is moved sideways, and its slope. " +
		"Losses of deltas compare the head's output, those of decoded boxes the boxes themselves.",
	"norm": "What losses are divided by. The tables have the divisor in the first step of a batch of two images of 1000 candidates and one class, for all " +
		"candidates and for 256 drawn in each image. In the last column the second image has no positives.",
}

// keys are what a stage calls a kind in a file.
var keys = map[string]string{"norm": "`norm` or `box_norm`"}

// Pages returns a page in Markdown for each kind that is registered, their
// pictures, and a page that names them all.
func Pages() ([]File, error) {
	var files []File
	index := "# What is registered\n\nEvery part that a strategy may name, with formula, picture, use and parameters; a page for each family. Written by `detsample list --pages`, with the defaults of `detsample list`.\n"
	for _, k := range Registered() {
		page := fileName(k.Plural)
		index += fmt.Sprintf("\n- [%s](%s.md): ", prose.Upper(k.Plural), page)
		var text strings.Builder
		fmt.Fprintf(&text, "# %s\n\n%s In a file: %s.\n", prose.Upper(k.Plural), heads[k.Kind], keyOf(k.Kind))
		for i, e := range k.Entries {
			drawn, err := picture(e.fresh)
			if err != nil {
				return nil, fmt.Errorf("picture of %s: %w", e.Name, err)
			}
			image := ""
			if drawn != nil {
				image = k.Kind + "-" + e.Name + ".svg"
				files = append(files, File{image, drawn})
			}
			e.write(&text, image)
			if i > 0 {
				index += ", "
			}
			index += fmt.Sprintf("[%s](%s.md#%s)", e.Name, page, e.Name)
		}
		files = append(files, File{page + ".md", []byte(text.String())})
	}
	return append(files, File{"README.md", []byte(index + "\n")}), nil
}

func keyOf(kind string) string {
	if key, ok := keys[kind]; ok {
		return key
	}
	return "`" + kind + "`"
}

// write writes an entry's part of a page.
func (e *Entry) write(w *strings.Builder, image string) {
	fmt.Fprintf(w, "\n## %s\n\n%s.\n", e.Name, markdown.Escape(prose.Upper(e.Meaning)))
	if image != "" {
		fmt.Fprintf(w, "\n![%s](%s)\n", e.Name, image)
	}
	if e.Formula != "" {
		fmt.Fprintf(w, "\n    %s\n", strings.ReplaceAll(e.Formula, "\n", "\n    "))
	}
	if n, ok := e.fresh.(losses.Norm); ok {
		w.WriteString(divisors(n))
	}
	if e.When != "" {
		fmt.Fprintf(w, "\n%s\n", markdown.Escape(e.When))
	}
	if len(e.Params) > 0 {
		w.WriteString("\n| parameter | allowed | |\n|---|---|---|\n")
		for _, p := range e.Params {
			fmt.Fprintf(w, "| %s | %s | %s |\n", markdown.Code(p.Setting()), markdown.Line(p.Allowed), markdown.Line(p.Doc))
		}
	}
	fmt.Fprintf(w, "\nSource: %s.\n", markdown.Escape(strings.TrimSuffix(e.Source, ".")))
}

// divisors is a table of what a normaliser divides by.
func divisors(n losses.Norm) string {
	batch := func(sampled int, positives ...int) string {
		var whole losses.Count
		var images []losses.Count
		for _, p := range positives {
			c := losses.Count{Images: 1, Candidates: 1000, Valid: 990, Sampled: sampled, Positives: p, Elements: sampled}
			if p == 0 {
				c.Empty = 1
			}
			images = append(images, c)
			whole.Images, whole.Candidates, whole.Valid = whole.Images+1, whole.Candidates+c.Candidates, whole.Valid+c.Valid
			whole.Sampled, whole.Positives, whole.Elements = whole.Sampled+sampled, whole.Positives+p, whole.Elements+sampled
			whole.Empty += c.Empty
		}
		each, apart := n.(losses.ImageNorm)
		if !apart {
			if r, ok := n.(losses.RunningNorm); ok {
				return number(r.Next(losses.NewState(n, 1), whole))
			}
			return number(n.Divisor(whole))
		}
		var texts []string
		for _, c := range images {
			texts = append(texts, number(each.ImageDivisor(c, whole)))
		}
		return strings.Join(texts, " and ")
	}
	return fmt.Sprintf("\n| | 20 and 10 positives | 20 and none |\n|---|---|---|\n| all candidates | %s | %s |\n| 256 drawn | %s | %s |\n",
		batch(990, 20, 10), batch(990, 20, 0), batch(256, 20, 10), batch(256, 20, 0))
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// fileName is a name for a kind's page.
func fileName(s string) string { return strings.ReplaceAll(s, " ", "-") }
