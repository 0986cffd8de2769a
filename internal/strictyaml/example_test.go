package strictyaml_test

import (
	"fmt"

	"detsample/internal/registry"
	"detsample/internal/strictyaml"
)

type sampler interface{ Needs() string }

type random struct {
	Num              int     `range:"[1,)"`
	PositiveFraction float64 `range:"[0,1]"`
}

func (random) Needs() string { return "nothing" }

func Example() {
	samplers := registry.New[sampler]("sampler")
	samplers.Register(registry.Entry[sampler]{
		Name: "random",
		New:  func() sampler { return random{Num: 256, PositiveFraction: 0.5} },
	})
	var types strictyaml.Types
	strictyaml.AddInterface(&types, samplers)

	config := struct{ Sampler sampler }{}
	err := strictyaml.Unmarshal("s.yaml", []byte("sampler:\n  type: random\n  num: -5\n  positive_fracton: 1\n"), &config, &types)
	fmt.Println(err)

	err = strictyaml.Unmarshal("s.yaml", []byte("sampler: random\n"), &config, &types)
	text, _ := strictyaml.Marshal(config, &types)
	fmt.Printf("%v\n%s", err, text)
	// Output:
	// s.yaml:3:8: num is -5: expected at least 1
	// s.yaml:4:3: unknown key "positive_fracton" in sampler random: expected one of num, positive_fraction; did you mean positive_fraction?
	// <nil>
	// sampler:
	//   type: random
	//   num: 256
	//   positive_fraction: 0.5
}
