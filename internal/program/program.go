// Package program says which build of which program this is.
package program

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"
)

// module is the path of this module.
const module = "detsample"

// Version names the build: the module's version, or else the revision it was
// built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown version"
	}
	return version(info)
}

func version(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision := setting(info, "vcs.revision")
	if revision == "" {
		return "(devel)"
	}
	modified := ""
	if setting(info, "vcs.modified") == "true" {
		modified = " with changes"
	}
	return "revision " + revision[:min(12, len(revision))] + modified
}

// Code stands for code whose figures may differ from those of this module's
// commits, which vouch for theirs by a version number: it is empty for a build
// of a commit or release of this module, the version of a commit or release of
// another program that links it, and otherwise, in development, a digest of the
// executable.
var Code = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return code(info, executable)
})

func code(info *debug.BuildInfo, executable func() string) string {
	v := info.Main.Version
	released := v != "" && v != "(devel)" && !strings.HasSuffix(v, "+dirty")
	committed := setting(info, "vcs.revision") != "" && setting(info, "vcs.modified") == "false"
	switch {
	case !released && !committed:
		return "build " + executable()
	case info.Main.Path == module:
		return ""
	}
	return info.Main.Path + " " + version(info)
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// executable returns a digest of the running program's file.
func executable() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
