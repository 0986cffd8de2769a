package interchange

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Python says of each expression, by Python 3.12.
func TestExpressionsHavePythonsValues(t *testing.T) {
	for expression, want := range map[string]string{
		"1 + 2 * 3":                            "7",
		"7 // 2":                               "3",
		"-7 // 2":                              "-4",
		"-7 % 3":                               "2",
		"7 / 2":                                "3.5",
		"2 ** 3":                               "8",
		"3 * 2 ** 3":                           "24",
		"2 ** 3 ** 2":                          "512",
		"-2 ** 2":                              "-4",
		"2 ** -1":                              "0.5",
		"(-2) ** 2":                            "4",
		"[x * 2 ** (1.0 / 2) for x in [4, 9]]": "[5.656854249492381, 12.727922061357857]",
		"'a' 'b' \"c\"":                        "'abc'",
		"'a{}' 'b{}'.format(1, 2)":             "'a1b2'",
		"f'{1 + 1}-{\"x\"}'":                   "'2-x'",
		"f'{2 ** 3}{ 3 ** 2}' + str(7 // 2)":   "'893'",
		"r'\\d' '\\n'":                         `'\\d\n'`,
		"'%s-%d' % ('a', 3)":                   "'a-3'",
		"dict(a=1, **dict(b=2))":               "dict(a=1, b=2)",
		"{'a': 1, 2: 3}":                       "dict(a=1, 2=3)",
		"[1, 2, 3][-1]":                        "3",
		"[1, 2, 3, 4][1:-1]":                   "[2, 3]",
		"[1, 2, 3, 4][::-1]":                   "[4, 3, 2, 1]",
		"[1, 2, 3, 4][::-2]":                   "[4, 2]",
		"'abc'[:2]":                            "'ab'",
		"(1,)":                                 "(1,)",
		"[.0] * 2":                             "[0.0, 0.0]",
		"1 if 2 > 1 else 0":                    "1",
		"None is None":                         "True",
		"1 is not None":                        "True",
		"[10, 20][True], int(True), True == 1, 0.0 != False, True == True, 1 in [True], None == False": "(20, 1, True, False, True, True, False)",
		"list(enumerate('a,b'.split(','), True))":                                                      "[(1, 'a'), (2, 'b')]",
		"3 in [1, 2]":                          "False",
		"'b' not in dict(a=1)":                 "True",
		"{k: v for k, v in zip(['a'], [1])}":   "dict(a=1)",
		"sum(range(5)), max(1, 2), len('abc')": "(10, 2, 3)",
		"1_000":                                "1000",
		"1e-3":                                 "0.001",
		"sorted([3, 1])[0] == 1 and not False": "True",
		"dict(a=[1]).get('b', 5)":              "5",
		"list(reversed([1, 2])) + list(enumerate('' or ['a']))": "[2, 1, (0, 'a')]",
	} {
		got, err := pythonLiteral(expression)
		require.NoError(t, err, expression)
		assert.Equal(t, want, got.short(), expression)
	}
}
