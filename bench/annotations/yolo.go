package annotations

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"detsample/internal/parallel"
	"detsample/internal/prose"
)

// yoloFolder is what lies in a folder of YOLO's layout.
type yoloFolder struct {
	*tree
	yoloData
	images []string
	split  []Split           // of each image
	label  []string          // the label file of each image, empty for none
	labels map[string]string // the label files, by folded path

	unlabelled []Image // whose labels may lie where nothing could be read
}

// findYOLO lists a folder, which yaml describes if it is given; nil where it has
// none of YOLO's marks: the names of classes, a folder labels, a label beside an
// image.
func findYOLO(t *tree, yaml *yamlFile, found *findings) (*yoloFolder, error) {
	y := &yoloFolder{tree: t, labels: map[string]string{}}
	var err error
	if y.yoloData, err = readYOLOData(t, yaml, found); err != nil {
		return nil, err
	}
	marked := y.marked
	stems := make(map[string]bool, len(t.images))
	for _, image := range t.images {
		stems[fold(stem(image))] = true
	}
	for _, file := range t.texts {
		if !strings.EqualFold(path.Ext(file), ".txt") || y.other[file] {
			continue
		}
		inLabels := slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(dir string) bool { return strings.EqualFold(dir, "labels") })
		beside := stems[fold(file[:len(file)-len(".txt")])]
		if inLabels || beside || looksLikeLabels(t, file) {
			y.labels[fold(file)] = file
			marked = marked || inLabels || beside
		}
	}
	if !marked {
		return nil, nil
	}
	return y, nil
}

// looksLikeLabels reports whether the first line of a text is one of a label
// file, which tells a label without an image from a note to the reader.
func looksLikeLabels(t *tree, file string) bool {
	f, err := openText(t.fsys, file)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 512)
	n, _ := utf8Text(f).Read(start)
	line, _, _ := strings.Cut(strings.TrimSpace(string(start[:n])), "\n")
	words := strings.Fields(line)
	if len(words) < 5 {
		return false
	}
	for _, word := range words[:5] {
		if _, ok := share(word); !ok {
			return false
		}
	}
	return true
}

// labelOf returns the label file of an image: the last folder "images" of its
// path replaced by "labels", else beside it, else in a folder "labels".
func (y *yoloFolder) labelOf(image string) string {
	for _, c := range labelPaths(image) {
		if file, is := y.labels[fold(c)]; is {
			return file
		}
	}
	return ""
}

// labelPaths returns where the label file of an image may lie.
func labelPaths(image string) []string {
	text := stem(image) + ".txt"
	candidates := []string{text, path.Join("labels", text)}
	parts := strings.Split(text, "/")
	for i := len(parts) - 2; i >= 0; i-- {
		if strings.EqualFold(parts[i], "images") || strings.EqualFold(parts[i], "JPEGImages") {
			parts[i] = "labels"
			candidates = append([]string{strings.Join(parts, "/")}, candidates...)
			break
		}
	}
	return candidates
}

// readYOLO reads the label files of a folder's images.
func readYOLO(y *yoloFolder, o Options, found *findings) (*Set, error) {
	if len(y.tree.images) == 0 {
		return nil, errors.New("labels without images: YOLO's boxes are shares of the image's size; put the images into a folder images beside labels" + FirstDefect(found.list))
	}
	if err := y.part(found); err != nil {
		return nil, err
	}
	if err := y.takeLabels(found); err != nil {
		return nil, err
	}
	if err := y.pair(found); err != nil {
		return nil, err
	}
	read := make([]yoloImage, len(y.images))
	parallel.For(runtime.GOMAXPROCS(0), len(y.images), func(_, i int) { read[i] = y.read(i, &o.Policy) })
	s := &Set{Format: YOLO, HasImages: true, lost: y.unlabelled}
	number := make(map[string]int, len(y.names))
	for i, name := range y.names {
		if first, again := number[name]; again {
			found.notice("", "class %d has the name %q of class %d: they are two classes", i, name, first)
		} else {
			number[name] = i
		}
		s.Categories = append(s.Categories, Category{ID: int64(i), Name: name})
	}
	objects := int64(0)
	var count layoutCount
	for i := range read {
		im := &read[i]
		count.join(&im.layouts)
		if err := found.join(&im.found); err != nil {
			return nil, err
		}
		if im.Path == "" {
			s.lost = append(s.lost, im.Image)
			continue
		}
		for j := range im.Objects {
			o := &im.Objects[j]
			for int(o.Category) >= len(s.Categories) {
				id := len(s.Categories)
				s.Categories = append(s.Categories, Category{ID: int64(id), Name: fmt.Sprintf("class %d", id)})
			}
			objects++
			o.ID = objects
		}
		im.ID = int64(len(s.Images) + 1)
		s.Images = append(s.Images, im.Image)
	}
	if why := count.suspicion(centred, "YOLO"); why != "" {
		found.notice("", "%s", why)
	}
	if len(y.names) == 0 {
		found.notice("", "no names of classes: they are called class 0 and so on; add data.yaml with names, or classes.txt")
	}
	return s, nil
}

// takeLabels finds the label file of each image. An image whose label may lie where
// nothing could be read is left out: it is not known to be without objects.
func (y *yoloFolder) takeLabels(found *findings) error {
	images, split := y.images, y.split
	y.images, y.split = nil, nil
	for i, image := range images {
		label := y.labelOf(image)
		if label == "" && slices.ContainsFunc(labelPaths(image), y.isUnread) {
			y.unlabelled = append(y.unlabelled, Image{File: image, Split: split[i]})
			continue
		}
		y.images, y.split, y.label = append(y.images, image), append(y.split, split[i]), append(y.label, label)
	}
	if len(y.unlabelled) == 0 {
		return nil
	}
	return found.add(Problem{Message: fmt.Sprintf("%s left out, such as %s: the labels may lie in what is not read",
		prose.Count(len(y.unlabelled), "image is", "images are"), y.unlabelled[0].File)})
}

// pair says which labels no image has, which more than one has, and how many
// images have none.
func (y *yoloFolder) pair(found *findings) error {
	first := make(map[string]string, len(y.labels))
	bare, example := 0, ""
	for i, label := range y.label {
		if label == "" {
			if bare++; bare == 1 {
				example = y.images[i]
			}
			continue
		}
		other, again := first[label]
		if !again {
			first[label] = y.images[i]
			continue
		}
		p := Problem{File: label, Message: fmt.Sprintf("it is the label of %s and of %s: both have its objects", other, y.images[i])}
		if err := found.add(p); err != nil {
			return err
		}
	}
	var unused []string
	for _, label := range y.labels {
		if _, used := first[label]; !used && !y.outside[label] {
			unused = append(unused, label)
		}
	}
	slices.Sort(unused)
	for _, label := range unused {
		p := Problem{File: label, Message: "no image uses it: left out, as its boxes are shares of the image's size"}
		if image := y.imageOf(label); image != "" {
			p.Message = fmt.Sprintf("not read: the label of %s is %s", image, y.labelOf(image))
		}
		if err := found.add(p); err != nil {
			return err
		}
	}
	if bare > 0 {
		found.notice("", "%s no label file, such as %s: taken as images without objects", prose.Count(bare, "image has", "images have"), example)
	}
	return nil
}

// imageOf returns an image beside a label file.
func (y *yoloFolder) imageOf(label string) string {
	y.look()
	for _, ext := range imageExtensions {
		if image := y.byPath[fold(label[:len(label)-len(".txt")]+ext)]; image != "" && y.labelOf(image) != "" {
			return image
		}
	}
	return ""
}
