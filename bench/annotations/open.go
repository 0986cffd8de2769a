package annotations

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"detsample/internal/jsonstream"
)

// Open reads
//
//   - a COCO or LVIS JSON file, told apart by its content;
//   - a folder of Pascal VOC: Annotations/*.xml, or *.xml. Its 1-based
//     inclusive corners become (xmin-1, ymin-1, xmax, ymax);
//   - a folder of YOLO: label files "class cx cy w h" in shares of the image's
//     size, in labels (whose images lie in images) or beside the images; names
//     of classes in data.yaml, classes.txt or obj.names. The size in pixels is
//     read from the images' headers;
//   - a folder with a single JSON file in it or in its folder annotations.
//
// An error names the place and the remedy; what is unusable is left out and
// listed in [Set.Problems]. Files outside a folder are never read, whatever
// names or symbolic links say.
func Open(path string, o Options) (*Set, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: name a COCO or LVIS JSON file, or a folder of Pascal VOC or YOLO", path, plainPathError(err))
	}
	if info.IsDir() {
		return openFolder(path, o)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file: name a COCO or LVIS JSON file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCOCO(f, path, o)
}

func openFolder(dir string, o Options) (*Set, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	s, err := readFolder(root.FS(), o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	s.Path = dir
	return s, nil
}

// readFolder reads the set in fsys, of whichever layout it has.
func readFolder(fsys fs.FS, o Options) (*Set, error) {
	if files := vocFiles(fsys); len(files) > 0 {
		return readVOC(fsys, files, o)
	}
	y, err := findYOLO(fsys)
	if err != nil {
		return nil, err
	}
	if y != nil {
		return readYOLO(fsys, y, o)
	}
	for _, pattern := range []string{"*.json", "annotations/*.json"} {
		switch files, _ := fs.Glob(fsys, pattern); len(files) {
		case 0:
		case 1:
			return readJSON(fsys, files[0], o)
		default:
			return nil, fmt.Errorf("%d JSON files, %s and others: name the one to read", len(files), filepath.FromSlash(files[0]))
		}
	}
	return nil, errors.New("no annotations here: want Annotations/*.xml (Pascal VOC), labels/*.txt beside images (YOLO) or a COCO JSON file")
}

func readJSON(fsys fs.FS, file string, o Options) (*Set, error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", file)
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCOCO(f, file, o)
}

// located turns the error of a reader into one that names file and place.
func located(file string, err error) error {
	if _, ok := errors.AsType[Problem](err); ok {
		return err
	}
	p := Problem{File: file, Message: err.Error()}
	if at, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		p.Line, p.Offset = at.Line, at.Offset
		return p
	}
	return fmt.Errorf("%s: %w", file, err)
}
