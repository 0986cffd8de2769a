package strictyaml

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
)

const studyKeys = "one of name, steps, rate, fast, norm, reduce, limit, sampler, data, extra, stages, by_name, size, scales"

var mistakes = []struct{ claim, yaml, want string }{
	{"unknown key", "nmae: x", `s.yaml:1:1: unknown key "nmae": expected ` + studyKeys + `; did you mean name?`},
	{"unknown key of a strategy", "sampler:\n  type: random\n    # deeper\n  positive_fracton: 1",
		`s.yaml:4:3: unknown key "positive_fracton" in sampler random: expected one of num, positive_fraction; did you mean positive_fraction?`},
	{"unknown key of a nested struct", "data: {zzz: 1}", `s.yaml:1:8: unknown key "zzz" in data: expected one of path, seed, share`},
	{"unknown key of an element", "stages: [{x: 1}]", `s.yaml:1:11: unknown key "x" in stages[0]: expected one of name, sampler, epochs`},
	{"key of a strategy without any", "sampler: {type: all, num: 1}", `s.yaml:1:22: unknown key "num" in sampler all: expected no keys`},
	{"key that is a number", "1: x", `s.yaml:1:1: unknown key "1": expected ` + studyKeys},
	{"duplicate key", "name: a\nfast: true\nname: b", `s.yaml:3:1: duplicate key "name": already given on line 1`},
	{"duplicate key in a flow mapping", "data: {path: a, path: b}", `s.yaml:1:17: duplicate key "path": already given on line 1`},
	{"string for a whole number", "steps: lots", `s.yaml:1:8: steps: expected a whole number, got the string "lots"`},
	{"quoted number", `steps: "5"`, `s.yaml:1:8: steps: expected a whole number, got the string "5"`},
	{"fraction for a whole number", "steps: 3.0", `s.yaml:1:8: steps: expected a whole number, got the number 3.0`},
	{"exponent for a whole number", "steps: 1e2", `s.yaml:1:8: steps: expected a whole number, got the number 1e2`},
	{"octal by accident", "steps: 010", `s.yaml:1:8: steps: expected a whole number, got the number 010`},
	{"whole number out of its type", "steps: 300", `s.yaml:1:8: steps is 300: expected between -128 and 127`},
	{"negative for an unsigned", "data: {seed: -1}", `s.yaml:1:14: seed is -1: expected between 0 and 18446744073709551615`},
	{"list for a number", "rate: [1]", `s.yaml:1:7: rate: expected a number, got a list`},
	{"mapping for a number", "rate:\n  a: 1", `s.yaml:2:3: rate: expected a number, got a mapping`},
	{"infinity", "rate: .inf", `s.yaml:1:7: rate: expected a number, got .inf`},
	{"overflow", "rate: 1e999", `s.yaml:1:7: rate is 1e999: expected a number that float64 can hold`},
	{"range", "rate: 0", `s.yaml:1:7: rate is 0: expected above 0 and at most 1`},
	{"range that float32 rounds out of", "data: {share: 0.99999999999}", `s.yaml:1:15: share is 0.99999999999: expected at least 0 and below 1`},
	{"range of a list's element", "scales: [1, -2]", `s.yaml:1:13: scales[1] is -2: expected above 0`},
	{"range in a strategy", "sampler:\n  type: random\n  num: -5", `s.yaml:3:8: num is -5: expected at least 1`},
	{"yes for a bool", "fast: yes", `s.yaml:1:7: fast: expected true or false, got the string "yes"`},
	{"quoted bool", "fast: 'true'", `s.yaml:1:7: fast: expected true or false, got the string "true"`},
	{"number for a string", "name: 12", `s.yaml:1:7: name: expected a string, got the number 12: put it in quotes`},
	{"bool for a string", "name: true", `s.yaml:1:7: name: expected a string, got true: put it in quotes`},
	{"choice", "norm: positivse", `s.yaml:1:7: norm is "positivse": expected one of batch, positives; did you mean positives?`},
	{"text", "reduce: max", `s.yaml:1:9: reduce is "max": expected one of mean, sum`},
	{"duration", "limit: 30", `s.yaml:1:8: limit: expected a duration such as 30s, got the number 30`},
	{"missing value", "steps:", `s.yaml:1:1: steps has no value: expected a whole number`},
	{"null", "rate: null", `s.yaml:1:7: rate has no value: expected a number`},
	{"null strategy", "sampler: ~", `s.yaml:1:10: sampler has no value: expected a sampler`},
	{"empty pointer", "extra:\nname: x", `s.yaml:1:1: extra has no value: expected a mapping`},
	{"unknown strategy", "sampler: radnom", `s.yaml:1:10: unknown sampler "radnom": expected one of random, hardest, all; did you mean random?`},
	{"unknown type", "sampler: {type: x}", `s.yaml:1:17: unknown sampler "x": expected one of random, hardest, all`},
	{"missing type", "sampler:\n  num: 3", `s.yaml:2:3: sampler: type is missing: expected a sampler, one of random, hardest, all`},
	{"type of another kind", "sampler: {type: [all]}", `s.yaml:1:17: type: expected a sampler, one of random, hardest, all, got a list`},
	{"number for a strategy", "sampler: 3", `s.yaml:1:10: sampler: expected a sampler, its name or a mapping with type and parameters, got the number 3`},
	{"strategy's Validate with a key", "sampler:\n  type: hardest\n  high: 1\n  low: 2", `s.yaml:4:3: low is 2: expected at most high`},
	{"strategy's Validate with an absent key", "sampler:\n  type: hardest\n  high: -1", `s.yaml:2:3: low is 0: expected at most high`},
	{"strategy's Validate without a key", "sampler: {type: hardest, ratio: 101}",
		`s.yaml:1:10: sampler hardest: a ratio above 100 selects everything: use all`},
	{"nested strategy", "sampler: {type: hardest, inner: {type: hardest, low: 9}}", `s.yaml:1:49: low is 9: expected at most high`},
	{"the whole's Validate", "name: x\nsteps: 13", `s.yaml:1:1: 13 steps never converge`},
	{"scalar for a struct", "data: x", `s.yaml:1:7: data: expected a mapping with one of path, seed, share, got the string "x"`},
	{"scalar for a list", "stages: 3", `s.yaml:1:9: stages: expected a list, got the number 3`},
	{"list for a map", "by_name: []", `s.yaml:1:10: by_name: expected a mapping, got a list`},
	{"map key that is a number", "by_name: {1: {}}", `s.yaml:1:11: by_name has the key 1, which is not a string: put it in quotes`},
	{"wrong length", "size: [1, 2, 3]", `s.yaml:1:7: size has 3 values: expected 2`},
	{"list for the whole", "- 1", `s.yaml:1:1: expected ` + studyKeys + `, got a list`},
	{"text for the whole", "hello", `s.yaml:1:1: expected ` + studyKeys + `, got the string "hello"`},
	{"empty", "", `s.yaml: the file is empty: expected ` + studyKeys},
	{"comments only", "# nothing\n", `s.yaml: the file is empty: expected ` + studyKeys},
	{"second document", "name: a\n---\nname: b", `s.yaml:2:1: a second document starts here: expected one`},
	{"directive", "%YAML 1.2\n---\nname: a", `s.yaml:1:1: directives are not supported: remove this line`},
	{"anchor", "name: &a x", `s.yaml:1:7: anchors are not supported: remove the &name and write the value where it is used`},
	{"alias", "name: *a", `s.yaml:1:7: aliases are not supported: write the value out`},
	{"merge key", "data:\n  <<: {path: x}", `s.yaml:2:3: merge keys are not supported: write the keys out`},
	{"tag", "name: !!str 1", `s.yaml:1:7: tags are not supported: remove !!str`},
	{"complex key", "? name\n: x", `s.yaml:1:1: this key is not a plain name: write it as "name: value"`},
	{"tab", "data:\n\tpath: x", `s.yaml:2:1: a tab indents this line: expected spaces`},
	{"unclosed quote", "name: 'x", `s.yaml:1:7: this is not valid YAML: could not find end character of single-quoted text`},
	{"unclosed bracket", "name: [x", `s.yaml:1:7: this is not valid YAML: sequence end token ']' not found`},
	{"not UTF-8", "name: x\nfa\xff", `s.yaml:2:3: this is not YAML text: byte 0xff is not UTF-8`},
	{"binary", "PK\x00", `s.yaml:1:3: this is not YAML text: it has the control character 0x00`},
	{"too large", strings.Repeat("#", maxSize+1), `s.yaml: the file has 1048577 bytes: expected at most 1048576, is this a configuration?`},
	{"nested too deep", "name: " + strings.Repeat("[", 10_000), `s.yaml:1:71: this is not valid YAML: nested more than 64 deep`},
	{"markers nested too deep", "name:\n" + strings.Repeat("- ", 10_000), `s.yaml:2:129: this is not valid YAML: nested more than 64 deep`},
	{"too many tokens", strings.Repeat("a: 1\n", 10_000), `s.yaml:6667:4: this is not valid YAML: more than 20000 keys, values and marks, is this a configuration?`},
	{"column after wide characters", "data: {path: 日本, x: 1}", `s.yaml:1:18: unknown key "x" in data: expected one of path, seed, share`},
}

func TestEachMistakeIsReportedWithItsPlaceAndRemedy(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.claim, func(t *testing.T) {
			dst := defaults()
			assert.EqualError(t, Unmarshal("s.yaml", []byte(m.yaml), &dst, testTypes()), m.want)
		})
	}
}

func TestSeveralMistakesAreReportedAtOnce(t *testing.T) {
	dst := defaults()
	err := Unmarshal("s.yaml", []byte("rate: 2\nfast: 1\nsampler: {type: random, num: 0, x: 1}"), &dst, testTypes())
	assert.EqualError(t, err, `s.yaml:1:7: rate is 2: expected above 0 and at most 1
s.yaml:2:7: fast: expected true or false, got the number 1
s.yaml:3:30: num is 0: expected at least 1
s.yaml:3:33: unknown key "x" in sampler random: expected one of num, positive_fraction`)

	first, ok := errors.AsType[*Error](err)
	require.True(t, ok)
	assert.Equal(t, Error{"s.yaml", 1, 7, "rate is 2: expected above 0 and at most 1"}, *first)
}

// plant is what says of its branches what can be said whatever is in them.
type plant struct {
	Height   int `range:"[1,)"`
	Trunk    trunk
	Branches []branch
}

type trunk struct{ From, To int }

func (t trunk) Validate() error {
	if t.From > t.To {
		return errors.New("it is upside down")
	}
	return nil
}

type branch struct {
	Name   string
	Leaves int `range:"[0,)"`
	Root   bool
	Fruit  trunk
}

func (b branch) Validate() error {
	if b.Root {
		return &registry.ParamError{Key: "root", Value: b.Root, Problem: "a branch has none"}
	}
	return nil
}

func (t plant) Shape() error {
	if len(t.Branches) == 0 {
		return errors.New("a plant has branches")
	}
	var twice []error
	for i, b := range t.Branches {
		for k := range i {
			if b.Name == t.Branches[k].Name {
				twice = append(twice, &registry.ParamError{Key: fmt.Sprintf("branches[%d].name", i), Value: b.Name, Problem: "taken"})
				break
			}
		}
	}
	return errors.Join(twice...)
}

func TestWhatCanBeSaidAtOnceIsSaidInTheOrderOfTheFile(t *testing.T) {
	for text, want := range map[string]string{
		"branches:\n- {name: a, leaves: -1}\n- {name: a, root: true}\n- {name: a, fruit: {from: 1}}\nheight: 0\ntrunk: {from: 2}\ntop: 1": `s.yaml:2:21: leaves is -1: expected at least 0
s.yaml:3:4: branches[1].name is "a": taken
s.yaml:3:13: branches[1].root is true: a branch has none
s.yaml:4:4: branches[2].name is "a": taken
s.yaml:4:13: branches[2].fruit: it is upside down
s.yaml:5:9: height is 0: expected at least 1
s.yaml:6:1: trunk: it is upside down
s.yaml:7:1: unknown key "top": expected one of height, trunk, branches`,
		"height: 0":    "s.yaml:1:9: height is 0: expected at least 1", // or a branch for all that one knows
		"trunk: {x: }": "s.yaml:1:1: a plant has branches\ns.yaml:1:9: unknown key \"x\" in trunk: expected one of from, to",
		"branchs: []":  "s.yaml:1:1: unknown key \"branchs\": expected one of height, trunk, branches; did you mean branches?",
		"branches: 3":  "s.yaml:1:11: branches: expected a list, got the number 3",
	} {
		dst := plant{Height: 1}
		assert.EqualError(t, Unmarshal("s.yaml", []byte(text), &dst, nil), want)
	}
}

func TestReportsEndAfterTenMistakes(t *testing.T) {
	dst := defaults()
	err := Unmarshal("s.yaml", []byte("scales: ["+strings.Repeat("-1, ", 12)+"]"), &dst, testTypes())
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, 11)
	assert.Equal(t, "s.yaml: 2 more mistakes", lines[10])
}

func TestAMistakeIsOneLine(t *testing.T) {
	dst := defaults()
	err := Unmarshal("s.yaml", []byte("\"a\\nb\": 1\nreduce: |\n  two\n  lines\n"), &dst, testTypes())
	assert.Equal(t, 1, strings.Count(err.Error(), "\n"), err)
}
