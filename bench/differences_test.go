package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/store"
)

func TestOfTwoLongCommandsTheWordsThatDifferAreShown(t *testing.T) {
	const command = "the program python train.py {strategy} {seed} {data} {budget} {out} --lr 0.1, train.py 1a2b, net.py 3c4d"
	for other, want := range map[string][2]string{
		strings.Replace(command, "1a2b", "5e6f", 1):        {"… train.py 1a2b, …", "… train.py 5e6f, …"},
		strings.Replace(command, "3c4d", "7788", 1):        {"… net.py 3c4d", "… net.py 7788"},
		strings.Replace(command, "--lr 0.1", "--lr 1", 1):  {"… --lr 0.1, …", "… --lr 1, …"},
		strings.Replace(command, " --lr 0.1,", ",", 1):     {"… {budget} {out} --lr 0.1, …", "… {budget} {out}, …"},
		command + ", more.py 9900":                         {"… net.py 3c4d", "… net.py 3c4d, more.py 9900"},
		strings.Replace(command, "the program", "a", 1):    {"the program …", "a …"},
		"small detectors 3 on amd64 with portable kernels": {command, "small detectors 3 on amd64 with portable kernels"},
	} {
		a, b := unlikeWords(command, other)
		assert.Equal(t, want, [2]string{a, b})
	}
	a, b := source{id: store.Identity{Numerics: command}}, source{id: store.Identity{Numerics: strings.Replace(command, "3c4d", "7788", 1)}}
	for _, said := range []string{a.differs(b), a.incomparable(b)} {
		assert.Equal(t, "it was computed by … net.py 3c4d, the other by … net.py 7788", said)
	}
}
