package stage

import "detsample/internal/registry"

// CheckClasses reports a list of a configuration, or of a part of one, that has
// an entry for each class of the data and another number of them. What is no
// number of classes is for others to refuse.
func CheckClasses(part any, classes int) error {
	if classes < 1 {
		return nil
	}
	return registry.CheckClasses(part, classes)
}
