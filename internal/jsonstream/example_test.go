package jsonstream_test

import (
	"fmt"
	"strings"

	"detsample/internal/jsonstream"
)

func ExampleReader() {
	d := jsonstream.New(strings.NewReader(`{"skipped": [[{}]], "scores": [0.5, "x", 1]}`))
	err := d.Object(func(key []byte) error {
		if string(key) != "scores" {
			return d.Skip()
		}
		return d.Array(func() error {
			v, err := d.Float64()
			if err == nil {
				fmt.Println(v)
			}
			return err
		})
	})
	fmt.Println(err, jsonstream.IsType(err))
	// Output:
	// 0.5
	// 1
	// want a number, got string true
}
