package interchange

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostilePython are files that no configuration is: each acts, never ends, or
// grows without bound. The string is what the refusal must say.
var hostilePython = []struct{ source, says string }{
	// What acts.
	{"import os\nos.system('touch ran')", ":1: imports os"},
	{"import os, sys", ":1: imports os"},
	{"import torch, subprocess", ":1: imports subprocess"},
	{"x = 1; import os", ":1: imports os"},
	{"from os import system\nsystem('touch ran')", ":1: imports os"},
	{"from os.path import join", ":1: imports os"},
	{"import os.path as p", ":1: imports os"},
	{"import subprocess as torch", ":1: imports subprocess"},
	{"from subprocess import (\n    run,\n    Popen)", ":1: imports subprocess"},
	{"from importlib import import_module\nimport_module('os')", ":1: imports importlib"},
	{"from builtins import eval", ":1: imports builtins"},
	{"from torch import save\nsave({}, 'ran')", ":2: a call of torch.save"},
	{"import torch\ntorch.save({}, 'ran')", ":2: a call of torch.save"},
	{"from mmdet.models import RetinaHead\nmodel = RetinaHead(num_classes=3)", ":2: a call of mmdet.models.RetinaHead"},
	{"from x import dict\nmodel = dict(a=1)", ":2: a call of x.dict"},
	{"open('ran', 'w').write('x')", ":1: open is not defined"},
	{"model = dict(a=open('ran', 'w'))", ":1: open is not defined"},
	{"__import__('os').system('touch ran')", ":1: __import__"},
	{"eval('1')", ":1: eval is not defined"},
	{"exec('x = 1')", ":1: an exec statement"},
	{"x = exec('x = 1')", ":1: exec is not defined"},
	{"compile('1', '', 'eval')", ":1: compile is not defined"},
	{"getattr(dict, 'x')", ":1: getattr is not defined"},
	{"globals()['x'] = 1", ":1: globals is not defined"},
	{"print('x')", ":1: print is not defined"},
	{"input()", ":1: input is not defined"},
	{"exit(0)", ":1: exit is not defined"},
	{"().__class__.__bases__[0].__subclasses__()", ":1: __class__"},
	{"x = ''.__class__", ":1: __class__"},
	{"x = dict().__init__", ":1: __init__"},
	{"x = __builtins__", ":1: __builtins__"},
	{"x = __file__", ":1: __file__"},
	{"__name__ = 'x'", ":1: __name__"},
	{"x = f'{__import__(\"os\")}'", ":1: __import__"},
	{"x = f'{open(\"ran\")}'", ":1: open is not defined"},
	{"x = f'{(lambda: 1)()}'", ":1: "},
	{"x = '{0.__class__}'.format(1)", ":1: format has no argument"},
	{"x = '{a.b}'.format(a=1)", ":1: format has no argument"},
	{"def f():\n    return 1\nf()", ":1: a function definition"},
	{"class A:\n    pass", ":1: a class definition"},
	{"f = lambda: 1", ":1: a function (lambda)"},
	{"x = [lambda: y for y in [1]]", ":1: a function (lambda)"},
	{"@open\ndef f(): pass", ":1: a decorator"},
	{"with open('ran', 'w') as f:\n    f.write('x')", ":1: a with statement other than"},
	{"with read_base():\n    open('ran')", ":2: with read_base() holds something other"},
	{"with read_base():\n    import os", ":2: with read_base() holds something other"},
	{"with read_base():\n    from .. import x", ": "},
	{"try:\n    x = 1\nexcept: pass", ":1: a try statement"},
	{"raise SystemExit", ":1: a raise statement"},
	{"assert open('ran')", ":1: an assertion"},
	{"async def f(): pass", ":1: an async statement"},
	{"global x", ":1: a global statement"},
	{"if True: import os", ":1: import within a line"},
	{"if True:\n    import os", ":2: imports os"},
	{"return 1", ":1: a return statement"},
	{"x = (yield 1)", ":1: a yield statement"},
	{"load('x.bzl', 'y')", ":1: a load statement"},
	{"x = (y := 3)", ":1: an assignment within an expression"},
	{"from mmdet.models import *", ":1: from mmdet.models import *"},
	{"x = b'bytes'", ":1: a string of bytes"},
	// What never ends.
	{"while True: pass", ":1: a while loop"},
	{"while 1:\n    x = 1", ":1: a while loop"},
	{"x = [1]\nfor i in x: x.append(i)\nfor i in range(10**9): pass", ":3: more than"},
	{"for i in range(10**18): pass", ":1: more than"},
	{"for a in range(1000):\n  for b in range(1000):\n    for c in range(1000): x = 1", ": more than"},
	{"x = [0 for a in range(1000) for b in range(1000) for c in range(1000)]", ":1: more than"},
	{"x = {a: {b: 0 for b in range(10000)} for a in range(10000)}", ":1: more than"},
	{"x = sum(range(10**9))", ":1: more than"},
	{"x = sorted(list(range(10**8)))", ":1: more than"},
	// What grows.
	{"x = 'a' * 10**10", ":1: strings of more than"},
	{"x = 'a' * 10**18", ":1: strings of more than"},
	{"x = [0] * 10**10", ":1: more than"},
	{"x = [[0] * 1000] * 1000 * 1000", ":1: more than"},
	{"x = (0,) * 9223372036854775807", ":1: more than"},
	{"x = 'ab'\n" + strings.Repeat("x = x + x\n", 60), ": strings of more than"},
	{"x = [1]\n" + strings.Repeat("x = x + x\n", 60), ": more than"},
	{"x = [1]\n" + strings.Repeat("x += x\n", 60), ": more than"},
	{"x = [1]\n" + strings.Repeat("x.extend(x)\n", 60), ": more than"},
	{"x = 'ab'\n" + strings.Repeat("x = x.replace('a', 'aaaa')\n", 60), ": strings of more than"},
	{"x = 'ab'\n" + strings.Repeat("x = f'{x}{x}'\n", 60), ": strings of more than"},
	{"x = 'ab'\n" + strings.Repeat("x = '%s%s' % (x, x)\n", 60), ": strings of more than"},
	{"x = 'ab'\n" + strings.Repeat("x = '{0}{0}'.format(x)\n", 60), ": strings of more than"},
	{"x = ','.join(['a' * 100000] * 100000)", ":1: "},
	{"x = 'a' * 10**6\ny = ('%s' * 1000) % ((x,) * 1000)", ":2: strings of more than"},
	// What looks at a long string over and over.
	{"x = 'a' * 3000000\nfor i in range(10000): y = len(x)", ":2: more than"},
	{"x = 'a' * 3000000\nfor i in range(10000): y = 'ab' in x", ":2: more than"},
	{"x = 'a' * 3000000\nfor i in range(10000): y = x.replace('b', 'c')", ":2: "},
	{"x = 'a' * 3000000\nd = dict()\nfor i in range(10000): d[(x, x, x)] = 1", ":3: more than"},
	{"x = 'a' * 3000000\ny = 'a' * 3000000\nz = [x, y] * 10000\nz = sorted(z)", ":4: more than"},
	{"x = 'a' * 3000000\ny = 'a' * 3000000\nz = [x] * 10000 == [y] * 10000", ":3: more than"},
	{"x = dict(a=1)\n" + strings.Repeat("x = dict(a=x, b=x)\n", 60) + "import copy\ny = copy.deepcopy(x)", ": more than"},
	{"x = [1]\n" + strings.Repeat("x = [x, x]\n", 60) + "y = [1]\n" + strings.Repeat("y = [y, y]\n", 60) + "z = x == y", ": more than"},
	{"x = 2 ** 10000", ":1: a whole number of more than"},
	{"x = 9" + strings.Repeat(" ** 9", 20), ":1: a whole number of more than"},
	{"x = 9999999999999999999999", ":1: a whole number of more than"},
	{"x = 9223372036854775807 * 2", ":1: a whole number of more than"},
	{"x = 1 / 0", ":1: a division by 0"},
	{"x = 5 // 0", ":1: a division by 0"},
	{"x = 5 % 0", ":1: a division by 0"},
	{"x = list(enumerate([1], 'a'))", ":1: enumerate from 'a'"},
	// What is deep.
	{"x = " + strings.Repeat("[", 100_000), ":1: brackets nested"},
	{"x = " + strings.Repeat("(", 1000) + strings.Repeat(")", 1000), ":1: brackets nested"},
	{"x = " + strings.Repeat("-", 100_000) + "1", ":1: more than"},
	{"x = " + strings.Repeat("not ", 100_000) + "1", ":1: more than"},
	{"x = 1" + strings.Repeat(" + 1", 100_000), ":1: nested more than"},
	{"x = 1" + strings.Repeat(" if 1 else 1", 10_000), ":1: more than"},
	{"x = 2" + strings.Repeat(" ** 1", 50_000), ":1: nested more than"},
	{"x = dict()\nx = x" + strings.Repeat(".a", 100_000), ":2: nested more than"},
	{"x = [1]" + strings.Repeat("[0]", 100_000), ":1: nested more than"},
	{"if 0: x = 1\n" + strings.Repeat("elif 0: x = 1\n", 50_000), ": "},
	// What is broken.
	{"x = 'no end", ":1: a string that does not end"},
	{"x = '''no end\n\n", ":1: a string that does not end"},
	{"x = 1 +", ": this is not read"},
	{"x = (1, 2", ": this is not read"},
	{"\x00\x01\x02", ":1: the control character"},
	{"\x89PNG\r\n\x1a\n", ":1: byte 0x89 is not UTF-8"},
	{"PK\x03\x04", ":1: the control character"},
	{"\x7fELF", ":1: the control character"},
	{"x = 1 \\ 2", ":1: a backslash"},
	{"ы = 1", ":1: the character"},
	{"x: int = 3", ":1: this is not read"},
	{"", "there is no dict named model"},
	{"model = 3", "there is no dict named model"},
	{"model = dict()", ":1: model has none of"},
	{"_base_ = 3", ":1: _base_ is"},
	{"_base_ = [3]", ":1: _base_ names 3"},
	{"_base_ = 'http://example.com/x.py'", ":1: base 'http://example.com/x.py': nothing is fetched"},
	{"_base_ = '/etc/passwd'", ":1: base '/etc/passwd': expected a path relative"},
	{"_base_ = '~/x.py'", ":1: base '~/x.py': expected a path relative"},
	{"_base_ = 'config.py'", "is its own base"},
	{"_base_ = './missing.py'", ": no such file"},
	{"_base_ = './secret.txt'", ": expected a file in .py"},
	{"_base_ = '.'", ": expected a file in .py"},
	{"_base_ = 'evil::x.py'", ":1: base evil::x.py is a file of the package"},
	{"_base_ = 'evil::../../x.py'", ":1: base evil::../../x.py: expected PACKAGE::PATH"},
	{"from .config import *", ":1: from .config import *"},
	{"with read_base():\n    from .config import *", "is its own base"},
	{"with read_base():\n    from nowhere.at.all import *", ":2: from nowhere.at.all import: no file"},
	{"with read_base():\n    from .missing import model", ": no such file"},
	{"_base_ = 'x.py'\nwith read_base():\n    from .y import *", ": "},
}

var hostileYAML = []struct{ source, says string }{
	{"a: &a [1,1]\nb: &b [*a,*a]\nMODEL: {x: *b}", "anchors"},
	{"MODEL: &x\n  y: *x", "anchors"},
	{"MODEL:\n  X: !!python/object/apply:os.system ['touch ran']", "the tag !!python/object/apply:os.system is not read"},
	{"MODEL:\n  X: !!python/object/apply:eval [\"__import__('os').system('touch ran')\"]", "__import__"},
	{"MODEL:\n  X: !!python/object/apply:eval [\"open('ran', 'w')\"]", "open is not defined"},
	{"MODEL:\n  X: !!python/object/apply:eval [\"[0] * 10**10\"]", "more than"},
	{"MODEL:\n  X: !!python/name:os.system", "is not read"},
	{"MODEL: " + strings.Repeat("[", 10_000), "nested"},
	{"MODEL: {" + strings.Repeat("a: {", 1000), "nested"},
	{"_BASE_: /etc/passwd", "expected a path relative"},
	{"_BASE_: config.yaml", "is its own base"},
	{"_BASE_: https://example.com/x.yaml", "nothing is fetched"},
	{"_BASE_: x.txt", "expected a file in .yaml"},
	{"_BASE_: 3", "_BASE_ names 3"},
	{"MODEL: {META_ARCHITECTURE: [1]}", "expected a name"},
	{"MODEL: {META_ARCHITECTURE: RetinaNet, RETINANET: {IOU_THRESHOLDS: '(__import__(\"os\"),)'}}", "expected a list of numbers"},
	{"MODEL: {RPN: {BATCH_SIZE_PER_IMAGE: many}}", "expected a number"},
	{"MODEL: {RPN: {BATCH_SIZE_PER_IMAGE: -1}}", "num is -1"},
	{"MODEL: 3\nMODEL: 4", "given twice"},
	{"\x00", "control character"},
	{"- 1\n- 2", "expected keys"},
	{strings.Repeat("a", 2<<20), "bytes"},
	{strings.Repeat("a: 1\n", 50_000), ""},
}

// refused asserts that reading a file fails with a place and a reason, within
// bounds of time and memory, and leaves nothing behind.
func refused(t *testing.T, dir, name, says string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, err := Import(filepath.Join(dir, name), Options{})
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if assert.Error(t, err, says) {
		assert.Contains(t, err.Error(), says)
		assert.Contains(t, err.Error(), dir, "a place")
		assert.Less(t, len(err.Error()), 5000)
	}
	assert.Less(t, took, 20*time.Second, says) // a second at most where nothing else runs
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<30), says)
	_, missing := os.Stat(filepath.Join(dir, "ran"))
	assert.True(t, os.IsNotExist(missing), says)
}

func TestHostileConfigurationsAreRefusedAndNothingRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600))
	for i, h := range hostilePython {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "config.py"), []byte(h.source), 0o600))
		t.Run(fmt.Sprint("python ", i), func(t *testing.T) { refused(t, dir, "config.py", h.says) })
	}
	for i, h := range hostileYAML {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(h.source), 0o600))
		t.Run(fmt.Sprint("yaml ", i), func(t *testing.T) { refused(t, dir, "config.yaml", h.says) })
	}
	assert.Greater(t, len(hostilePython)+len(hostileYAML), 100)
}
