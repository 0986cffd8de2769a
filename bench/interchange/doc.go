// Package interchange carries strategies between detsample and the libraries
// that most detectors are trained with: it reads the configurations of
// mmdetection, detectron2, torchvision and Ultralytics, says field by field
// what became of them, and writes strategies as fragments of those libraries'
// configurations.
//
// Nothing that is read is run. Python is parsed by go.starlark.net's parser,
// and of what it says only the part that builds values is evaluated here, not
// by an interpreter: each value keeps the place where it is written, which
// messages name, and every step, value and character is counted against a
// [Limits], so that no file costs more than a bounded time and memory. A
// function, a loop without end, an import of a module that acts, or a call of
// anything but a few constructors of values is refused by place.
package interchange
