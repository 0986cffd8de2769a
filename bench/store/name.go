package store

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// plainName is a name that is a file name as it stands, on any system.
var plainName = regexp.MustCompile(`^[a-z0-9_.]{1,60}$`)

// fileName makes a file name of a run's key, without extension. A part that is
// not plain is cut to what is, for the eye, and told apart by its hash.
func fileName(k Key) string {
	name := fmt.Sprintf("%s-%d", plain(k.Strategy), k.Seed)
	if k.Phase != "" {
		name += "-" + plain(k.Phase)
	}
	return name
}

func plain(s string) string {
	if plainName.MatchString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if c := string(unicode.ToLower(r)); b.Len() < 40 && plainName.MatchString(c) {
			b.WriteString(c)
		} else if b.Len() < 40 {
			b.WriteByte('-')
		}
	}
	hash := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%s-%x", &b, hash[:8])
}
