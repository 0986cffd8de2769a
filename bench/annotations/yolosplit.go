package annotations

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"detsample/internal/prose"
)

// part gives images their split: what data.yaml or a list says, else what their
// folder is called.
func (y *yoloFolder) part(found *findings) error {
	y.images = y.tree.images
	listed := map[string]Split{} // an image, or a folder with a slash behind
	known := map[Split][]string{}
	for _, split := range splits {
		for _, entry := range y.splits[split] {
			dir, list := y.resolve(entry)
			switch {
			case dir != "":
				known[split] = append(known[split], dir+"/")
			case list != "":
				images, err := y.readList(list, found)
				if err != nil {
					return err
				}
				known[split] = append(known[split], images...)
			default:
				p := Problem{File: y.file, Message: fmt.Sprintf("%s is %.80q, and neither such a folder nor such a list is here", split, entry)}
				if err := found.add(p); err != nil {
					return err
				}
			}
		}
	}
	for _, pair := range [...][2]Split{{Train, Val}, {Train, Test}, {Val, Test}} {
		if a, b := known[pair[0]], known[pair[1]]; len(a) > 0 && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))) {
			found.notice(y.file, "%s and %s list the same images: neither counts as a split", pair[0], pair[1])
			for _, place := range a {
				listed[place] = ""
			}
			delete(known, pair[0])
			delete(known, pair[1])
		}
	}
	for _, split := range slices.Sorted(maps.Keys(known)) {
		for _, place := range known[split] {
			if other, twice := listed[place]; twice && other != split {
				if err := found.add(Problem{File: y.file, Message: fmt.Sprintf("%s is in %s and in %s: it counts as %s", place, other, split, other)}); err != nil {
					return err
				}
				continue
			}
			listed[place] = split
		}
	}
	y.assign(listed, found)
	return nil
}

// assign looks every image up, itself and then the folders it is in; one that
// no split has is left out where others are in one.
func (y *yoloFolder) assign(listed map[string]Split, found *findings) {
	images := y.images
	y.images = nil
	left, example := 0, ""
	for _, image := range images {
		split, is := listed[image]
		for dir := path.Dir(image); !is; dir = path.Dir(dir) {
			split, is = listed[dir+"/"]
			if dir == "." {
				break
			}
		}
		if !is {
			split = splitOfPath(image)
			if split == "" && len(listed) > 0 {
				if left++; left == 1 {
					example = image
				}
				y.outside[y.labelOf(image)] = true
				continue
			}
		}
		y.images, y.split = append(y.images, image), append(y.split, split)
	}
	if left > 0 {
		found.notice(y.file, "%s in no split, such as %s: not read", prose.Count(left, "image is", "images are"), example)
	}
}

// resolve finds the folder or the list that an entry of a split names, however
// much of the path in front is another machine's.
func (y *yoloFolder) resolve(entry string) (dir, list string) {
	if path.Clean(entry) == "." {
		return ".", ""
	}
	y.look()
	for _, name := range [...]string{path.Join(path.Dir(y.file), y.root, entry), path.Join(y.root, entry), entry} {
		rest, _ := localName(name)
		for more := rest != ""; more; _, rest, more = strings.Cut(rest, "/") {
			if y.isDir[rest] {
				return rest, ""
			}
			if y.isText[rest] {
				return "", rest
			}
		}
	}
	return "", ""
}

// readList reads a list of images, a path a line.
func (y *yoloFolder) readList(file string, found *findings) ([]string, error) {
	y.other[file] = true
	text, valid, err := readText(y.fsys, file)
	if err != nil {
		return nil, found.add(Problem{File: file, Message: err.Error() + ": list not used"})
	}
	if !valid {
		if err := found.add(Problem{File: file, Message: notUTF8}); err != nil {
			return nil, err
		}
	}
	var images []string
	number := 0
	for line := range strings.Lines(text) {
		number++
		name, _ := localName(strings.TrimSpace(line))
		if name == "" {
			continue
		}
		image := y.find(name, []string{path.Dir(file), ".", y.root})
		if image == "" {
			if err := found.add(Problem{File: file, Line: number, Message: fmt.Sprintf("%.80q: no such image is here: left out", strings.TrimSpace(line))}); err != nil {
				return nil, err
			}
			continue
		}
		images = append(images, image)
	}
	return images, nil
}

// text finds the text file of a name.
func (t *tree) text(name, root string) string {
	t.look()
	for _, try := range [...]string{path.Join(root, name), name} {
		rest, _ := localName(try)
		for more := rest != ""; more; _, rest, more = strings.Cut(rest, "/") {
			if t.isText[rest] {
				return rest
			}
		}
	}
	return ""
}
