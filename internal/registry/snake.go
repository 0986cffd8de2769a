package registry

import (
	"strings"
	"unicode"
)

// mixedCase holds the field's abbreviations whose inner capitals do not start
// a word.
var mixedCase = strings.NewReplacer("IoU", "Iou", "IoF", "Iof", "RoI", "Roi")

// snakeCase returns the configuration key of a Go field name:
// PositiveFraction is positive_fraction, NMSIoU is nms_iou, GIoUWeight is
// giou_weight.
func snakeCase(field string) string {
	name := []rune(mixedCase.Replace(field))
	var key strings.Builder
	for i, c := range name {
		if i > 0 && startsWord(name, i) {
			key.WriteByte('_')
		}
		key.WriteRune(unicode.ToLower(c))
	}
	return key.String()
}

// startsWord reports whether a word of the camel-case name starts at i > 0.
func startsWord(name []rune, i int) bool {
	if !unicode.IsUpper(name[i]) {
		return false
	}
	if !unicode.IsUpper(name[i-1]) {
		return true
	}
	rest := string(name[i:])
	if strings.HasPrefix(rest, "Iou") && strings.ContainsRune("GDC", name[i-1]) && (i == 1 || !unicode.IsUpper(name[i-2])) {
		return false // GIoU, DIoU and CIoU are each one word
	}
	if i+1 == len(name) || !unicode.IsLower(name[i+1]) {
		return false
	}
	plural := name[i+1] == 's' && (i+2 == len(name) || unicode.IsUpper(name[i+2]))
	return !plural
}
