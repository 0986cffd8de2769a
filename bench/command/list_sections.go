package command

import (
	"reflect"
	"slices"

	"detsample/bench/catalogue"
	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/registry"
)

// sections are those of a comparison's file, with what they are where it does not
// mention them.
func sections() []catalogue.Entry { return append(settingSections(), strategySections()...) }

// settingSections are those that the strategies share, and first what stands
// beside them.
func settingSections() []catalogue.Entry {
	all := config.Default()
	list := []catalogue.Entry{{Name: "comparison", Meaning: "what stands beside the sections"}}
	written := catalogue.Params(all)
	for _, p := range registry.Params(all) {
		section := p.Default
		switch {
		case p.Key == "strategies":
			continue
		case p.Key == "trainer": // none by default
			section = config.Program{}
		case p.Type.Kind() != reflect.Struct || registry.IsScalar(p.Type):
			list[0].Params = append(list[0].Params, settingOf(written, p.Key))
			continue
		}
		list = append(list, catalogue.Entry{Name: p.Key, Meaning: p.Doc, Params: catalogue.Params(section)})
	}
	return list
}

// strategySections are an element of strategies, and its stages.
func strategySections() []catalogue.Entry {
	one := new(strategy.Strategy)
	one.SetDefaults()
	list := []catalogue.Entry{{Name: "strategies", Meaning: "a list of one or more, each with a dense stage, or with rpn and roi"}}
	written := catalogue.Params(one)
	for _, p := range registry.Params(one) {
		if p.Type.Kind() != reflect.Pointer {
			list[0].Params = append(list[0].Params, settingOf(written, p.Key))
			continue
		}
		stage := reflect.New(p.Type.Elem()).Interface().(interface{ SetDefaults() })
		stage.SetDefaults()
		list = append(list, catalogue.Entry{Name: p.Key, Meaning: p.Doc, Params: catalogue.Params(stage)})
	}
	return list
}

// settingOf returns the setting with a key, which is one of them.
func settingOf(settings []catalogue.Param, key string) catalogue.Param {
	return settings[slices.IndexFunc(settings, func(p catalogue.Param) bool { return p.Key == key })]
}
