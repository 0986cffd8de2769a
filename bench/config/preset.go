package config

import (
	"embed"
	"path"
	"strings"

	"detsample/internal/registry"
)

//go:embed presets/*.yaml
var presets embed.FS

// Presets returns the names of the comparisons that come with detsample.
func Presets() []string {
	files, err := presets.ReadDir("presets")
	if err != nil {
		panic(err) // the folder is embedded
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(f.Name(), ".yaml")
	}
	return names
}

// PresetYAML returns a preset as it is written, comments and all, to start a
// configuration from.
func PresetYAML(name string) ([]byte, error) {
	data, err := presets.ReadFile(path.Join("presets", name+".yaml"))
	if err != nil {
		return nil, registry.Unknown("preset", name, Presets())
	}
	return data, nil
}

// Preset returns a comparison that comes with detsample.
func Preset(name string) (*Config, error) {
	data, err := PresetYAML(name)
	if err != nil {
		return nil, err
	}
	return Parse("preset "+name, data)
}
