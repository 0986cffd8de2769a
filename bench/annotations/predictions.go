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

// ReadPredictions reads the detections that YOLO tools write, one file an
// image, NAME.txt with the lines "class cx cy w h confidence". Images are those
// of s of the same name without folder and extension, classes the categories of
// s by their order. What fits none is left out and listed; a folder without
// any file that fits is an error. No file outside dir is read.
//
// It takes time and memory in proportion to what it reads; a file of more than
// 16 MiB is an error.
func (s *Set) ReadPredictions(dir string) ([]Detection, []Problem, error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() { // opening a pipe would wait for ever
		err = fmt.Errorf("%s is no folder: expected the one of labels that the detector wrote", dir)
	}
	if err != nil {
		return nil, nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	r := predictionReader{set: s, image: map[string]*Image{}}
	for i := range s.Images {
		stem := stemOf(s.Images[i].name())
		if other, dup := r.image[stem]; dup {
			return nil, nil, fmt.Errorf("%s and %s have one name, and predictions know images by name only: rename one", other.name(), s.Images[i].name())
		}
		r.image[stem] = &s.Images[i]
	}
	fsys := root.FS()
	err = fs.WalkDir(fsys, ".", func(file string, e fs.DirEntry, err error) error {
		hidden := file != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX")
		switch {
		case err != nil:
			return err
		case hidden && e.IsDir():
			return fs.SkipDir
		case hidden || e.IsDir() || path.Ext(file) != ".txt" || e.Name() == "classes.txt":
			return nil
		}
		return r.file(fsys, file)
	})
	if err == nil && r.files == 0 {
		err = fmt.Errorf("%s: no file is called as an image of %s, such as %s: name the folder of labels that the detector wrote", dir, s.Path, r.example())
	}
	if err != nil {
		return nil, nil, Noting(err, r.log.all())
	}
	return r.found, r.log.all(), nil
}

type predictionReader struct {
	set   *Set
	image map[string]*Image // by name without extension
	found []Detection
	files int
	log   findings
}

func (r *predictionReader) example() string {
	if len(r.set.Images) == 0 {
		return "none"
	}
	return stemOf(r.set.Images[0].name()) + ".txt"
}

func (r *predictionReader) file(fsys fs.FS, file string) error {
	im := r.image[strings.TrimSuffix(path.Base(file), ".txt")]
	switch {
	case im == nil:
		return r.log.add(Problem{File: file, Message: "no image is called so: left out"})
	case im.Width == 0 || im.Height == 0:
		return r.log.add(Problem{File: file, Message: "its image has no width and height in the annotations: left out"})
	}
	text, _, err := readText(fsys, file)
	if err != nil {
		return r.log.add(Problem{File: file, Message: err.Error() + ": left out"})
	}
	r.files++
	number := 0
	for line := range strings.Lines(text) {
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
	class, err := yoloClass(words[0])
	if err != nil || int(class) >= len(r.set.Categories) {
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
		Image: im.ID, Class: int32(r.set.Categories[class].ID),
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
		c.integer(`, "category_id": `, int64(d.Class))
		c.box(d.Box)
		c.number(`, "score": `, d.Score)
		c.text("}")
	}
	c.text("\n]\n")
	return c.w.Flush()
}
