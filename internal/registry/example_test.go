package registry_test

import (
	"fmt"

	"detsample/internal/registry"
)

type topK struct {
	K int `range:"[1,)" doc:"candidates kept"`
}

func Example() {
	samplers := registry.New[any]("sampler")
	samplers.Register(registry.Entry[any]{
		Name:    "top_k",
		Meaning: "keeps the k hardest candidates",
		New:     func() any { return topK{K: 64} },
	})

	entry, _ := samplers.Lookup("top_k")
	for _, p := range registry.Params(entry.New()) {
		fmt.Println(p.Key, p.Type, p.Default, p.Range, p.Doc)
	}
	fmt.Println(registry.Check(topK{K: 0}))
	fmt.Println(registry.Nearest("topk", samplers.Names()))
	// Output:
	// k int 64 [1,) candidates kept
	// k is 0: expected at least 1
	// top_k
}
