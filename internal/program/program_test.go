package program

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnlyCommittedCodeOfThisModuleVouchesForItself(t *testing.T) {
	info := func(path, version string, settings ...string) *debug.BuildInfo {
		i := &debug.BuildInfo{Main: debug.Module{Path: path, Version: version}}
		for k := 0; k < len(settings); k += 2 {
			i.Settings = append(i.Settings, debug.BuildSetting{Key: settings[k], Value: settings[k+1]})
		}
		return i
	}
	for _, c := range []struct {
		info          *debug.BuildInfo
		version, code string
	}{
		{info("detsample", "v1.2.0"), "v1.2.0", ""},
		{info("detsample", "v1.2.0+dirty", "vcs.revision", "0123456789abcdef", "vcs.modified", "true"), "v1.2.0+dirty", "build x"},
		{info("detsample", "(devel)", "vcs.revision", "0123456789abcdef", "vcs.modified", "false"), "revision 0123456789ab", ""},
		{info("detsample", "", "vcs.revision", "0123456789abcdef", "vcs.modified", "true"), "revision 0123456789ab with changes", "build x"},
		{info("detsample", "(devel)"), "(devel)", "build x"},
		{info("example.com/mine", "v0.1.0"), "v0.1.0", "example.com/mine v0.1.0"},
		{info("example.com/mine", "(devel)"), "(devel)", "build x"},
		{info("", ""), "(devel)", "build x"},
	} {
		assert.Equal(t, c.version, version(c.info))
		assert.Equal(t, c.code, code(c.info, func() string { return "x" }))
	}
}

func TestADevelopersBuildIsToldByItsBytes(t *testing.T) {
	assert.Len(t, executable(), 12)
	assert.Contains(t, Code(), "build "+executable(), "a test is no release")
}
