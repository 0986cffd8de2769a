package dataset

import (
	"image"
	"strings"
	"testing"
	"testing/fstest"

	"detsample/anchors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVOCIsReadWithOneBasedInclusiveBoxes(t *testing.T) {
	s, err := read(vocSet(), Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []string{"cat", "dog"}, s.Classes)
	assert.Equal(t, []string{"JPEGImages/a.jpg", "JPEGImages/b.jpg"}, names(s.Train))
	assert.Equal(t, []string{"JPEGImages/c.jpg", "JPEGImages/d.jpg"}, names(s.Test))
	assert.Equal(t, []Object{
		{Box: anchors.Box{0, 0, 32, 16}, Class: 1},
		{Box: anchors.Box{10, 10, 20, 20}, Class: 0},
	}, s.Train[0].Objects)
	assert.Equal(t, []int64{1, 2}, []int64{s.Train[0].ID, s.Train[1].ID})
}

func TestVOCListsChooseTheSplits(t *testing.T) {
	for name, c := range map[string]struct{ lists, train, test string }{
		"test and trainval":          {"trainval:a b c;train:a;val:b c;test:d", "abc", "d"},
		"test, train and val":        {"train:a;val:b;test:c d", "ab", "cd"},
		"test alone":                 {"test:c", "abd", "c"},
		"test without annotation":    {"train:a b;val:c d;test:x y", "ab", "cd"},
		"train and val":              {"train:a b c;val:d", "abc", "d"},
		"trainval and val":           {"trainval:a b c d;val:c", "abd", "c"},
		"flags of a list by class":   {"train:a -1,b 1;val:c 1,d 0", "ab", "cd"},
		"an image in both is tested": {"train:a b c;val:c d", "ab", "cd"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := vocSet()
			delete(fsys, "ImageSets/Main/train.txt")
			delete(fsys, "ImageSets/Main/val.txt")
			for _, list := range strings.Split(c.lists, ";") {
				to, content, _ := strings.Cut(list, ":")
				sep := " "
				if strings.Contains(content, ",") {
					sep = ","
				}
				fsys["ImageSets/Main/"+to+".txt"] = file(strings.ReplaceAll(content, sep, "\n"))
			}
			s, err := read(fsys, Options{})
			require.NoError(t, err)
			short := func(images []Image) (out string) {
				for _, n := range names(images) {
					out += strings.TrimSuffix(strings.TrimPrefix(n, "JPEGImages/"), ".jpg")
				}
				return out
			}
			assert.Equal(t, [2]string{c.train, c.test}, [2]string{short(s.Train), short(s.Test)})
		})
	}
}

func TestVOCWithoutListsHoldsOutTheSameFifthEveryTime(t *testing.T) {
	fsys := vocSet()
	delete(fsys, "ImageSets/Main/train.txt")
	delete(fsys, "ImageSets/Main/val.txt")
	for i := range 16 {
		name := string(rune('e' + i))
		fsys["Annotations/"+name+".xml"] = fsys["Annotations/a.xml"]
		fsys["JPEGImages/"+name+".jpg"] = fsys["JPEGImages/a.jpg"]
	}
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	again, err := read(fsys, Options{OnProblem: Refuse}) // a notice is no problem
	require.NoError(t, err)
	assert.Len(t, s.Train, 16)
	assert.Len(t, s.Test, 4)
	assert.Equal(t, names(s.Test), names(again.Test))
	require.Len(t, s.Problems, 1)
	assert.True(t, s.Problems[0].Notice)
	assert.Contains(t, s.Problems[0].Message, "4 of 20 images held out by a hash")
}

func TestVOCDifficultObjectIsIgnoredAndAPartIsNoObject(t *testing.T) {
	fsys := vocSet()
	fsys["Annotations/a.xml"] = file(`<annotation><object>
		<name>dog</name><difficult>1</difficult>
		<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></part>
		<bndbox><xmin>2</xmin><ymin>3</ymin><xmax>4.5</xmax><ymax>5</ymax></bndbox>
	</object></annotation>`)
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []Object{{Box: anchors.Box{1, 2, 4.5, 5}, Class: 1, Ignore: true}}, s.Train[0].Objects)
}

func TestVOCImageIsFoundByItsNameOrByItsFilename(t *testing.T) {
	fsys := vocSet()
	fsys["JPEGImages/shot 1.jpg"] = fsys["JPEGImages/a.jpg"]
	delete(fsys, "JPEGImages/a.jpg")
	fsys["Annotations/a.xml"] = file("<annotation><filename>shot 1.jpg</filename>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>")
	fsys["JPEGImages/b.png"] = &fstest.MapFile{Data: picturePNG(64, 32, image.Rectangle{})}
	delete(fsys, "JPEGImages/b.jpg")
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []string{"JPEGImages/shot 1.jpg", "JPEGImages/b.png"}, names(s.Train))
}

func TestParseVOCErrorNamesItsLine(t *testing.T) {
	for text, want := range map[string]struct {
		line    int
		message string
	}{
		"<annotation>\n<object>\n<name>a</nam>": {3, "XML syntax error"},
		"<annotation>\n<object>\n":              {3, "unexpected EOF"},
		"\n<html></html>":                       {2, "<html> where Pascal VOC has <annotation>"},
		"":                                      {1, "no <annotation> element"},
		"\nnot XML at all":                      {2, "no <annotation> element"},
		"<annotation>\n<size>\n<width>&x;</size>": {3, "invalid character entity"},
	} {
		_, err := parseVOC(strings.NewReader(text))
		var at *lineError
		require.ErrorAs(t, err, &at, "%q", text)
		assert.Equal(t, want.line, at.line, "%q", text)
		assert.ErrorContains(t, err, want.message, "%q", text)
	}
}

func FuzzParseVOC(f *testing.F) {
	f.Add(string(xmlFile(xmlObject("cat", 1, 2, 3, 4))))
	f.Add("<annotation><object><bndbox/></object><size><width>1e99</width></size></annotation>")
	f.Add("<annotation><object><name>x</name></object>")
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := parseVOC(strings.NewReader(text))
		if err != nil {
			var at *lineError
			require.ErrorAs(t, err, &at)
			require.Positive(t, at.line)
			return
		}
		require.True(t, doc.width >= 0 && doc.height >= 0)
		requireSound(t, &picture{source: "a.xml", noun: "object", marks: doc.marks})
	})
}

// requireSound fails where a picture yields an object outside its image, or
// loses one without a word.
func requireSound(t *testing.T, p *picture) {
	classes := map[string]int32{}
	for _, m := range p.marks {
		classes[m.class] = 0
	}
	marks := len(p.marks)
	log := p.dropUnusable()
	objects, found := p.objects(classes, 64, 32, 0.5, 0.5)
	for _, o := range objects {
		require.True(t, o.Box.Valid(), "%v", o.Box)
		require.Equal(t, o.Box, o.Box.Clip(32, 16))
	}
	require.GreaterOrEqual(t, len(objects)+len(log)+len(found), marks)
}
