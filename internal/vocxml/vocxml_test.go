package vocxml

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func parse(text string) (File, []Object, error) {
	var objects []Object
	f, err := Parse(strings.NewReader(text), func(o Object) error {
		objects = append(objects, o)
		return nil
	})
	return f, objects, err
}

func box(corners ...any) string {
	return fmt.Sprintf("<bndbox><xmin>%v</xmin><ymin>%v</ymin><xmax>%v</xmax><ymax>%v</ymax></bndbox>", corners...)
}

func TestParseReadsAFile(t *testing.T) {
	f, objects, err := parse(`<?xml version="1.0"?>
<annotation verified="no"><folder>x</folder><filename> a.jpg
</filename><source><filename>other</filename><size><width>1</width></size></source>
<size><width>640</width><height>480.5</height><depth>3</depth></size>
<object><name>dog</name><pose><name>left</name></pose>
	<part><name>head</name>` + box(1, 1, 2, 2) + `<difficult>1</difficult></part>` + box(11, 21, "30.5", 40) + `</object>
<object><difficult> 1 </difficult><name><![CDATA[a & b]]></name>` + box(1, 1, 640, 480) + `<attributes><attribute><name>x</name></attribute></attributes></object>
</annotation>trailing`)
	require.NoError(t, err)
	assert.Equal(t, File{"a.jpg", 640, 480.5, "text after </annotation>"}, f)
	assert.Equal(t, []Object{
		{Name: "dog", Named: true, Line: 5, Box: [4]float64{10, 20, 30.5, 40}},
		{Name: "a & b", Named: true, Line: 7, Difficult: true, Box: [4]float64{0, 0, 640, 480}},
	}, objects)
}

func TestParseSaysWhatItDoesNotRead(t *testing.T) {
	for after, want := range map[string]string{
		"": "", " \n<!-- by a tool -->\n": "", "\x00\x00": "what follows </annotation>", "</annotation>": "what follows </annotation>",
		"<annotation><object/></annotation>": "a <annotation> after </annotation>",
	} {
		f, _, err := parse("<annotation></annotation>" + after)
		require.NoError(t, err)
		assert.Equal(t, want, f.Rest, after)
	}
	_, objects, err := parse("<annotation><object><name></name>" + box(1, 1, 20, 20) + box(2, 2, 9, 9) + "</object><object>" + box(1, 1, 20, 20) + "</object></annotation>")
	require.NoError(t, err)
	assert.Equal(t, []Object{
		{Named: true, Line: 1, Box: [4]float64{0, 0, 20, 20}, Notes: []string{"2 <bndbox>: the first counts"}},
		{Line: 1, Box: [4]float64{0, 0, 20, 20}},
	}, objects)
}

func TestParseSaysWhatIsInPlaceOfABox(t *testing.T) {
	for content, want := range map[string]string{
		"":                                     "no <bndbox>",
		"<polygon><x1>1</x1></polygon>":        "no <bndbox>, but <polygon>",
		"<robndbox><cx>1</cx></robndbox>":      "no <bndbox>, but <robndbox>",
		"<part>" + box(1, 1, 2, 2) + "</part>": "no <bndbox> but those of its parts",
		"<bndbox></bndbox>":                    "<bndbox> without <xmin>",
		"<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax></bndbox>": "<bndbox> without <ymax>",
		box(1, 1, "", 2):      "<xmax> is empty",
		box(1, 1, "2px", 2):   `<xmax> is "2px", no number`,
		box(1, 1, "1,2,3", 2): `<xmax> is "1,2,3", no number`,
		box(1, "inf", 2, 2):   `<ymin> is "inf", not finite`,
	} {
		_, objects, err := parse("<annotation><object>" + content + "</object></annotation>")
		require.NoError(t, err, content)
		assert.Equal(t, []Object{{Line: 1, Wrong: want, Box: objects[0].Box}}, objects, content)
	}
}

func TestParseSaysHowCoordinatesWereRead(t *testing.T) {
	for text, want := range map[string]struct {
		box   [4]float64
		notes []string
	}{
		box("10,5", 10, 40, "40,25"): {[4]float64{9.5, 9, 40, 40.25}, []string{"<xmin> 10,5 has a comma as the decimal sign: read as 10.5", "<ymax> 40,25 has a comma as the decimal sign: read as 40.25"}},
		box(40, 41, 10, 11):          {[4]float64{9, 10, 40, 41}, []string{"<xmin> 40 is above <xmax> 10: swapped", "<ymin> 41 is above <ymax> 11: swapped"}},
		box(0, 0.5, 10, 11):          {[4]float64{0, 0, 10, 11}, []string{"<xmin> is 0, where Pascal VOC counts from 1: taken as the image's edge", "<ymin> is 0.5, where Pascal VOC counts from 1: taken as the image's edge"}},
		box(-3, 1, 10, 11):           {[4]float64{-4, 0, 10, 11}, nil},
		box(1, 1, 1.01, 1.01):        {[4]float64{0, 0, 1.01, 1.01}, nil},
		box(0.25, 0.5, 0.75, 1):      {[4]float64{0.25, 0.5, 0.75, 1}, nil},
		box(5, 5, 5, 9):              {[4]float64{5, 5, 5, 9}, nil},
		box(5, 5, 9, 5):              {[4]float64{5, 5, 9, 5}, nil},
		box(0, 0, 0, 0):              {[4]float64{}, nil},
	} {
		_, objects, err := parse("<annotation><object><name>x</name>" + text + "</object></annotation>")
		require.NoError(t, err, text)
		assert.Equal(t, want.box, objects[0].Box, text)
		assert.Equal(t, want.notes, objects[0].Notes, text)
	}
	for word, want := range map[string]bool{"1": true, "TRUE": true, "yes": true, "0": false, "": false, "False": false, "no": false} {
		_, objects, err := parse("<annotation><object><difficult>" + word + "</difficult>" + box(1, 1, 2, 2) + "</object></annotation>")
		require.NoError(t, err)
		assert.Equal(t, want, objects[0].Difficult, word)
		assert.Empty(t, objects[0].Notes)
	}
}

func TestADifficultOfAnotherWordIsNone(t *testing.T) {
	_, objects, err := parse("<annotation><object><difficult>maybe</difficult>" + box(1, 1, 2, 2) + "</object></annotation>")
	require.NoError(t, err)
	assert.False(t, objects[0].Difficult)
	assert.Equal(t, []string{`<difficult> is "maybe": taken as 0`}, objects[0].Notes)
}

func TestParseErrorsHaveALine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                      "1: no <annotation> element: the file is empty",
		"<?xml version='1.0'?>\n<!-- x -->":                     "2: no <annotation> element: not a Pascal VOC file, or the start of one that was cut off",
		"<annotation>\n<object><na":                             "2: the file ends before its <annotation> does: it was cut off",
		"<annotation>\n<object><name>x":                         "2: the file ends before its <annotation> does: it was cut off",
		"\n\n<html></html>":                                     "3: <html> where Pascal VOC has <annotation>",
		"<annotation>\n<object>\n</annotation>":                 "3: XML syntax error: element <object> closed by </annotation>",
		"<annotation>\n<name>\xe9</name>":                       "2: XML syntax error: invalid UTF-8",
		"<annotation>" + strings.Repeat("<a>", maxDepth):        "1: elements nest deeper than 64",
		"<?xml version='1.0' encoding='klingon'?><annotation/>": `1: its encoding "klingon" is not known: save it as UTF-8`,
	} {
		_, _, err := parse(text)
		var at *Error
		require.ErrorAs(t, err, &at, text)
		assert.Equal(t, want, fmt.Sprintf("%d: %v", at.Line, at), text)
	}
	_, _, err := parse("<annotation>" + strings.Repeat("<a>", maxDepth-1) + strings.Repeat("</a>", maxDepth-1) + "</annotation>")
	assert.NoError(t, err)
	broken := errors.New("disk on fire")
	_, err = Parse(io.MultiReader(strings.NewReader("<annotation>"), iotest.ErrReader(broken)), nil)
	assert.ErrorIs(t, err, broken)
	_, err = Parse(iotest.ErrReader(broken), nil)
	assert.ErrorIs(t, err, broken)
}

func TestParseStopsWithTheCallersError(t *testing.T) {
	enough, n := errors.New("enough"), 0
	_, err := Parse(strings.NewReader("<annotation><object/><object/></annotation>"), func(Object) error {
		n++
		return enough
	})
	assert.Equal(t, enough, err)
	assert.Equal(t, 1, n)
}

func TestLongTextsAreCut(t *testing.T) {
	f, objects, err := parse("<annotation><filename>" + strings.Repeat("x", maxText+1) + "</filename><object><name>" + strings.Repeat("y", maxText) + "</name></object></annotation>")
	require.NoError(t, err)
	assert.Empty(t, f.Filename)
	assert.Len(t, objects[0].Name, maxText)
}

func TestParseDecodes(t *testing.T) {
	const text = "<annotation><object><name>chiot é</name></object></annotation>"
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	bare := func(e unicode.Endianness) func(string) (string, error) {
		return unicode.UTF16(e, unicode.IgnoreBOM).NewEncoder().String
	}
	utf8 := func(s string) (string, error) { return s, nil }
	for name, c := range map[string]struct {
		declared string
		encode   func(string) (string, error)
	}{
		"UTF-8": {"", utf8}, "marked": {"", func(s string) (string, error) { return "\ufeff" + s, nil }},
		"utf8": {"utf8", utf8}, "marked, of another name": {"gbk", func(s string) (string, error) { return "\ufeff" + s, nil }},
		"little": {"UTF-16", little.NewEncoder().String}, "big": {"UTF-16", big.NewEncoder().String},
		"little, bare": {"utf-16le", bare(unicode.LittleEndian)}, "big, bare": {"UTF-16BE", bare(unicode.BigEndian)},
		"said to be UTF-16": {"UTF-16", utf8}, "said to be UTF16": {"utf16", utf8}, "said to be UCS-2": {"ucs-2", utf8},
		"latin": {"ISO-8859-1", charmap.ISO8859_1.NewEncoder().String}, "code page": {"cp1252", charmap.Windows1252.NewEncoder().String},
		"by IANA's name": {"IBM850", charmap.CodePage850.NewEncoder().String},
	} {
		whole := text
		if c.declared != "" {
			whole = fmt.Sprintf("<?xml version=\"1.0\" encoding=%q?>", c.declared) + text
		}
		data, err := c.encode(whole)
		require.NoError(t, err, name)
		_, objects, err := parse(data)
		require.NoError(t, err, name)
		assert.Equal(t, "chiot é", objects[0].Name, name)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("<annotation><object><name>x</name>" + box(1, "2,5", 3, 4) + "</object></annotation>")
	f.Add("<?xml version='1.0' encoding='gbk'?><annotation><object><part/></object></annotation>")
	f.Add("\xff\xfe<\x00a\x00")
	f.Fuzz(func(t *testing.T, text string) {
		_, objects, err := parse(text)
		if at := (*Error)(nil); err != nil && (!errors.As(err, &at) || at.Line < 1) {
			t.Fatal(err)
		}
		for _, o := range objects {
			if o.Wrong == "" && (o.Box[2] < o.Box[0] || o.Box[3] < o.Box[1]) {
				t.Fatal(o)
			}
		}
	})
}
