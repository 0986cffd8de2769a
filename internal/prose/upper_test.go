package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASentenceBeginsWithALargeLetter(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "A", "image size": "Image size", "CE": "CE", "über": "Über", "3 seeds": "3 seeds", "\xff": "\xff"} {
		assert.Equal(t, want, Upper(text))
	}
}
