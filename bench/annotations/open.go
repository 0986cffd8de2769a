package annotations

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"detsample/internal/prose"
	"detsample/internal/regular"
)

// Open reads
//
//   - a COCO or LVIS JSON file, told apart by its content;
//   - a folder of Pascal VOC: Annotations/*.xml with the splits of ImageSets, or
//     *.xml beside the images. Its 1-based inclusive corners become (xmin-1,
//     ymin-1, xmax, ymax);
//   - a folder of COCO: JSON files in it, in annotations, beside the images or
//     in the folders train, valid and test (Roboflow), one a split;
//   - a folder of YOLO: label files "class cx cy w h" in shares of the image's
//     size, in labels (whose images lie in images) or beside the images; names
//     of classes, splits and kpt_shape in data.yaml, or classes.txt. Sizes are
//     read from the images' headers;
//   - a data.yaml of YOLO, whose "path" is the folder, or its own.
//
// Of a folder that holds several, VOC is read before YOLO with a data.yaml, that
// before COCO, and that before other labels of YOLO; what is not read is
// listed.
//
// An error names the place and the remedy, and [Noted] tells what had been
// found by then; what is unusable is left out and listed in [Set.Problems].
// Files outside a folder are not read, whatever names or symbolic links say,
// unless [Options.FollowLinks] is set. Only regular files are.
//
// It takes time in proportion to what it reads, and of memory at most 32 bytes for
// each byte of that beside a megabyte. A text in JSON of more than 1 MiB, an XML,
// label or list file of more than 16 MiB, a data.yaml of more than 1 MiB, and
// folders that nest more than 64 deep are errors.
func Open(path string, o Options) (*Set, error) {
	found := &findings{refuse: o.Policy.Refuse}
	s, err := open(path, o, found)
	if err != nil {
		return nil, Noting(err, found.all())
	}
	s.Path, s.follow = path, o.FollowLinks
	s.unusedCategories(found)
	s.Problems = found.all()
	return s, nil
}

func open(path string, o Options, found *findings) (*Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: name a COCO or LVIS JSON file, or a folder of Pascal VOC, COCO or YOLO", path, plainPathError(err))
	}
	folder, read := path, readFolder
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case info.IsDir():
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: it is %s, not a regular file: name a COCO or LVIS JSON file", path, regular.Kind(info.Mode()))
	case ext == ".jsonl" || ext == ".ndjson":
		return nil, fmt.Errorf("%s: %s", path, unreadForm(path))
	case ext == ".yaml" || ext == ".yml":
		if folder, read, err = openYAML(path); err != nil {
			return nil, err
		}
	default:
		folder = folderOf(path)
		read = func(fsys fs.FS, o Options, found *findings) (*Set, error) { return openCOCO(fsys, path, o, found) }
	}
	fsys, closer, err := openFolder(folder, o.FollowLinks)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, plainPathError(err))
	}
	defer closer()
	s, err := read(fsys, o, found)
	if err == nil {
		err = s.judge(&o, found)
	}
	if at, ok := errors.AsType[Problem](err); ok && at.File == path {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.folder = folder
	return s, nil
}

// openFolder opens a folder, which with follow does not hold links back.
func openFolder(dir string, follow bool) (fs.FS, func() error, error) {
	if follow {
		return os.DirFS(dir), func() error { return nil }, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root.Close, nil
}

// folderOf returns the folder in which the images of an annotation file are
// looked for: its own, or the one that holds the folder annotations.
func folderOf(file string) string {
	dir := filepath.Dir(file)
	if abs, err := filepath.Abs(dir); err == nil && strings.EqualFold(filepath.Base(abs), "annotations") {
		return filepath.Dir(abs)
	}
	return dir
}

// openCOCO reads one file, whose images lie in fsys.
func openCOCO(fsys fs.FS, file string, o Options, found *findings) (*Set, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, plainPathError(err)
	}
	defer f.Close()
	split := splitOf(strings.TrimSuffix(filepath.Base(file), ".json"))
	if split == "" {
		split = splitOf(filepath.Base(filepath.Dir(file)))
	}
	dirs := imageDirs(filepath.Base(file), split)
	return readCOCO(f, file, &cocoImages{fsys: fsys, find: beside(fsys), dirs: dirs}, o, found)
}

// readFolder reads the set in fsys, of whichever layout it has.
func readFolder(fsys fs.FS, o Options, found *findings) (*Set, error) {
	t, err := walk(fsys, math.MaxInt)
	if err != nil {
		return nil, err
	}
	if err := t.report(found); err != nil {
		return nil, err
	}
	v, err := findVOC(t)
	if err != nil {
		return nil, err
	}
	if v != nil {
		t.others(found, "Pascal VOC", len(t.jsons) > 0, false)
		return readVOC(v, o, found)
	}
	y, err := findYOLO(t, nil, found)
	if err != nil {
		return nil, err
	}
	if y != nil && y.file != "" {
		t.others(found, "YOLO", len(t.jsons) > 0, false)
		return readYOLO(y, o, found)
	}
	files, err := findCOCO(t, found)
	if err != nil {
		return nil, err
	}
	if len(files) > 0 {
		t.others(found, "COCO", false, y != nil && len(y.labels) > 0)
		return readCOCOFiles(t, files, o, found)
	}
	if y != nil {
		return readYOLO(y, o, found)
	}
	why := FirstDefect(found.list)
	if len(t.packed) > 0 && why == "" {
		why = fmt.Sprintf("; %s: %s", t.packed[0], unreadForm(t.packed[0]))
	}
	return nil, errors.New("no annotations here: want Annotations/*.xml (Pascal VOC), labels/*.txt beside images (YOLO) or a COCO JSON file" + why)
}

// others says that annotations of other formats lie in the folder.
func (t *tree) others(found *findings, read string, jsons, labels bool) {
	if jsons {
		found.notice(t.jsons[0], "read as %s: its JSON files are not read; to read one, give its path", read)
	}
	if labels {
		found.notice("", "read as %s: label files of YOLO are not read; they are if a data.yaml is beside them", read)
	}
}

// unusedCategories says which categories have no object.
func (s *Set) unusedCategories(found *findings) {
	var names []string
	unused := 0
	objects, ignored := s.PerCategory()
	for i, n := range objects {
		if n > 0 {
			continue
		}
		if unused++; unused > 5 {
			continue
		}
		name := fmt.Sprintf("%.60q", s.Categories[i].Name)
		if ignored[i] > 0 {
			name += " (only crowds or ignored ones)"
		}
		names = append(names, name)
	}
	if unused == 0 {
		return
	}
	list := ": "
	if unused > len(names) {
		list = ", such as "
	}
	found.notice("", "%s no object%s%s", prose.Count(unused, fmt.Sprintf("of %d categories has", len(s.Categories)), fmt.Sprintf("of %d categories have", len(s.Categories))), list, strings.Join(names, ", "))
}

// ImageFile returns the file of image i, whose Path must be known, as an
// absolute path.
func (s *Set) ImageFile(i int) (string, error) {
	return filepath.Abs(filepath.Join(s.folder, filepath.FromSlash(s.Images[i].Path)))
}

// OpenImage opens the file of image i, whose Path must be known.
func (s *Set) OpenImage(i int) (*os.File, error) {
	file := filepath.FromSlash(s.Images[i].Path)
	if s.follow {
		return os.Open(filepath.Join(s.folder, file))
	}
	return os.OpenInRoot(s.folder, file)
}
