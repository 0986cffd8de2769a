package reuse

// Kept are values of different types, each kept from its first use on.
type Kept struct{ values []any }

// Of returns the value of type T, which is zero at first.
func Of[T any](k *Kept) *T {
	for _, v := range k.values {
		if found, ok := v.(*T); ok {
			return found
		}
	}
	fresh := new(T)
	k.values = append(k.values, fresh)
	return fresh
}
