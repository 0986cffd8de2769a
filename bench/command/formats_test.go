package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same set in every format: 6 images of 100x50, two of them held out, with
// 9 objects of cat and dog.
var (
	formatBoxes = map[string][]string{
		"a": {"cat 10 10 20 30", "dog 50 5 30 40"}, "b": {"cat 0 0 100 50"}, "c": {"dog 20 20 10 10", "dog 60 20 10 10"},
		"d": {}, "e": {"cat 30 10 25 25", "dog 0 25 50 25"}, "f": {"cat 40 10 20 20", "cat 70 10 20 20"},
	}
	formatSplit = map[string]string{"a": "train", "b": "train", "c": "train", "d": "train", "e": "val", "f": "val"}
)

const formatNames = "abcdef"

func eachFormatBox(name string, do func(class int, x, y, w, h float64)) {
	for _, line := range formatBoxes[name] {
		var class string
		var x, y, w, h float64
		fmt.Sscan(line, &class, &x, &y, &w, &h)
		do(map[string]int{"cat": 0, "dog": 1}[class], x, y, w, h)
	}
}

func formatVOC() tree {
	files := tree{}
	for _, c := range formatNames {
		name := string(c)
		var objects []string
		eachFormatBox(name, func(class int, x, y, w, h float64) {
			objects = append(objects, vocObject([]string{"cat", "dog"}[class], x+1, y+1, x+w, y+h))
		})
		files["Annotations/"+name+".xml"] = vocFile(objects...)
		files["JPEGImages/"+name+".png"] = picture
		files["ImageSets/Main/"+formatSplit[name]+".txt"] += name + "\n"
	}
	return files
}

func yoloLines(name string) (text string) {
	eachFormatBox(name, func(class int, x, y, w, h float64) {
		text += fmt.Sprintf("%d %g %g %g %g\n", class, (x+w/2)/100, (y+h/2)/50, w/100, h/50)
	})
	return text
}

// formatYOLO lies in folders of splits, which data.yaml names.
func formatYOLO() tree {
	files := tree{"data.yaml": "path: .\ntrain: images/train\nval: images/val\nnames:\n  0: cat\n  1: dog\n"}
	for _, c := range formatNames {
		name := string(c)
		files["images/"+formatSplit[name]+"/"+name+".png"] = picture
		files["labels/"+formatSplit[name]+"/"+name+".txt"] = yoloLines(name)
	}
	return files
}

// formatDarknet lies in one folder, with lists and classes.txt.
func formatDarknet() tree {
	files := tree{"classes.txt": "cat\ndog\n"}
	for _, c := range formatNames {
		name := string(c)
		files["obj/"+name+".png"] = picture
		files["obj/"+name+".txt"] = yoloLines(name)
		files[formatSplit[name]+".txt"] += "data/obj/" + name + ".png\n"
	}
	return files
}

// cocoJSON lists the images of a split, or of both, with ids from first on.
func cocoJSON(split string, first int) string {
	var images, objects []string
	for i, c := range formatNames {
		name := string(c)
		if split != "" && formatSplit[name] != split {
			continue
		}
		images = append(images, fmt.Sprintf(`{"id": %d, "file_name": "%s.png", "width": 100, "height": 50}`, first+i, name))
		eachFormatBox(name, func(class int, x, y, w, h float64) {
			objects = append(objects, fmt.Sprintf(`{"id": %d, "image_id": %d, "category_id": %d, "bbox": [%g, %g, %g, %g], "area": %g, "iscrowd": 0}`, 10*i+len(objects), first+i, 3+4*class, x, y, w, h, w*h))
		})
	}
	return fmt.Sprintf(`{"images": [%s], "annotations": [%s], "categories": [{"id": 3, "name": "cat"}, {"id": 7, "name": "dog"}]}`, strings.Join(images, ", "), strings.Join(objects, ", "))
}

func formatCOCO() tree {
	files := tree{"annotations/instances_train2017.json": cocoJSON("train", 1), "annotations/instances_val2017.json": cocoJSON("val", 1)}
	for _, c := range formatNames {
		files[formatSplit[string(c)]+"2017/"+string(c)+".png"] = picture
	}
	return files
}

func formatRoboflow() tree {
	files := tree{"train/_annotations.coco.json": cocoJSON("train", 1), "valid/_annotations.coco.json": cocoJSON("val", 1)}
	for _, c := range formatNames {
		files[map[string]string{"train": "train", "val": "valid"}[formatSplit[string(c)]]+"/"+string(c)+".png"] = picture
	}
	return files
}

// formatRoboflowVOC has the annotations beside the images, in folders of
// splits.
func formatRoboflowVOC() tree {
	files := tree{}
	for path, content := range formatVOC() {
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		if dir := filepath.Dir(path); dir == "Annotations" || dir == "JPEGImages" {
			files[map[string]string{"train": "train", "val": "valid"}[formatSplit[name]]+"/"+filepath.Base(path)] = content
		}
	}
	return files
}

func formatOneFile() tree {
	files := tree{"instances.json": cocoJSON("", 1)}
	for _, c := range formatNames {
		files["images/"+string(c)+".png"] = picture
	}
	return files
}

// below moves files into a folder.
func below(folder string, files tree) tree {
	moved := tree{}
	for name, content := range files {
		moved[folder+"/"+name] = content
	}
	return moved
}

func TestOneSetInEveryFormatGivesTheSameCountsInEveryCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	want := held{6, 9, 2}
	for name, c := range map[string]struct {
		files  tree
		open   string // below the folder
		splits bool
	}{
		"Pascal VOC":              {files: formatVOC(), splits: true},
		"Pascal VOC of Roboflow":  {files: formatRoboflowVOC(), splits: true},
		"YOLO":                    {files: formatYOLO(), splits: true},
		"YOLO as Darknet has it":  {files: formatDarknet(), splits: true},
		"COCO":                    {files: formatCOCO(), splits: true},
		"COCO of Roboflow":        {files: formatRoboflow(), splits: true},
		"COCO in a single file":   {files: formatOneFile()},
		"YOLO by its data.yaml":   {files: formatYOLO(), open: "data.yaml", splits: true},
		"YOLO in a folder":        {files: below("photos", formatYOLO()), splits: true},
		"Pascal VOC in a folder":  {files: below("VOCdevkit/VOC2007", formatVOC()), splits: true},
		"a data.yaml elsewhere":   {files: below("photos", formatYOLO()).with(tree{"photos/data.yaml": gone, "set.yaml": "path: photos\ntrain: images/train\nval: images/val\nnames: [cat, dog]\n"}), open: "set.yaml", splits: true},
		"a single file by itself": {files: formatOneFile(), open: "instances.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(c.files.write(t), c.open)
			converted := agree(t, path, countedSet{held: want}, 0)
			var boxes []string
			for _, a := range converted.Annotations {
				for _, k := range converted.Categories {
					if k.ID == a.Category {
						boxes = append(boxes, fmt.Sprintf("%s %.6g %.6g %.6g %.6g", k.Name, a.Box[0], a.Box[1], a.Box[2], a.Box[3]))
					}
				}
			}
			var all []string
			for _, c := range formatNames {
				all = append(all, formatBoxes[string(c)]...)
			}
			assert.Equal(t, all, boxes)
			compared, got := compareOf(t, path)
			require.Zero(t, got.status, got.stderr)
			assert.Equal(t, countedSet{held: want}, compared)
			if !c.splits {
				_, got := inspectOf(t, path, "--split", "train")
				assert.NotZero(t, got.status)
				assert.Contains(t, got.stderr, "split train: the set has ")
				return
			}
			for split, part := range map[string]held{"train": {4, 5, 2}, "val": {2, 4, 2}, "train,valid": want, "all": want} {
				inspected, got := inspectOf(t, path, "--split", split)
				require.Zero(t, got.status, got.stderr)
				assert.Equal(t, countedSet{held: part}, inspected, split)
				evaluated, got := evalOf(t, path, "--split", split)
				require.Zero(t, got.status, got.stderr)
				assert.Equal(t, countedSet{held: part}, evaluated, split)
				converted, got := convertOf(t, path, "--split", split)
				require.Zero(t, got.status, got.stderr)
				assert.Len(t, converted.Annotations, part.objects, split)
			}
			_, got = evalOf(t, path, "--split", "test")
			assert.Contains(t, got.stderr, "of split test: the set has ")
			_, got = evalOf(t, path, "--split", "tset")
			assert.Equal(t, statusUsage, got.status)
			assert.Contains(t, got.stderr, `unknown split "tset"`)
		})
	}
}

// writeOver writes the images of a set beside what convert wrote.
func writeOver(t *testing.T, out, images string) {
	for _, c := range formatNames {
		path := filepath.Join(out, images, string(c)+".png")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(picture), 0o666))
	}
}

func TestConvertKeepsSplitsAndCountsFromFormatToFormat(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	for to, images := range map[string]string{"voc": "JPEGImages", "yolo": "images"} {
		out := filepath.Join(t.TempDir(), "out")
		got := detsample("convert", formatCOCO().write(t), "--to", to, "--out", out)
		require.Zero(t, got.status, got.stderr)
		writeOver(t, out, images)
		agree(t, out, countedSet{held: held{6, 9, 2}}, 0)
		inspected, got := inspectOf(t, out, "--split", "val")
		require.Zero(t, got.status, got.stderr)
		assert.Equal(t, countedSet{held: held{2, 4, 2}}, inspected, to)
	}
}
