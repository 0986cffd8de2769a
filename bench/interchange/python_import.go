package interchange

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// with reads "with read_base():", the only context that a configuration has.
func (r *rewriter) with(indent int) error {
	head := readBase.FindString(r.src[r.pos:])
	if head == "" {
		return refuse(r.here(), "a with statement other than with read_base(): nothing is run")
	}
	r.block = indent
	r.pos += len(head)
	return nil
}

var readBase = regexp.MustCompile(`^with[ \t]+read_base[ \t]*\([ \t]*\)[ \t]*:`)

// imports reads one import statement, and leaves its lines empty.
func (r *rewriter) imports(base bool) error {
	at := r.here()
	statement := r.logicalLine()
	words := importWord.FindAllString(statement, -1)
	next := func() string {
		if len(words) == 0 {
			return ""
		}
		w := words[0]
		words = words[1:]
		return w
	}
	wrong := refuse(at, "an import that is not read: expected from MODULE import NAME, ...")
	keyword := next()
	if keyword == "import" {
		if base {
			return refuse(at, "with read_base() holds something other than from ... import ...")
		}
		for {
			module := next()
			bound := strings.SplitN(module, ".", 2)[0]
			if err := importable(at, module); err != nil {
				return err
			}
			if len(words) > 0 && words[0] == "as" {
				next()
				bound = next()
			} else {
				module = bound
			}
			if !isName(bound) {
				return wrong
			}
			r.result.imports = append(r.result.imports, pythonImport{at: at, module: module, as: []string{bound}})
			if len(words) == 0 {
				return nil
			}
			if next() != "," {
				return wrong
			}
		}
	}
	imported := pythonImport{at: at, module: next(), base: base}
	for strings.Trim(imported.module, ".") == "" && len(words) > 0 && words[0] != "import" {
		imported.module += next() // dots apart from the name
	}
	if next() != "import" || imported.module == "" {
		return wrong
	}
	if !base {
		if err := importable(at, imported.module); err != nil {
			return err
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "(" || w == ")" })
	for len(words) > 0 {
		name := next()
		bound := name
		if len(words) > 0 && words[0] == "as" {
			next()
			bound = next()
		}
		if name != "*" && !isName(name) || bound != "*" && !isName(bound) {
			return wrong
		}
		imported.names, imported.as = append(imported.names, name), append(imported.as, bound)
		if len(words) > 0 && next() != "," {
			return wrong
		}
	}
	if len(imported.names) == 0 || imported.names[0] == "*" && !base {
		return refuse(at, "from %s import *: what it brings is not known; name what is used, or write it under with read_base():", imported.module)
	}
	r.result.imports = append(r.result.imports, imported)
	return nil
}

var (
	importWord = regexp.MustCompile(`\.*\w+(?:\.\w+)*|\.+|[^\s\w]`)
	nameOnly   = regexp.MustCompile(`^[A-Za-z_]\w*$`)
)

func isName(s string) bool { return nameOnly.MatchString(s) && !strings.HasPrefix(s, "__") }

// logicalLine takes the rest of a statement, without comments, and writes its
// line breaks.
func (r *rewriter) logicalLine() string {
	var text strings.Builder
	depth := 0
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		switch {
		case c == '#':
			r.skipComment()
			continue
		case c == '\\' && strings.HasPrefix(r.src[r.pos:], "\\\n"):
			r.pos++
			r.skipBreak()
			text.WriteByte(' ')
			continue
		case c == '\n' && depth > 0:
			r.skipBreak()
			text.WriteByte(' ')
			continue
		case c == '\n', c == ';' && depth == 0:
			return text.String()
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		text.WriteByte(c)
		r.pos++
	}
	return text.String()
}

func (r *rewriter) skipBreak() {
	r.pos++
	r.line++
	r.out.put('\n')
}

// importable refuses modules of Python's own that act on the machine. Of other
// modules the names alone are taken.
func importable(at place, module string) error {
	top := strings.SplitN(strings.TrimLeft(module, "."), ".", 2)[0]
	if strings.HasPrefix(module, ".") || !slices.Contains(acting, top) {
		return nil
	}
	return refuse(at, "imports %s, which acts on the machine: a configuration is read, nothing in it is run; write the value out", top)
}

// acting are Python's own modules that reach outside of a program, or run what
// they are given.
var acting = []string{
	"asyncio", "atexit", "base64", "binascii", "builtins", "bz2", "cgi", "code", "codecs", "codeop", "concurrent", "ctypes", "curses",
	"datetime", "dbm", "dis", "email", "faulthandler", "fcntl", "fileinput", "ftplib", "functools", "gc", "getpass", "glob", "gzip",
	"http", "imaplib", "imp", "importlib", "inspect", "io", "itertools", "json", "linecache", "locale", "logging", "lzma", "marshal",
	"mmap", "multiprocessing", "nturl2path", "operator", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pkgutil",
	"platform", "plistlib", "poplib", "posix", "posixpath", "profile", "pty", "pwd", "random", "re", "readline", "resource", "runpy",
	"sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtplib", "socket", "socketserver",
	"sqlite3", "ssl", "subprocess", "sys", "sysconfig", "syslog", "tarfile", "telnetlib", "tempfile", "termios", "threading", "time",
	"timeit", "tkinter", "trace", "traceback", "tty", "types", "urllib", "uuid", "venv", "warnings", "weakref", "webbrowser", "winreg",
	"xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "_io", "_posixsubprocess", "_thread", "nt", "ntpath",
}

var (
	// predefined is a template that mmengine fills in before it reads.
	predefined = regexp.MustCompile(`\{\{\s*(fileDirname|fileBasenameNoExtension|fileBasename|fileExtname)\s*\}\}`)
	// environment is the template of an environment variable with its default.
	environment = regexp.MustCompile(`\{\{['"]?\s*\$(\w+)\s*:\s*(\S*?)\s*['"]?\}\}`)
)

// substitute fills in the templates of file names, and those of environment
// variables by their defaults: what a file means does not depend on who reads it.
func substitute(file, src string) (string, error) {
	if !strings.Contains(src, "{{") {
		return src, nil
	}
	base := filepath.Base(file)
	extension := filepath.Ext(base)
	values := map[string]string{
		"fileDirname": filepath.ToSlash(filepath.Dir(file)), "fileBasename": base,
		"fileBasenameNoExtension": strings.TrimSuffix(base, extension), "fileExtname": extension,
	}
	var err error
	src = predefined.ReplaceAllStringFunc(src, func(found string) string {
		value := values[predefined.FindStringSubmatch(found)[1]]
		if strings.ContainsAny(value, "'\"\\\n#{}") {
			err = refuse(place{file: file}, "the name of this file has characters that %s cannot hold: rename it", found)
		}
		return value
	})
	if err != nil {
		return "", err
	}
	return environment.ReplaceAllString(src, "$2"), nil
}
