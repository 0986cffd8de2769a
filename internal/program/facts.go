package program

import "runtime/debug"

// Fact is something about a build, and its name.
type Fact struct{ Name, Value string }

// Facts lists what is known of this build: the compiler, the module with its
// [Version], the revision and the machine that it is for; nothing where the
// program has no record of it.
func Facts() []Fact {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	return facts(info)
}

func facts(info *debug.BuildInfo) []Fact {
	list := []Fact{{"Go", info.GoVersion}}
	if info.Main.Path != "" {
		list = append(list, Fact{"module", info.Main.Path + " " + version(info)})
	}
	for _, s := range []struct{ key, name string }{
		{"vcs.revision", "revision"}, {"vcs.modified", "uncommitted changes"}, {"GOOS", "system"}, {"GOARCH", "architecture"}, {"GOAMD64", "amd64 level"},
	} {
		if value := setting(info, s.key); value != "" {
			list = append(list, Fact{s.name, value})
		}
	}
	return list
}
