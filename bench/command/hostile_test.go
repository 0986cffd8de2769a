package command

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostileLimit is a generous multiple of what any of the inputs takes, which is
// milliseconds on an idle machine.
const hostileLimit = 20 * time.Second

var programText = regexp.MustCompile(`panic|goroutine|runtime error|\.go:\d|0xc0|%!|<nil>|interface \{\}|reflect`)

// refused runs a command on a hostile input and asserts that it ends in time
// with status 1 and messages that a person can use: at most a few lines, short
// ones, without control characters, of which one names the input.
func refused(t *testing.T, names string, args ...string) {
	t.Helper()
	done := make(chan outcome, 1)
	go func() { done <- detsample(args...) }()
	var got outcome
	select {
	case got = <-done:
	case <-time.After(hostileLimit):
		t.Fatalf("%.200q is not done within %v", args, hostileLimit)
	}
	assert.Equal(t, statusFailure, got.status, "%.200q: %s", args, got.stderr)
	assert.Contains(t, got.stderr, names, "%.200q", args[0])
	assert.NotRegexp(t, programText, strings.ReplaceAll(got.stderr, filepath.Dir(names), ""))
	lines := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
	assert.LessOrEqual(t, len(lines), 12, got.stderr)
	for _, line := range lines {
		assert.NotEmpty(t, strings.TrimSpace(line), got.stderr)
		assert.LessOrEqual(t, len(line), 1500, "%.3000s", line)
	}
	for _, r := range got.stdout + got.stderr {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			t.Errorf("%.200q: a raw %U in %.500q", args, r, got.stdout+got.stderr)
			break
		}
	}
}

// commandsOf lists, for a kind of input, the command lines that read it.
func commandsOf(t *testing.T) map[string]func(path string) [][]string {
	gt, good := file(t, "gt.json", catsAndDogs), file(t, "good.yaml", tiny)
	dump := file(t, "dump.npz", zipOf(t, map[string]string{"logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02"), "labels.npy": npyOf("|i1", "(1, 2)", "\x00\xff")}))
	require.Zero(t, detsample("replay", dump).status)
	out := func() string { return filepath.Join(t.TempDir(), "out") }
	return map[string]func(string) [][]string{
		"configuration": func(p string) [][]string {
			return [][]string{{"check", p}, {"compare", "--config", p, "--out", out()}, {"inspect", gt, "--config", p}, {"replay", dump, "--config", p}, {"scenes", "--config", p, "--out", out()}}
		},
		"annotations": func(p string) [][]string {
			return [][]string{{"inspect", p}, {"eval", "--gt", p, "--dt", file(t, "dt.json", "[]")}, {"convert", p, "--to", "yolo", "--out", out()}, {"compare", "--config", good, "--data", p, "--out", out()}}
		},
		"detections": func(p string) [][]string { return [][]string{{"eval", "--gt", gt, "--dt", p}} },
		"dump":       func(p string) [][]string { return [][]string{{"replay", p}} },
		"part":       func(p string) [][]string { return [][]string{{"merge", p, "--out", out()}, {"plan", p}} },
	}
}

func zipOf(t *testing.T, entries map[string]string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range entries {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

func npyOf(descr, shape, data string) string {
	return npyHeader(fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)) + data
}

func npyHeader(header string) string {
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(header)))) + header
}

func safetensorsOf(header, data string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + data
}

// pngClaiming is a PNG whose header claims a size and that holds no pixels.
func pngClaiming(width, height uint32) string {
	chunk := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), width), height)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	b := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), uint32(len(chunk)-4))
	b = append(b, chunk...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk)))
}

// noText is what is no text of any format, or far too much of it.
var noText = map[string]string{
	"empty": "", "zeros": strings.Repeat("\x00", 5000), "noise": "\x8f\x01\xfe\xc0\x00\x1b[2J\x07", "UTF-16 cut off": "\xff\xfe{", "UTF-32": "\xff\xfe\x00\x00{\x00\x00\x00",
	"Latin-1": "name: caf\xe9\n", "a byte order mark": "\ufeff", "brackets": strings.Repeat("[", 100_000), "braces": strings.Repeat(`{"a":`, 100_000),
	"dashes": strings.Repeat("- ", 100_000), "quotes": strings.Repeat(`"`, 100_000), "a line": strings.Repeat("x", 1<<20), "control characters": "\x1b]0;owned\x07: \x1b[31m",
	"a gzip": "\x1f\x8b\x08\x00\x00\x00\x00\x00", "an ELF": "\x7fELF\x02\x01\x01", "an RTF": "{\\rtf1 hello}", "a page": "<html><script>alert(1)</script></html>",
	"a number": "1e999", "null": "null", "a text": `"\u001b[31m<script>"`, "line feeds": strings.Repeat("\n", 100_000), "a right-to-left name": "\u202egnp.exe: 1",
}

// hostileTexts are inputs by kind and by what is wrong with them; each is the
// content of one file.
func hostileTexts(t *testing.T) map[string]map[string]string {
	long := strings.Repeat("n", 1<<17)
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	coco := func(images, annotations, categories string) string {
		return fmt.Sprintf(`{"images": %s, "annotations": %s, "categories": %s}`, images, annotations, categories)
	}
	image, category := `[{"id": 1, "file_name": "a.jpg", "width": 100, "height": 100}]`, `[{"id": 3, "name": "cat"}]`
	found := func(fields string) string { return "[{" + fields + "}]" }
	all := map[string]map[string]string{
		"configuration": {
			"strategies cut off": tiny[:len(tiny)-40] + "{", "an unknown key": "nme: x\ndense: {}\n", "an unknown key with ESC": "name: x\n\"\\e[31m<script>\": 1\n", "duplicate keys": "name: a\nname: b\ndense: {}\n",
			"a list": "- a\n- b\n", "two documents": "name: a\ndense: {}\n---\nname: b\n", "an alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nname: *b\n", "an alias of itself": "name: &a [*a]\n", "a merge key": "name: a\n<<: {dense: {}}\n",
			"a tag": "name: !!python/object:os.system x\n", "a tab": "name: a\n\tdense: {}\n", "a wrong type": "name: [a]\ndense: 3\n", "a huge number": "name: a\nlr: 1" + strings.Repeat("0", 5000) + "\ndense: {}\n", "not a number": "name: a\nlr: .nan\ndense: {}\n",
			"infinity": "name: a\nlr: .inf\ndense: {}\n", "a long key": long + ": 1\n", "a long name": "name: " + long + "\ndense: {cls: nope}\n", "a long value": "name: a\ndense: {cls: " + long + "}\n", "nested lists": "name: a\ndense: " + deep("[", "]", 5000),
			"nested mappings": "name: a\ndense: " + deep("{a: ", "}", 5000), "channels of a thousand million": strings.Replace(tiny, "channels: 4", "channels: 1000000000", 1),
			"scenes of a million pixels a side": strings.Replace(tiny, "size: 32", "size: 1000000", 1), "a million million scenes": strings.Replace(tiny, "train: 8", "train: 1000000000000", 1), "a negative size": strings.Replace(tiny, "size: 32", "size: -32", 1), "no strategies": "title: x\nstrategies: []\n",
			"one name twice": "strategies: [{name: a, dense: {}}, {name: a, dense: {}}]\n", "a name of ESC": "strategies: [{name: \"\\e[2J\", dense: {}}, {name: \"\\e[2J\", dense: {}}]\n", "a directive": "%YAML 1.2\n---\nname: a\n", "many keys": "name: a\n" + strings.Repeat("k: 1\n", 30_000), "anchors in a line": strings.Repeat("&a ", 20_000),
			"question marks": strings.Repeat("? ", 20_000), "a literal that does not end": "name: |\n" + strings.Repeat(" x\n", 50_000), "a comment that does not end": "#" + long,
		},
		"annotations": {
			"cut off": catsAndDogs[:150], "a list of detections": "[" + result(1, 3, 1, 1, 2, 2, 1) + "]", "an empty object": "{}", "images as a number": coco("7", "[]", category), "images as an object": coco("{}", "[]", category), "no categories": coco(image, "[]", "[]"),
			"an image twice": coco(`[{"id": 1}, {"id": 1}]`, "[]", category), "ids as texts": coco(`[{"id": "one"}]`, "[]", category), "an id beyond 64 bits": coco(`[{"id": 99999999999999999999999}]`, "[]", category), "a category twice": coco(image, "[]", `[{"id": 3, "name": "a"}, {"id": 3, "name": "b"}]`),
			"a category twice with ESC": coco(image, "[]", `[{"id": 3, "name": "\u001b[31m<script>"}, {"id": 3, "name": "\u001b[2J"}]`), "nested": deep("[", "]", 5000), "nested where it is skipped": `{"info": ` + deep("[", "]", 5000) + `}`, "a long text": `{"info": "` + strings.Repeat("x", 2<<20) + `", "images": "` + strings.Repeat("x", 2<<20) + `"}`,
			"a text with a raw line feed": "{\"images\": \"a\nb\"}", "a lone surrogate": `{"images": [{"id": 1, "file_name": "\ud800"}], "categories": [`, "two documents": catsAndDogs + catsAndDogs, "text behind": catsAndDogs + "x", "a comma too many": `{"images": [1,],}`, "single quotes": "{'images': []}", "JSON lines": "{\"images\": []}\n{\"annotations\": []}\n",
			"keys twice": `{"images": [{"id": 1}], "images": [{"id": 1}], "annotations": [], "categories": []}`, "images that are numbers": coco("[1, 2, 3]", "[]", category), "UTF-16 of nothing": "\xff\xfe\xff\xfe",
		},
		"detections": {
			"cut off": "[" + result(1, 3, 1, 1, 2, 2, 1), "an object": catsAndDogs, "a list of numbers": "[1, 2]", "a list of null": "[null]", "no score": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, 2, 2]`), "a score that is text": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, 2, 2], "score": "high"`),
			"a score of NaN": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, 2, 2], "score": NaN`), "a score beyond floats": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, 2, 2], "score": 1e999`), "a box of three": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, 2], "score": 1`),
			"a box of a thousand": found(`"image_id": 1, "category_id": 3, "bbox": [` + strings.Repeat("1,", 1000) + `1], "score": 1`), "a box of Infinity": found(`"image_id": 1, "category_id": 3, "bbox": [1, 1, Infinity, 2], "score": 1`), "a box of text": found(`"image_id": 1, "category_id": 3, "bbox": "1 1 2 2", "score": 1`),
			"another image": "[" + result(77, 3, 1, 1, 2, 2, 1) + "]", "another class": "[" + result(1, 77, 1, 1, 2, 2, 1) + "]", "an image that is text": found(`"image_id": "\u001b[31m<script>", "category_id": 3, "bbox": [1, 1, 2, 2], "score": 1`), "an image beyond 64 bits": found(`"image_id": 1e30, "category_id": 3, "bbox": [1, 1, 2, 2], "score": 1`),
			"half an image": found(`"image_id": 1.5, "category_id": 3, "bbox": [1, 1, 2, 2], "score": 1`), "text behind": "[]x", "JSON lines": result(1, 3, 1, 1, 2, 2, 1) + "\n" + result(1, 3, 1, 1, 2, 2, 1), "nested": "[" + deep(`{"a":`, "}", 5000) + "]",
		},
		"dump": {
			"a zip of nothing": zipOf(t, nil), "a zip cut off": zipOf(t, map[string]string{"logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02")})[:60], "a zip without its directory": "PK\x03\x04" + strings.Repeat("\x00", 50), "a zip of text": zipOf(t, map[string]string{"logits.npy": "hello", "labels.npy": "x"}),
			"no labels": zipOf(t, map[string]string{"logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02")}), "a name of ESC": zipOf(t, map[string]string{"\x1b[2J<script>.npy": "x"}), "names that lead out": zipOf(t, map[string]string{"../../etc/logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02")}),
			"a long name": zipOf(t, map[string]string{strings.Repeat("n", 60_000) + ".npy": "x"}), "a shape beyond memory": zipOf(t, map[string]string{"logits.npy": npyOf("<f4", "(4294967296, 4294967296)", "abcd"), "labels.npy": npyOf("|i1", "(1, 2)", "\x00\xff")}),
			"objects of pickle": zipOf(t, map[string]string{"logits.npy": npyOf("|O", "(2, 1)", "cos\nsystem\n"), "labels.npy": npyOf("|i1", "(1, 2)", "\x00\xff")}), "a header without an end": zipOf(t, map[string]string{"logits.npy": npyHeader("{'descr': '<f4'"), "labels.npy": "x"}), "a header of ESC": zipOf(t, map[string]string{"logits.npy": npyHeader("{'\x1b[2J': '\x1b]0;x\x07'}"), "labels.npy": "x"}),
			"shapes that disagree": zipOf(t, map[string]string{"logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02"), "labels.npy": npyOf("|i1", "(1, 7)", "\x00\xff\x00\x00\x00\x00\x00")}), "labels of floats": zipOf(t, map[string]string{"logits.npy": npyOf("|u1", "(2, 1)", "\x01\x02"), "labels.npy": npyOf("<f4", "(1, 2)", "\x00\x00\xc0\x7f\x00\x00\x80\x7f")}),
			"a lone npy": npyOf("<f4", "(1,)", "abcd"), "an npy cut off": "\x93NUMPY\x01", "an npy of version 9": "\x93NUMPY\x09\x00\x00\x00\x00\x00", "a header of four thousand million": "\x93NUMPY\x02\x00\xff\xff\xff\xff{",
		},
		"dump.safetensors": {
			"empty": "", "cut off": "\x10\x00", "a header beyond the file": safetensorsOf("{}", "")[:8], "a header of all memory": "\xff\xff\xff\xff\xff\xff\xff\x7f{", "no JSON": safetensorsOf("hello", ""), "a list": safetensorsOf("[]", ""), "nested": safetensorsOf(`{"a":`+deep("[", "]", 20_000)+`}`, ""),
			"offsets beyond the file": safetensorsOf(`{"logits":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4000000000]}}`, "abcd"), "offsets backwards": safetensorsOf(`{"logits":{"dtype":"F32","shape":[1,1],"data_offsets":[4,0]}}`, "abcd"), "a type that is none": safetensorsOf(`{"logits":{"dtype":"\u001b[31m","shape":[1,1],"data_offsets":[0,4]}}`, "abcd"),
			"a negative shape": safetensorsOf(`{"logits":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, "abcd"), "a shape that overflows": safetensorsOf(`{"logits":{"dtype":"F32","shape":[9223372036854775807,3],"data_offsets":[0,4]}}`, "abcd"), "names twice": safetensorsOf(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, "x"),
			"a name of ESC": safetensorsOf(`{"\u001b[2J<script>":{"dtype":"U8","shape":[7],"data_offsets":[0,1]}}`, "x"), "metadata of numbers": safetensorsOf(`{"__metadata__":{"a":1}}`, ""),
		},
	}
	for kind, texts := range all {
		for name, text := range noText {
			if _, given := texts[name]; !given {
				texts[name] = text
			}
		}
		if kind == "annotations" {
			delete(texts, "null")
			texts["null for everything"] = "null"
		}
	}
	return all
}

// evaluated are annotations that inspect and compare find nothing in to learn
// from, and that a detector without detections can be evaluated on.
var evaluated = map[string]bool{"no categories": true, "an image twice": true, "a category twice": true, "a category twice with ESC": true, "keys twice": true}

func TestHostileFilesAreRefusedByName(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	commands, inputs := commandsOf(t), 0
	extension := map[string]string{"configuration": ".yaml", "annotations": ".json", "detections": ".json", "dump": ".npz", "dump.safetensors": ".safetensors"}
	for kind, texts := range hostileTexts(t) {
		inputs += len(texts)
		base, _, _ := strings.Cut(kind, ".")
		for name, text := range texts {
			t.Run(kind+": "+name, func(t *testing.T) {
				t.Parallel()
				path := file(t, "hostile"+extension[kind], text)
				for _, args := range commands[base](path) {
					if args[0] == "eval" && evaluated[name] {
						continue
					}
					refused(t, "hostile"+extension[kind], args...)
				}
			})
		}
	}
	assert.GreaterOrEqual(t, inputs, 150)
}

// TestWhatIsInAFilesPlaceIsRefusedByName puts what is no file where each
// command wants one.
func TestWhatIsInAFilesPlaceIsRefusedByName(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	places := map[string]func(path string) error{
		"nothing":           func(string) error { return nil },
		"an empty folder":   func(p string) error { return os.Mkdir(p, 0o777) },
		"a pipe":            makePipe,
		"a link to it":      func(p string) error { return os.Symlink(filepath.Base(p), p) },
		"a link to nowhere": func(p string) error { return os.Symlink("nowhere\x1b[31m", p) },
		"links in a circle": func(p string) error {
			return errorsOf(os.Symlink(filepath.Base(p)+"-2", p), os.Symlink(filepath.Base(p), p+"-2"))
		},
		"a link to a device":   func(p string) error { return os.Symlink("/dev/zero", p) },
		"a link to a pipe":     func(p string) error { return errorsOf(makePipe(p+"-2"), os.Symlink(p+"-2", p)) },
		"a folder in a circle": func(p string) error { return errorsOf(os.Mkdir(p, 0o777), os.Symlink(".", filepath.Join(p, "again"))) },
		"a folder of pipes": func(p string) error {
			return errorsOf(os.Mkdir(p, 0o777), makePipe(filepath.Join(p, "a.json")), makePipe(filepath.Join(p, "logits.npy")), makePipe(filepath.Join(p, "runs.journal")))
		},
		"a folder of folders": func(p string) error {
			return errorsOf(os.MkdirAll(filepath.Join(p, "a.json"), 0o777), os.MkdirAll(filepath.Join(p, "logits.npy"), 0o777), os.MkdirAll(filepath.Join(p, "runs.journal"), 0o777))
		},
		"a folder of empty ones": func(p string) error {
			return errorsOf(os.Mkdir(p, 0o777), os.WriteFile(filepath.Join(p, "a.json"), nil, 0o666), os.WriteFile(filepath.Join(p, "logits.npy"), nil, 0o666), os.WriteFile(filepath.Join(p, "runs.journal"), nil, 0o666))
		},
		"a folder of noise": func(p string) error {
			return errorsOf(os.Mkdir(p, 0o777), os.WriteFile(filepath.Join(p, "\x1b[2J<script>.json"), []byte("\x1b"), 0o666), os.WriteFile(filepath.Join(p, "logits.npy"), []byte("\x1b[2J"), 0o666), os.WriteFile(filepath.Join(p, "runs.journal"), []byte(strings.Repeat("\x1b[2J\x00\n", 1000)), 0o666))
		},
		"a folder of links out": func(p string) error {
			return errorsOf(os.Mkdir(p, 0o777), os.Symlink("/etc/passwd", filepath.Join(p, "a.json")), os.Symlink("/etc/passwd", filepath.Join(p, "logits.npy")), os.Symlink("/etc/passwd", filepath.Join(p, "runs.journal")))
		},
	}
	for kind, lines := range commandsOf(t) {
		for name, put := range places {
			t.Run(kind+": "+name, func(t *testing.T) {
				t.Parallel()
				for i := range lines("") {
					path := filepath.Join(t.TempDir(), "hostile")
					require.NoError(t, put(path))
					refused(t, "hostile", lines(path)[i]...)
				}
			})
		}
		t.Run(kind+": a name that is too long", func(t *testing.T) {
			t.Parallel()
			for _, args := range lines(filepath.Join(t.TempDir(), "hostile"+strings.Repeat("x", 300))) {
				refused(t, "hostile", args...)
			}
		})
		t.Run(kind+": a name of ESC", func(t *testing.T) {
			t.Parallel()
			for _, args := range lines(filepath.Join(t.TempDir(), "hostile\x1b[2J<script>\n")) {
				refused(t, `hostile\u001b[2J<script>\n`, args...)
			}
		})
	}
}

func errorsOf(errs ...error) error {
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

// TestHostileFoldersAreRefusedByName has sets whose every file is hostile.
func TestHostileFoldersAreRefusedByName(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	lines := commandsOf(t)["annotations"]
	spoilt := func(files tree, names string, content string) tree {
		all := tree{}
		for name, was := range files {
			if all[name] = was; strings.Contains(name, names) {
				all[name] = content
			}
		}
		return all
	}
	sets := map[string]tree{}
	for name, text := range noText {
		sets["VOC of "+name] = spoilt(vocTree(), "Annotations/", text)
	}
	for name, text := range map[string]string{
		"cut off": dog[:60], "no objects' end": "<annotation>" + strings.Repeat("<object>", 1000), "nested": strings.Repeat("<annotation>", 100_000), "another root": "<svg onload='alert(1)'/>", "an entity": "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><annotation>&e;</annotation>",
		"an entity bomb": "<!DOCTYPE a [<!ENTITY a 'xxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;'>]><annotation>&b;</annotation>", "an encoding that is none": "<?xml version='1.0' encoding='\x1b[31m'?><annotation/>", "a long encoding": "<?xml version='1.0' encoding='" + strings.Repeat("e", 100_000) + "'?><annotation/>", "a long element": "<" + strings.Repeat("e", 1<<20) + "/>",
	} {
		sets["VOC, "+name] = spoilt(vocTree(), "Annotations/", text)
	}
	for name, text := range map[string]string{
		"empty": "", "text": "no image \x1b[2J", "60000 pixels a side, without any": pngClaiming(60_000, 60_000), "two thousand million pixels a side": pngClaiming(1<<31-1, 1<<31-1), "no pixels a side": pngClaiming(0, 0), "a page": "<script>", "cut off": picture[:20],
		"a TIFF of a loop": "II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", "a GIF of 65535 a side": "GIF89a\xff\xff\xff\xff\x00\x00\x00", "a BMP of a negative size": "BM" + strings.Repeat("\xff", 60), "a WebP of nothing": "RIFF\xff\xff\xff\xffWEBPVP8L\xff\xff\xff\xff/\xff\xff\xff\xff", "a JPEG of nothing": "\xff\xd8\xff\xe0\x00\x02\xff\xda",
	} {
		sets["YOLO, images of "+name] = spoilt(yoloTree(), "images/", text)
	}
	for name, files := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := files.write(t)
			for _, args := range lines(set) {
				if strings.Contains(name, "without any") || strings.Contains(name, "65535") || strings.Contains(name, "thousand million") {
					if args[0] != "compare" { // which alone decodes pixels
						continue
					}
				}
				refused(t, filepath.Base(set), args...)
			}
		})
	}
}

func makePipe(path string) error { return syscall.Mkfifo(path, 0o666) }
