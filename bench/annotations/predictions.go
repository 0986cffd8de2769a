package annotations

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// Detection is a scored box of a detector, by the ids of a set.
type Detection struct {
	Image, Category int64
	Box             [4]float64 // x, y, width, height in pixels
	Score           float64
}

// ReadPredictions reads the detections that YOLO tools write, one file an
// image, NAME.txt with the lines "class cx cy w h confidence". Images are those
// of s of the same name without folder and extension, classes the categories of
// s by their order. What fits none is left out and listed; a folder without
// any file that fits is an error. No file outside dir is read.
func (s *Set) ReadPredictions(dir string) ([]Detection, []Problem, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	r := predictionReader{set: s, image: map[string]*Image{}, log: log{limit: 1000}}
	for i := range s.Images {
		file := path.Base(s.Images[i].name())
		stem := strings.TrimSuffix(file, path.Ext(file))
		if other, dup := r.image[stem]; dup {
			return nil, nil, fmt.Errorf("%s and %s have one name, and predictions know images by name only: rename one", other.name(), s.Images[i].name())
		}
		r.image[stem] = &s.Images[i]
	}
	fsys := root.FS()
	err = fs.WalkDir(fsys, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(file) != ".txt" || isNames(file) {
			return err
		}
		return r.file(fsys, file)
	})
	if err == nil && r.files == 0 {
		err = fmt.Errorf("%s: no file is called as an image of %s, such as %s: name the folder of labels that the detector wrote", dir, s.Path, r.example())
	}
	return r.found, r.log.all(), err
}

type predictionReader struct {
	set   *Set
	image map[string]*Image // by name without extension
	found []Detection
	files int
	log   log
}

func (r *predictionReader) example() string {
	if len(r.set.Images) == 0 {
		return "none"
	}
	file := path.Base(r.set.Images[0].name())
	return strings.TrimSuffix(file, path.Ext(file)) + ".txt"
}

func (r *predictionReader) file(fsys fs.FS, file string) error {
	im := r.image[strings.TrimSuffix(path.Base(file), ".txt")]
	switch {
	case im == nil:
		return r.log.add(Problem{File: file, Message: "no image is called so: left out"})
	case im.Width == 0 || im.Height == 0:
		return r.log.add(Problem{File: file, Message: "its image has no width and height in the annotations: left out"})
	}
	text, err := readText(fsys, file)
	if err != nil {
		return r.log.add(Problem{File: file, Message: err.Error() + ": left out"})
	}
	r.files++
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if wrong := r.line(im, strings.Fields(line)); wrong != "" {
			r.log.add(Problem{File: file, Line: number, Message: wrong + ": left out"})
		}
	}
	return nil
}

// line reads a detection and says what is wrong with it.
func (r *predictionReader) line(im *Image, words []string) string {
	if len(words) == 0 {
		return ""
	}
	if len(words) != 6 {
		return fmt.Sprintf("%d numbers: want class cx cy w h confidence", len(words))
	}
	class, err := strconv.ParseInt(words[0], 10, 32)
	if err != nil || class < 0 || class >= int64(len(r.set.Categories)) {
		return fmt.Sprintf("class %.20q: want 0 to %d", words[0], len(r.set.Categories)-1)
	}
	var v [5]float64
	for i, word := range words[1:] {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || !(x >= -1 && x <= 2) {
			return fmt.Sprintf("%.20q: want a share of the image's size or a confidence", word)
		}
		v[i] = x
	}
	r.found = append(r.found, Detection{
		Image: im.ID, Category: r.set.Categories[class].ID,
		Box: yoloBox(v[:4], float64(im.Width), float64(im.Height)), Score: v[4],
	})
	return ""
}

// WriteResults writes detections as a COCO result file.
func WriteResults(w io.Writer, detections []Detection) error {
	c := cocoWriter{w: bufio.NewWriter(w)}
	c.text("[")
	for i, d := range detections {
		c.element(i == 0)
		c.integer(`"image_id": `, d.Image)
		c.integer(`, "category_id": `, d.Category)
		c.box(d.Box)
		c.number(`, "score": `, d.Score)
		c.text("}")
	}
	c.text("\n]\n")
	return c.w.Flush()
}
