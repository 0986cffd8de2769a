package dataset_test

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"detsample/bench/dataset"
)

// A Pascal VOC folder with two images, one box of which is degenerate.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "voc")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	write(dir, "ImageSets/Main/train.txt", "one\n")
	write(dir, "ImageSets/Main/val.txt", "two\n")
	for i, name := range []string{"one", "two"} {
		writePNG(dir, "JPEGImages/"+name+".png", 640, 480, uint8(i))
		write(dir, "Annotations/"+name+".xml", `<annotation>
<object><name>cell</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>80</xmax><ymax>40</ymax></bndbox></object>
</annotation>`)
	}
	write(dir, "Annotations/two.xml", `<annotation>
<object><name>cell</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>80</xmax><ymax>40</ymax></bndbox></object>
<object><name>cell</name><bndbox><xmin>9</xmin><ymin>9</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>
</annotation>`)

	set, err := dataset.Open(context.Background(), dir, dataset.Options{Size: 160})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set.Classes, set.Width, set.Height)
	fmt.Println(set.Train[0].Name, set.Train[0].Objects[0].Box)
	for _, p := range set.Problems {
		fmt.Println(p)
	}
	// Output:
	// [cell] 160 128
	// JPEGImages/one.png [0 0 20 10]
	// Annotations/two.xml:3: object 2 (cell): box [9 9 0 0] (x, y, width, height) has no width and no height: left out
}

func write(dir, name, content string) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		panic(err)
	}
}

func writePNG(dir, name string, width, height int, level uint8) {
	write(dir, name, "")
	f, err := os.Create(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		panic(err)
	}
	defer f.Close()
	picture := image.NewGray(image.Rect(0, 0, width, height))
	picture.Pix[0] = level
	if err := png.Encode(f, picture); err != nil {
		panic(err)
	}
}
