package dump

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Archive is a file or folder of named tensors: a .npz, a .safetensors, a .npy
// or a folder of .npy. It is safe for concurrent use.
type Archive struct {
	Path string

	tensors  []*Tensor
	metadata map[string]string // of safetensors
	files    []io.Closer
}

// Open reads the headers of an archive and checks that what they announce is
// there. What a .npz holds compressed is inflated into memory, at most limit
// bytes of it (0: [DefaultLimit]); all else stays in the file.
func Open(path string, limit int64) (*Archive, error) {
	if limit == 0 {
		limit = DefaultLimit
	}
	a := &Archive{Path: path}
	if err := a.open(limit); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *Archive) open(limit int64) error {
	info, err := os.Stat(a.Path)
	if err != nil {
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: "give a .npz, a .safetensors or a folder of .npy"}
	}
	if info.IsDir() {
		return a.openFolder()
	}
	return a.openFile(a.Path, limit)
}

// cause returns what went wrong without the path, which a Problem names.
func cause(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// openFile adds the tensors of one file.
func (a *Archive) openFile(path string, limit int64) error {
	f, err := os.Open(path)
	if err != nil {
		return &Problem{File: path, Byte: -1, Detail: cause(err), Remedy: "make it readable"}
	}
	a.files = append(a.files, f)
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return &Problem{File: path, Byte: -1, Detail: "not a regular file", Remedy: "give a .npz, a .safetensors or a folder of .npy"}
	}
	return a.read(path, f, info.Size(), limit)
}

// read adds the tensors of a file's contents, which its first bytes tell.
func (a *Archive) read(path string, data io.ReaderAt, size, limit int64) error {
	magic := make([]byte, 6)
	n, _ := data.ReadAt(magic[:min(6, size)], 0)
	switch magic = magic[:n]; {
	case strings.HasPrefix(string(magic), "PK"):
		return a.readNPZ(path, data, size, limit)
	case string(magic) == npyMagic:
		name := strings.TrimSuffix(filepath.Base(path), ".npy")
		t, err := readNPY(path, name, data, size)
		if err != nil {
			return err
		}
		return a.add(path, t)
	case strings.HasSuffix(path, ".safetensors"):
		return a.readSafetensors(path, data, size)
	}
	return &Problem{File: path, Byte: 0, Detail: fmt.Sprintf("starts with %q: neither a .npz, a .npy nor named .safetensors", magic),
		Remedy: "write it with numpy.savez, numpy.save or safetensors"}
}

// openFolder adds every .npy of the folder, in the order of their names.
func (a *Archive) openFolder() error {
	entries, err := os.ReadDir(a.Path)
	if err != nil {
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: "make it readable"}
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".npy" {
			continue
		}
		if err := a.openFile(filepath.Join(a.Path, e.Name()), 0); err != nil {
			return err
		}
	}
	if len(a.tensors) == 0 {
		return &Problem{File: a.Path, Byte: -1, Detail: "holds no .npy", Remedy: "write one .npy for each tensor, or give a .npz or .safetensors"}
	}
	return nil
}

func (a *Archive) add(file string, t *Tensor) error {
	if _, taken := a.Tensor(t.Name); taken {
		return &Problem{File: file, Tensor: t.Name, Byte: t.start, Detail: "is there twice", Remedy: "write each tensor once"}
	}
	a.tensors = append(a.tensors, t)
	return nil
}

// Names returns the tensors' names, sorted.
func (a *Archive) Names() []string {
	var names []string
	for _, t := range a.tensors {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return names
}

// Tensor returns the tensor of a name.
func (a *Archive) Tensor(name string) (*Tensor, bool) {
	i := slices.IndexFunc(a.tensors, func(t *Tensor) bool { return t.Name == name })
	if i < 0 {
		return nil, false
	}
	return a.tensors[i], true
}

// Attribute returns a text of the archive: an entry of safetensors' metadata,
// or a text tensor. It is empty if there is none.
func (a *Archive) Attribute(name string) (string, error) {
	if s, ok := a.metadata[name]; ok {
		return s, nil
	}
	if t, ok := a.Tensor(name); ok {
		return t.Text()
	}
	return "", nil
}

// Close closes the files. Tensors cannot be read any more.
func (a *Archive) Close() error {
	var errs []error
	for _, f := range a.files {
		errs = append(errs, f.Close())
	}
	a.files = nil
	return errors.Join(errs...)
}
