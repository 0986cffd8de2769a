// Command detsample compares what object detectors learn from: it trains small
// detectors with different samplers and losses on the same images and ranks
// them by COCO AP. [detsample/bench/command.Main] is all of it.
package main

import (
	"os"

	"detsample/bench/command"
)

func main() { os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
