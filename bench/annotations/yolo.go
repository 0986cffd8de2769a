package annotations

import (
	"fmt"
	"image"
	_ "image/jpeg" // formats of which DecodeConfig reads the size
	_ "image/png"
	"io/fs"
	"path"
	"slices"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"
)

// yoloFolder is what lies in a folder of YOLO's layout.
type yoloFolder struct {
	images []string
	labels map[string]bool // the label files not yet read
	names  []string
}

// findYOLO lists a folder; nil where it has none of YOLO's marks.
func findYOLO(fsys fs.FS) (*yoloFolder, error) {
	y := yoloFolder{labels: map[string]bool{}}
	marked := false
	err := fs.WalkDir(fsys, ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		switch ext := strings.ToLower(path.Ext(file)); {
		case slices.Contains(imageExtensions, ext):
			y.images = append(y.images, file)
		case isNames(file):
			marked = true
		case ext == ".txt":
			y.labels[file] = true
			marked = marked || slices.Contains(strings.Split(path.Dir(file), "/"), "labels")
		}
		return nil
	})
	if err != nil || !marked {
		return nil, err
	}
	y.names, err = yoloNames(fsys)
	return &y, err
}

var imageExtensions = []string{".jpg", ".jpeg", ".png", ".bmp", ".webp"}

// labelFile returns the label file of an image: the last folder "images" of
// its path replaced by "labels", else beside it.
func labelFile(image string) string {
	stem := strings.TrimSuffix(image, path.Ext(image)) + ".txt"
	parts := strings.Split(stem, "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if parts[i] == "images" {
			parts[i] = "labels"
			return strings.Join(parts, "/")
		}
	}
	return stem
}

// readYOLO reads the label files of a folder's images.
func readYOLO(fsys fs.FS, y *yoloFolder, o Options) (*Set, error) {
	r := yoloReader{
		fsys: fsys, options: o,
		log: log{limit: o.MaxProblems, refuse: o.OnProblem == Refuse},
		set: &Set{Format: YOLO},
	}
	if len(y.images) == 0 {
		return nil, fmt.Errorf("annotations: labels without images: YOLO's boxes are shares of the image's size; put the images into a folder images beside labels")
	}
	for i, name := range y.names {
		r.set.Categories = append(r.set.Categories, Category{ID: int64(i), Name: name})
	}
	r.named = len(y.names) > 0
	for _, file := range y.images {
		label := labelFile(file)
		annotated := y.labels[label]
		delete(y.labels, label)
		if err := r.image(file, label, annotated); err != nil {
			return nil, err
		}
	}
	for _, label := range sortedKeys(y.labels) {
		if !slices.Contains(strings.Split(path.Dir(label), "/"), "labels") {
			continue // a README or a list of images
		}
		if err := r.log.add(Problem{File: label, Message: "its image is missing, and with it the size in pixels: left out; put the image into images"}); err != nil {
			return nil, err
		}
	}
	if !r.named {
		p := Problem{Notice: true, Message: "no names of classes: they are called class 0 and so on; add data.yaml with names, or classes.txt"}
		if err := r.log.add(p); err != nil {
			return nil, err
		}
	}
	r.set.Problems = r.log.all()
	return r.set, nil
}

type yoloReader struct {
	fsys    fs.FS
	options Options
	log     log
	set     *Set
	named   bool
	objects int64
}

func (r *yoloReader) image(file, label string, annotated bool) error {
	w, h, err := imageSize(r.fsys, file)
	if err != nil {
		return r.log.add(Problem{File: file, Message: fmt.Sprintf("%v, and YOLO's boxes are shares of the image's size: left out", err)})
	}
	im := Image{ID: int64(len(r.set.Images) + 1), File: file, Width: w, Height: h}
	if annotated {
		text, err := readText(r.fsys, label)
		if err != nil {
			return r.log.add(Problem{File: label, Message: err.Error() + ": image left out"})
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			if err := r.line(&im, label, number, line); err != nil {
				return err
			}
		}
	}
	r.set.Images = append(r.set.Images, im)
	return nil
}

// imageSize reads an image's header.
func imageSize(fsys fs.FS, file string) (w, h int, err error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return 0, 0, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return 0, 0, fmt.Errorf("not a regular file (%v)", info.Mode().Type())
	}
	f, err := fsys.Open(file)
	if err != nil {
		return 0, 0, plainPathError(err)
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return 0, 0, fmt.Errorf("its size is not to be read (%w)", err)
	}
	if c.Width < 1 || c.Height < 1 {
		return 0, 0, fmt.Errorf("its header claims %dx%d pixels", c.Width, c.Height)
	}
	return c.Width, c.Height, nil
}

func sortedKeys(m map[string]bool) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
