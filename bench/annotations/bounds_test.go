package annotations

import (
	"bytes"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/vocxml"
)

// kept returns how many bytes are in use that were not before f, and the result
// of f keeps.
func kept(f func() any) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	result := f()
	runtime.GC()
	runtime.GC() // of pools
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(result)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// repeatTo repeats a text that a number goes into up to a length.
func repeatTo(length int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < length; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestReadersAreBoundedByWhatTheyRead gives each reader a megabyte or more of
// what costs it most, and bounds what it keeps, and takes while it reads.
func TestReadersAreBoundedByWhatTheyRead(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time and memory")
	}
	const size = 1 << 19
	coco := func(list, format string) []byte {
		elements := strings.TrimSuffix(repeatTo(size, format+","), ",")
		return []byte(`{"` + list + `": [` + elements + `], "images": [{"id": 1}], "categories": [{"id": 1}]}`)
	}
	open := func(name string, data []byte, more fstest.MapFS) func() any {
		fsys := fstest.MapFS{name: {Data: data}}
		for file, f := range more {
			fsys[file] = f
		}
		return func() any {
			s, err := folder(fsys)
			return []any{s, err}
		}
	}
	read := func(data []byte) func() any {
		return func() any {
			s, err := ReadCOCO(bytes.NewReader(data), "a.json", Options{})
			return []any{s, err}
		}
	}
	xml := func(format string) []byte { return []byte("<annotation>" + repeatTo(size, format) + "</annotation>") }
	small := fstest.MapFS{"images/a.png": blank(9, 9), "images/b.png": blank(9, 9)}
	for name, run := range map[string]struct {
		data []byte
		read func() any
	}{
		"images without anything":    {data: coco("images", `{"id":%d}`)},
		"images with lists":          {data: coco("images", `{"id":%d,"neg_category_ids":[1,1,1,1,1,1,1,1,1,1,1,1]}`)},
		"images that are wrong":      {data: coco("images", `{"id":%d,"width":null,"height":"x","file_name":7}`)},
		"categories":                 {data: coco("categories", `{"id":%d}`)},
		"categories of one name":     {data: coco("categories", `{"id":%d,"name":"a"}`)},
		"annotations":                {data: coco("annotations", `{"image_id":1,"category_id":1,"bbox":[1,1,%d,1]}`)},
		"annotations all the same":   {data: coco("annotations", `{"image_id":1,"category_id":1,"bbox":[1,1,1,1]%.0d}`)},
		"annotations of no image":    {data: coco("annotations", `{"image_id":%d9,"category_id":1,"bbox":[1,1,1,1]}`)},
		"annotations that are empty": {data: coco("annotations", `{%.0d}`)},
		"annotations of no size":     {data: coco("annotations", `{"id":%d,"image_id":1,"category_id":1,"bbox":[1,1,0,0]}`)},
		"numbers":                    {data: coco("annotations", `%d`)},
		"empty objects":              {data: xml("<object/>%.0d"), read: open("Annotations/a.xml", xml("<object/>%.0d"), nil)},
		"objects of a name each":     {data: xml("<object><name>%d</name></object>"), read: open("Annotations/a.xml", xml("<object><name>%d</name></object>"), nil)},
		"boxes":                      {data: xml(string(xmlObject("d", 1, 1, "%d", 9))), read: open("Annotations/a.xml", xml(xmlObject("d", 1, 1, "9%d", 9)), nil)},
		"attributes":                 {data: xml(""), read: open("Annotations/a.xml", []byte("<annotation "+repeatTo(size, `a%d="" `)+"></annotation>"), nil)},
		"a long name":                {data: xml(""), read: open("Annotations/a.xml", []byte("<annotation><object><name>"+strings.Repeat("x", size)+"</name></object></annotation>"), nil)},
		"a list of images":           {data: xml(""), read: open("ImageSets/Main/train.txt", []byte(repeatTo(size, "%d\n")), fstest.MapFS{"Annotations/a.xml": file(string(xml("")[:0]) + "<annotation></annotation>")})},
		"labels":                     {data: xml(""), read: open("labels/a.txt", []byte(repeatTo(size, "0 .%d .5 .1 .1\n")), small)},
		"labels that are wrong":      {data: xml(""), read: open("labels/a.txt", []byte(repeatTo(size, "x%d\n")), small)},
		"polygons":                   {data: xml(""), read: open("labels/a.txt", []byte("0 "+repeatTo(size, ".1 .%d ")), small)},
		"names":                      {data: xml(""), read: open("classes.txt", []byte(repeatTo(size, "%d\n")), small)},
		"names of YAML":              {data: xml(""), read: open("data.yaml", []byte("names:\n"+repeatTo(200_000, "- %d\n")), small)},
		"quotes of YAML":             {data: xml(""), read: open("data.yaml", []byte("names: "+strings.Repeat(`"`, 400_000)), small)},
		"apostrophes of YAML":        {data: xml(""), read: open("data.yaml", []byte("names: "+strings.Repeat(`'`, 400_000)), small)},
		"keys of YAML":               {data: xml(""), read: open("data.yaml", []byte(repeatTo(400_000, "%d: 1\n")), small)},
	} {
		t.Run(name, func(t *testing.T) {
			do := run.read
			if do == nil {
				do = read(run.data)
			}
			start := time.Now()
			held := kept(do)
			took := time.Since(start)
			t.Logf("%d MB kept, %v", held>>20, took)
			assert.Less(t, held, int64(MemoryPerByte*size+1<<20))
			assert.Less(t, took, 10*time.Second) // a second, on an idle machine
		})
	}
}

// The reader of VOC took 1.8 GB for 15 MB of them, and none is worth keeping.
func TestManyEmptyObjectsAreCountedAndCostNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time and memory")
	}
	text := "<annotation>" + strings.Repeat("<object/>\n", 15<<20/10) + "</annotation>"
	fsys := fstest.MapFS{"Annotations/a.xml": file(text)}
	var s *Set
	peak := peakHeap(func() {
		var err error
		s, err = folder(fsys)
		require.NoError(t, err)
	})
	assert.Equal(t, 15<<20/10, Defects(s.Problems))
	assert.Less(t, peak, uint64(100<<20), "beside the text itself")
}

func TestFilesThatAreTooLongAreRefusedByName(t *testing.T) {
	long := &fstest.MapFile{Data: make([]byte, maxText+1)}
	for name, fsys := range map[string]fstest.MapFS{
		"Annotations/a.xml":        {"Annotations/b.xml": file("<annotation></annotation>")},
		"labels/a.txt":             {"images/a.png": blank(9, 9), "images/b.png": blank(9, 9), "data.yaml": file("names: [a]")},
		"ImageSets/Main/train.txt": {"Annotations/b.xml": file("<annotation></annotation>")},
		"classes.txt":              {"images/a.png": blank(9, 9), "labels/a.txt": file("")},
	} {
		fsys[name] = long
		s, err := folder(fsys)
		require.NoError(t, err, name)
		assert.Contains(t, strings.Join(messages(s), "\n"), name+": it has 16777217 bytes, more than the 16777216 that are read")
	}
}

func TestFoldersThatLieTooDeepAreAnError(t *testing.T) {
	fsys := fstest.MapFS{strings.Repeat("a/", maxFolders+2) + "a.json": file("{}")}
	_, err := folder(fsys)
	assert.ErrorContains(t, err, "folders lie more than 64 deep in each other")
	var _ fs.FS = fsys
}

// A file's classes were searched for each of its objects, which for so many
// took a minute.
func TestManyClassesInAFileTakeTimeInProportion(t *testing.T) {
	if testing.Short() {
		t.Skip("is about time")
	}
	const classes = 200_000
	var im vocImage
	start := time.Now()
	for i := range classes {
		im.object(int64(i+1), vocxml.Object{Name: fmt.Sprintf("class %d", i), Box: [4]float64{0, 0, 9, 9}})
	}
	assert.Less(t, time.Since(start), 10*time.Second) // a tenth of a second, on an idle machine
	require.Len(t, im.names, classes)
	assert.Equal(t, int32(classes-1), im.Objects[classes-1].Category)
}

// Of a hundred thousand boxes that reach out of their images, those that are
// listed are put into words; the others are counted.
func TestBoxesThatReachOutAreCountedWithoutWords(t *testing.T) {
	made := func(n int) []byte {
		boxes := strings.Builder{}
		for i := range n {
			x := 90.25 + float64(i%7)
			if i%2 == 1 {
				x += 100
			}
			fmt.Fprintf(&boxes, `,{"id":%d,"image_id":1,"category_id":1,"bbox":[%g,%d.5,20,%g]}`, i+1, x, i%50, 20+float64(i)/1000)
		}
		return fmt.Appendf(nil, `{"images":[{"id":1,"width":100,"height":100}],"categories":[{"id":1,"name":"a"}],"annotations":[%s]}`, boxes.String()[1:])
	}
	read := func(file []byte) *Set {
		set, err := folder(fstest.MapFS{"a.json": {Data: file}})
		require.NoError(t, err)
		return set
	}
	const n = 2000
	few, many := made(n), made(2*n)
	set := read(few)
	out, clipped := 0, 0
	for _, p := range set.Problems {
		switch {
		case strings.Contains(p.Message, "lies outside the image of 100x100: left out"):
			out += max(1, p.More)
		case strings.Contains(p.Message, "reaches out of the image of 100x100: clipped to [9"):
			clipped += max(1, p.More)
		}
	}
	assert.Equal(t, n/2, out)
	assert.Equal(t, n/2, clipped)

	of := func(file []byte) float64 { return testing.AllocsPerRun(3, func() { read(file) }) }
	assert.Less(t, of(many)-of(few), n/10.0, "words for every box")
}
