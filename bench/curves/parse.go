package curves

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
	"detsample/losses"
)

// Loss returns the curve of a registered classification loss written as
// "name" or "name,key=value,...". The error is that of a strategy's file for
// the same mistake.
func Loss(text string) (Curve, error) {
	var v struct{ Loss losses.Cls }
	if err := decode(text, "loss", &v, strategy.Types()); err != nil {
		return Curve{}, err
	}
	l, ok := v.Loss.(losses.Pointwise)
	if !ok {
		return Curve{}, fmt.Errorf("%s: a row's loss depends on the batch there, so that it has no curve: choose a pointwise loss such as ce", text)
	}
	return ofLoss(title(text), l), nil
}

// OfWeighting returns the curve of a registered weighting, written like a
// loss.
func OfWeighting(text string) (Curve, error) {
	var types strictyaml.Types
	strictyaml.AddInterface(&types, Weightings)
	var v struct{ Weighting Weighting }
	if err := decode(text, "weighting", &v, &types); err != nil {
		return Curve{}, err
	}
	return ofWeighting(title(text), v.Weighting), nil
}

// Of returns the curve of a loss, or else of a weighting, that has the name. The
// error for a name that neither has is about the kind with the more like one.
func Of(text string) (Curve, error) {
	c, err := Loss(text)
	if err != nil && registry.Nearest(pieces(text)[0], Weightings.Names()) != "" {
		return OfWeighting(text)
	}
	return c, err
}

// Default returns the curves that the field compares: cross entropy, balanced
// by alpha, focal loss with several focusings, boosting, and the steps of hard
// example mining.
func Default() []Curve {
	var list []Curve
	for _, text := range []string{"ce", "alpha_ce,alpha=0.75", "focal,alpha=0.25,gamma=2", "focal,alpha=-1,gamma=0.5", "focal,alpha=-1,gamma=1", "focal,alpha=-1,gamma=5"} {
		list = append(list, must(Loss(text)))
	}
	for _, text := range []string{"adaboost", "logitboost", "ohem,below=-1", "ssd,below=1"} {
		list = append(list, must(OfWeighting(text)))
	}
	return list
}

func must(c Curve, err error) Curve {
	if err != nil {
		panic("curves: Default: " + err.Error())
	}
	return c
}

// title is what the legend calls a curve.
func title(text string) string { return strings.Join(pieces(text), " ") }

// What YAML would read in another way than a command line means it is refused.
var (
	name    = regexp.MustCompile(`^\w[\w-]*$`)
	setting = regexp.MustCompile(`^\w+=[^\s{}#&*!|>'"%@:` + "`" + `]+$`)
)

// decode reads "name,key=value,..." into the field of dst with the given key,
// as the file "key: {type: name, key: value}" would be.
func decode(text, key string, dst any, types *strictyaml.Types) error {
	parts := pieces(text)
	if !name.MatchString(parts[0]) {
		return fmt.Errorf("%q: expected a name, with any parameters after it as in focal,gamma=2", text)
	}
	var file strings.Builder
	fmt.Fprintf(&file, "%s: {type: %q", key, parts[0])
	for _, part := range parts[1:] {
		if !setting.MatchString(part) {
			return fmt.Errorf("%q: %q is not key=value", text, part)
		}
		fmt.Fprintf(&file, ", %s", strings.Replace(part, "=", ": ", 1))
	}
	file.WriteString("}\n")
	return messages(text, strictyaml.Unmarshal(text, []byte(file.String()), dst, types))
}

// messages leaves the places out of an error: they are those of a file that
// nobody has seen.
func messages(text string, err error) error {
	list, ok := errors.AsType[strictyaml.Errors](err)
	if !ok {
		return err
	}
	var all []error
	for _, e := range list {
		all = append(all, fmt.Errorf("%s: %s", text, e.Message))
	}
	return errors.Join(all...)
}

// pieces splits at the commas that are not inside a list's brackets.
func pieces(text string) []string {
	var list []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == ',' && depth <= 0:
			list = append(list, text[start:i])
			start = i + 1
		}
	}
	return append(list, text[start:])
}
