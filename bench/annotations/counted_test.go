package annotations

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A crowd and an ignored object are none to be found: they are counted beside the
// objects, and a category of these alone has no object.
func TestCrowdsAndIgnoredObjectsAreCountedBesides(t *testing.T) {
	box := [4]float64{1, 1, 5, 5}
	s := &Set{Categories: []Category{{ID: 1, Name: "cat"}, {ID: 2, Name: "fish"}, {ID: 3, Name: "cat"}}, Images: []Image{
		{File: "a.jpg", Width: 10, Height: 10, Objects: []Object{{Box: box}, {Box: box, Crowd: true}, {Box: box, Category: 1, Ignore: true}}},
		{File: "b.jpg", Width: 10, Height: 10, Objects: []Object{{Box: box}, {Box: box, Category: 2, Crowd: true, Ignore: true}}},
	}}
	assert.Equal(t, [3]int{2, 3, 1}, [3]int{s.Objects(), s.Ignored(), s.Present()})
	objects, ignored := s.PerCategory()
	assert.Equal(t, [2][]int{{2, 0, 0}, {1, 1, 1}}, [2][]int{objects, ignored})
	for format, want := range map[Format][3]int{COCO: {2, 3, 1}, VOC: {2, 3, 1}, YOLO: {2, 0, 1}} {
		objects, ignored, categories := s.Held(format)
		assert.Equal(t, want, [3]int{objects, ignored, categories}, format)
	}
	lost, err := s.WriteVOC(func(string, []byte) error { return nil })
	assert.NoError(t, err)
	assert.Contains(t, Digest(lost)[0], `categories 1 and 3 are both called "cat"`, "the crowd is of one class with the objects there")

	var found findings
	s.unusedCategories(&found)
	assert.Contains(t, found.all()[0].Message, `2 of 3 categories have no object: "fish" (only crowds or ignored ones), "cat" (only crowds or ignored ones)`)
}

func TestWhatIsBesidesObjectsIsSaidInWords(t *testing.T) {
	assert.Empty(t, Besides(0, "0"))
	assert.Equal(t, "; 1 crowd or ignored object besides", Besides(1, "1"))
	assert.Equal(t, "; 9 + 2 crowds or ignored objects besides", Besides(11, "9 + 2"))
}
