package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/bench/dataset"
	"detsample/bench/trainer"
)

// overlay is a picture with boxes over it.
type overlay struct {
	drawing
	zoom   float64 // drawing pixels per network pixel
	width  float64
	labels []string
	tags   []tag
}

// tag is what is written at a box.
type tag struct {
	x, y, width float64    // from the lower left
	at          [2]float64 // the middle of the box
	class       int32
	text        string
}

// tagHeight and tagCharacter are the height of a tag and the width of one of its
// characters.
const (
	tagHeight    = 10
	tagCharacter = 6.2
)

// hides reports whether a tag covers the middle of another's box.
func (t tag) hides(o tag) bool {
	return t.at != o.at && t.x < o.at[0] && o.at[0] < t.x+t.width && t.y-tagHeight < o.at[1] && o.at[1] < t.y
}

func (t tag) covers(o tag) bool {
	return t.x < o.x+o.width && o.x < t.x+t.width && t.y < o.y+tagHeight && o.y < t.y+tagHeight
}

// overlayWidth is a picture's width in drawing pixels, for which type and line
// widths are meant.
const overlayWidth = 210

// newOverlay starts a drawing over an image, without what it is padded by. The first
// one defines it, the others on the page refer to it by its id.
func newOverlay(img *dataset.Image, id, uri string, labels []string, define bool) *overlay {
	w, h := img.Size()
	o := &overlay{zoom: overlayWidth / float64(w), width: overlayWidth, labels: labels}
	height := float64(h) * o.zoom
	o.addf(`<svg xmlns="http://www.w3.org/2000/svg" class="overlay" viewBox="0 0 %d %.0f" role="img" aria-label="%s">`,
		overlayWidth, height, escape(img.Name))
	if define {
		o.addf(`<defs><image id="%s" width="%d" height="%.1f" preserveAspectRatio="none" href="%s"/></defs>`, id, overlayWidth, height, uri)
	}
	o.addf(`<use href="#%s"/>`, id)
	return o
}

// box draws a box of a class in a look: "hit", "miss" or "ignored".
func (o *overlay) box(b anchors.Box, class int32, look, score string) {
	x, y := float64(b[0])*o.zoom, float64(b[1])*o.zoom
	middle := [2]float64{float64(b[0]+b[2]) / 2 * o.zoom, float64(b[1]+b[3]) / 2 * o.zoom}
	w, h := max(0, float64(b[2]-b[0])*o.zoom), max(0, float64(b[3]-b[1])*o.zoom)
	o.rect("halo", x, y, w, h)
	o.rect(fmt.Sprintf("%s c%d", look, hueOf(class)), x, y, w, h)
	label := "?"
	if class >= 0 && int(class) < len(o.labels) {
		label = o.labels[class]
	}
	label += score
	if y < 12 {
		y += h + 12
	} else {
		y -= 3
	}
	width := tagCharacter * float64(len([]rune(label)))
	o.tags = append(o.tags, tag{min(max(x, 1), o.width-width), y, width, middle, class, label})
}

// html returns the drawing, its tags on top, but for those that would hide
// another box; of those that would cover each other, that of the box that was
// drawn last.
func (o *overlay) html() template.HTML {
	var shown []tag
	for _, t := range slices.Backward(o.tags) {
		if !slices.ContainsFunc(shown, t.covers) && !slices.ContainsFunc(o.tags, t.hides) {
			shown = append(shown, t)
			o.text(fmt.Sprintf("tag c%d", hueOf(t.class)), t.x, t.y, t.text)
		}
	}
	return o.drawing.html()
}

// detections draws what was found, worst first, and says how much of it is
// right.
func (o *overlay) detections(found []trainer.DrawnDetection, objects []dataset.Object) string {
	matches := match(found, objects)
	right, wrong, ignored, wanted := 0, 0, 0, 0
	for i := len(found) - 1; i >= 0; i-- {
		look := "miss"
		switch k := matches[i]; {
		case k < 0:
			wrong++
		case objects[k].Ignore:
			look = "ignored"
			ignored++
		default:
			look = "hit"
			right++
		}
		o.box(found[i].Box, found[i].Class, look, " "+strings.TrimPrefix(fmt.Sprintf("%.2f", found[i].Score), "0"))
	}
	for _, object := range objects {
		if !object.Ignore {
			wanted++
		}
	}
	tally := fmt.Sprintf("%d right, %d wrong, %d missed", right, wrong, wanted-right)
	if ignored > 0 {
		tally += fmt.Sprintf(", %d not counted", ignored)
	}
	return tally
}

// classHues is the number of colours that the style sheet gives classes.
const classHues = 8

func hueOf(class int32) int { return int(uint32(class) % classHues) }

// classKey is an entry of the pictures' legend.
type classKey struct {
	Label, Name string
	Hue         int
}

// shownKeys is the number of classes that the pictures' legend lists.
const shownKeys = 24

func classKeys(set *dataset.Set) []classKey {
	var out []classKey
	for i, l := range classLabels(set.Classes) {
		if i == shownKeys {
			break
		}
		out = append(out, classKey{Label: l, Name: set.Classes[i], Hue: hueOf(int32(i))})
	}
	return out
}

// classLabels returns the shortest beginnings that tell the classes apart, of
// at most 4 characters, after the words that all begin with.
func classLabels(names []string) []string {
	names = withoutCommon(names)
	out := make([]string, len(names))
	for n := 1; n <= 4; n++ {
		seen := map[string]int{}
		for _, name := range names {
			seen[beginning(name, n)]++
		}
		for i, name := range names {
			if b := beginning(name, n); out[i] == "" && (seen[b] == 1 || n == 4) {
				out[i] = b
			}
		}
	}
	return out
}

// withoutCommon returns the names without the words that all of them begin with,
// as they are if there are none or one is nothing else.
func withoutCommon(names []string) []string {
	if len(names) < 2 {
		return names
	}
	common := names[0]
	for _, name := range names {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	common = common[:strings.LastIndexAny(common, " _-./")+1]
	out := make([]string, len(names))
	for i, name := range names {
		if out[i] = name[len(common):]; out[i] == "" {
			return names
		}
	}
	return out
}

func beginning(name string, n int) string {
	r := []rune(name)
	return string(r[:min(n, len(r))])
}
