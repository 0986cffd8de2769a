package interchange

import (
	"path/filepath"
	"slices"
	"strings"

	"detsample/internal/registry"
)

// Options say how a configuration is read.
type Options struct {
	From     string   // the library, one of [Libraries]; empty to tell it from the file
	Packages []string // folders that hold the packages which bases are named after
	Stage    int      // which stage of a cascade becomes the second stage, from 1; 0 is the first
	Limits   *Limits  // nil for those that any configuration keeps to
}

// Libraries returns the names of the libraries whose configurations are read;
// mmdetection has that of its package besides.
func Libraries() []string {
	return []string{"mmdetection", "mmdet", "detectron2", "torchvision", "ultralytics"}
}

// canonical returns the name of a library that is also known by its package's.
func canonical(library string) string {
	if library == "mmdet" {
		return "mmdetection"
	}
	return library
}

// Import reads a configuration of another library, with what it inherits, and
// returns the strategy that it says. The error has the place of what is wrong
// or not known: a component that detsample lacks is an error, a single field
// that it lacks is in [Imported.Fields].
func Import(path string, options Options) (Imported, error) {
	limits := defaultLimits
	if options.Limits != nil {
		limits = *options.Limits
	}
	if options.Stage == 0 {
		options.Stage = 1
	}
	options.From = canonical(options.From)
	if options.From != "" && !slices.Contains(Libraries(), options.From) {
		return Imported{}, refuse(place{file: path}, "%v", registry.Unknown("library", options.From, Libraries()))
	}
	r := &reader{files: files{limits: limits}, budget: budget{limits: limits}, packages: options.Packages}
	switch filepath.Ext(path) {
	case ".py":
		if options.From != "" && options.From != "mmdetection" {
			return Imported{}, refuse(place{file: path}, "a file in Python: expected YAML of %s", options.From)
		}
		root, err := r.python(path, place{})
		if err != nil {
			return Imported{}, err
		}
		return fromMMDetection(path, root, options)
	case ".yaml", ".yml", ".json":
		return r.fromYAMLFile(path, options)
	}
	return Imported{}, refuse(place{file: path}, "expected a file in .py, .yaml or .json")
}

// fromYAMLFile tells the library from a file's keys, unless it is given.
func (r *reader) fromYAMLFile(path string, options Options) (Imported, error) {
	from := options.From
	if from == "" {
		quiet := &reader{files: files{limits: r.files.limits}, budget: budget{limits: r.budget.limits}}
		root, err := quiet.yaml(path, place{})
		if err != nil {
			return Imported{}, err
		}
		switch {
		case root.dict.get("MODEL") != nil || root.dict.get("_BASE_") != nil || root.dict.get("SOLVER") != nil:
			from = "detectron2"
		case root.dict.get("model") != nil && root.dict.get("model").kind == mapping || root.dict.get(baseKey) != nil:
			from = "mmdetection"
		case root.dict.get("model") != nil && root.dict.get("model").kind == text && torchvisionName(root.dict.get("model").text):
			from = "torchvision"
		case root.dict.get("dfl") != nil, root.dict.get("task") != nil && root.dict.get("mode") != nil:
			from = "ultralytics"
		default:
			return Imported{}, refuse(place{file: path}, "it is not plain of which library this configuration is: say so by --from, one of %s", strings.Join(Libraries(), ", "))
		}
	}
	switch from {
	case "mmdetection":
		root, err := r.yamlBases(path, place{})
		if err != nil {
			return Imported{}, err
		}
		return fromMMDetection(path, root, options)
	case "detectron2":
		root, err := r.detectron2(path, place{})
		if err != nil {
			return Imported{}, err
		}
		return fromDetectron2(path, root, options)
	}
	root, err := r.yaml(path, place{})
	if err != nil {
		return Imported{}, err
	}
	if from == "torchvision" {
		return fromTorchvision(path, root, options)
	}
	return fromUltralytics(path, root, options)
}

// torchvisionName reports whether a model is called as torchvision's are.
func torchvisionName(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"fasterrcnn", "maskrcnn", "keypointrcnn", "retinanet", "fcos", "ssd"} {
		if strings.HasPrefix(name, prefix) && !strings.Contains(name, ".") {
			return true
		}
	}
	return false
}
