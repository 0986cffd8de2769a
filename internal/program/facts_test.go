package program

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheFactsOfABuildAgreeWithItsVersion(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Path: "detsample", Version: "(devel)"}, Settings: []debug.BuildSetting{
		{Key: "-buildmode", Value: "exe"}, {Key: "GOARCH", Value: "arm64"}, {Key: "GOOS", Value: "linux"},
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"},
	}}
	assert.Equal(t, []Fact{
		{"Go", "go1.26"}, {"module", "detsample revision 0123456789ab with changes"}, {"revision", "0123456789abcdef"}, {"uncommitted changes", "true"},
		{"system", "linux"}, {"architecture", "arm64"},
	}, facts(info))
	assert.Equal(t, []Fact{{"Go", "go1.26"}}, facts(&debug.BuildInfo{GoVersion: "go1.26"}))
}
