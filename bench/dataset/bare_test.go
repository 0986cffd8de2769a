package dataset

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

func TestThePartWithoutAnObjectIsNamed(t *testing.T) {
	for part, images := range map[string][]string{"training": {"a", "b"}, "test": {"c", "d"}} {
		set := vocSet()
		for _, name := range images {
			set["Annotations/"+name+".xml"] = &fstest.MapFile{Data: xmlFile()}
		}
		_, err := read(t, set, Options{})
		assert.ErrorContains(t, err, "2 training and 2 test images, and the "+part+" images have no annotated object: annotate some of them")
	}
}
