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
			dir, list := y.resolve(entry, split)
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
	shared := y.dropSame(known, listed, found)
	for _, split := range slices.Sorted(maps.Keys(known)) {
		for _, place := range known[split] {
			if other, twice := listed[place]; twice && other != split {
				p := Problem{File: y.file, Message: fmt.Sprintf("%s is in %s and in %s: it counts as %s", place, other, split, other)}
				if other == "" {
					p.Message = fmt.Sprintf("%s is in %s, and in %s: it counts as none of them", place, shared[place], split)
				}
				if err := found.add(p); err != nil {
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

// dropSame takes out the splits that list the same images, which are then in none,
// and returns the names of those splits by what they list.
func (y *yoloFolder) dropSame(known map[Split][]string, listed map[string]Split, found *findings) map[string]string {
	shared := map[string]string{}
	for i, split := range splits {
		places := slices.Sorted(slices.Values(known[split]))
		if len(places) == 0 {
			continue
		}
		same := []string{string(split)}
		for _, other := range splits[i+1:] {
			if slices.Equal(places, slices.Sorted(slices.Values(known[other]))) {
				same = append(same, string(other))
				delete(known, other)
			}
		}
		if len(same) == 1 {
			continue
		}
		delete(known, split)
		names, none := same[0]+" and "+same[1], "neither"
		if len(same) > 2 {
			names, none = same[0]+", "+same[1]+" and "+same[2], "none"
		}
		found.notice(y.file, "%s list the same images: %s counts as a split", names, none)
		for _, place := range places {
			listed[place], shared[place] = "", names
		}
	}
	return shared
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
// much of the path in front is another machine's. Where train/images is asked for,
// as Roboflow has it, and not here, images/train is the same.
func (y *yoloFolder) resolve(entry string, split Split) (dir, list string) {
	if path.Clean(entry) == "." {
		return ".", ""
	}
	clean := path.Clean(strings.ReplaceAll(entry, `\`, "/"))
	turned := strings.EqualFold(path.Base(clean), "images") && splitOf(path.Base(path.Dir(clean))) == split
	for _, name := range [...]string{path.Join(path.Dir(y.file), y.root, entry), path.Join(y.root, entry), entry} {
		rest, _ := localName(name)
		for more := rest != ""; more; _, rest, more = strings.Cut(rest, "/") {
			if turned && !strings.Contains(rest, "/") { // the last, images
				if other := y.imagesOf(split); other != "" {
					return other, ""
				}
			}
			if dir := y.dirAt(rest); dir != "" {
				return dir, ""
			}
			if file := y.textAt(rest); file != "" {
				return "", file
			}
		}
	}
	return "", ""
}

// imagesOf returns the folder in a folder images that is called by a split, if
// there is one and not more.
func (y *yoloFolder) imagesOf(split Split) string {
	only := ""
	for _, dir := range y.dirs {
		if strings.EqualFold(path.Base(path.Dir(dir)), "images") && splitOf(path.Base(dir)) == split {
			if only != "" {
				return ""
			}
			only = dir
		}
	}
	return only
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
	for _, try := range [...]string{path.Join(root, name), name} {
		rest, _ := localName(try)
		for more := rest != ""; more; _, rest, more = strings.Cut(rest, "/") {
			if file := t.textAt(rest); file != "" {
				return file
			}
		}
	}
	return ""
}
