package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/config"
	"detsample/bench/dataset"
	insight "detsample/bench/inspect"
	"detsample/bench/trainer"
)

// tinyObject is an object of whole pixels in an image of 400x300.
type tinyObject struct{ class, x, y, w, h int }

var tinyClasses = []string{"ant", "bee", "cow"}

// tinyObjects are images of objects that vanish at any size that is cheap.
func tinyObjects() (names []string, objects [][]tinyObject, pictures []string) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		im := image.NewGray(image.Rect(0, 0, 400, 300))
		for k := range im.Pix {
			im.Pix[k] = uint8(40 + 10*i + k%7)
		}
		var list []tinyObject
		for range rng.IntN(9) {
			o := tinyObject{rng.IntN(3), rng.IntN(385), rng.IntN(285), 5 + rng.IntN(9), 5 + rng.IntN(9)}
			list = append(list, o)
			for k := range o.w * o.h {
				im.Pix[(o.y+k/o.w)*400+o.x+k%o.w] = uint8(250 - 60*o.class)
			}
		}
		var file bytes.Buffer
		if err := png.Encode(&file, im); err != nil {
			panic(err)
		}
		names, objects, pictures = append(names, fmt.Sprintf("img.%03d", i)), append(objects, list), append(pictures, file.String())
	}
	return names, objects, pictures
}

// inFormats returns the same set as COCO, Pascal VOC and YOLO have it, with a part
// called val or without splits.
func inFormats(splits bool) map[string]tree {
	names, objects, pictures := tinyObjects()
	voc, yolo, coco := tree{}, tree{}, tree{}
	type list struct {
		Images      []map[string]any `json:"images"`
		Annotations []map[string]any `json:"annotations"`
		Categories  []map[string]any `json:"categories"`
	}
	lists := map[string]*list{}
	for i, name := range names {
		split := ""
		if splits {
			if split = "train"; i%4 == 1 {
				split = "val"
			}
		}
		l := lists[split]
		if l == nil {
			l = &list{}
			lists[split] = l
			for c, class := range tinyClasses {
				l.Categories = append(l.Categories, map[string]any{"id": 2*c + 1, "name": class})
			}
		}
		l.Images = append(l.Images, map[string]any{"id": i + 1, "file_name": name + ".png", "width": 400, "height": 300})
		var xml []string
		var lines string
		for _, o := range objects[i] {
			l.Annotations = append(l.Annotations, map[string]any{"id": 100*i + len(xml), "image_id": i + 1, "category_id": 2*o.class + 1, "bbox": []int{o.x, o.y, o.w, o.h}, "area": o.w * o.h, "iscrowd": 0})
			xml = append(xml, vocObject(tinyClasses[o.class], o.x+1, o.y+1, o.x+o.w, o.y+o.h))
			lines += fmt.Sprintf("%d %.6f %.6f %.6f %.6f\n", o.class, (float64(o.x)+float64(o.w)/2)/400, (float64(o.y)+float64(o.h)/2)/300, float64(o.w)/400, float64(o.h)/300)
		}
		coco[path.Join("images", split, name+".png")] = pictures[i]
		voc["JPEGImages/"+name+".png"] = pictures[i]
		voc["Annotations/"+name+".xml"] = strings.Replace(vocFile(xml...), "<width>100</width><height>50</height>", "<width>400</width><height>300</height>", 1)
		yolo[path.Join("images", split, name+".png")] = pictures[i]
		yolo[path.Join("labels", split, name+".txt")] = lines
		if splits {
			voc["ImageSets/Main/"+split+".txt"] += name + "\n"
		}
	}
	for split, l := range lists {
		text, err := json.Marshal(l)
		if err != nil {
			panic(err)
		}
		coco[strings.TrimSuffix("annotations/instances_"+split, "_")+".json"] = string(text)
	}
	yolo["data.yaml"] = "path: .\nnames: [ant, bee, cow]\n"
	if splits {
		yolo["data.yaml"] += "train: images/train\nval: images/val\n"
	} else {
		yolo["data.yaml"] += "train: images\n"
	}
	return map[string]tree{"COCO": coco, "Pascal VOC": voc, "YOLO": yolo}
}

// heldOut is what a comparison makes of a folder, apart from where it lies.
type heldOut struct {
	Train, Test []string
	Classes     []string
	Folder      config.Folder
	Pyramid     string
	Crops       string
	Run         trainer.Run
}

// The format of a set is not to be told from what inspect says about it, nor from
// what compare holds out, cuts, fits and finds.
func TestOneSetInEveryFormatGivesTheSameAdviceCropsAndRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	for _, splits := range []bool{true, false} {
		t.Run(fmt.Sprintf("splits=%v", splits), func(t *testing.T) {
			var advice insight.Report
			var compared heldOut
			first := ""
			for _, format := range []string{"COCO", "Pascal VOC", "YOLO"} {
				folder := inFormats(splits)[format].write(t)
				got := detsample("inspect", folder, "--format", "json", "--size", "400")
				require.Zero(t, got.status, "%s: %s", format, got.stderr)
				var r insight.Report
				require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
				require.Positive(t, r.Data.Objects)
				r.Data.Path, r.Data.Format = "", ""

				c, err := config.Parse("tiny.yaml", []byte(tiny))
				require.NoError(t, err)
				c.Strategies = c.Strategies[:1]
				study, err := bench.Compare(t.Context(), c, bench.Options{Data: folder})
				require.NoError(t, err)
				h := heldOut{
					Classes: study.Set.Classes, Folder: study.Config.Folder, Run: study.Records[0].Run,
					Pyramid: fmt.Sprint(study.Config.Detector.Pyramid), Crops: fmt.Sprint(study.Set.Crops),
				}
				h.Run.Time = trainer.Time{}
				stems := func(images []dataset.Image) (list []string) {
					for i := range images {
						list = append(list, strings.TrimSuffix(path.Base(images[i].Name), ".png"))
					}
					return list
				}
				h.Train, h.Test = stems(study.Set.Train), stems(study.Set.Test)
				if first == "" {
					first, advice, compared = format, r, h
					assert.Positive(t, study.Set.Crops.Side, "objects are so small that crops are trained on")
					assert.NotEmpty(t, r.Advice)
					assert.Equal(t, map[bool]int{true: 5, false: 4}[splits], len(h.Test))
					continue
				}
				assert.Equal(t, advice, r, "%s beside %s", format, first)
				assert.Equal(t, compared, h, "%s beside %s", format, first)
			}
		})
	}
}
