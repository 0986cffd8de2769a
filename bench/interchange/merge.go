package interchange

// merge returns a configuration's values over those of its base: dicts are
// joined key by key, unless _delete_ is set in the upper one or the lower is
// none; all else is replaced. Neither is changed. With loose, a dict replaces
// what is no dict, as ConfigDict.merge has it.
func merge(b *budget, upper, lower *node, depth int, loose bool) (*node, error) {
	if depth > maxDepth {
		return nil, refuse(upper.at, "nested more than %d deep", maxDepth)
	}
	if err := b.step(upper.at); err != nil {
		return nil, err
	}
	if err := b.take(upper.at, len(upper.dict.entries)+len(lower.dict.entries)+1); err != nil {
		return nil, err
	}
	merged := &node{kind: mapping, at: upper.at, dict: newDict()}
	merged.dict.deep = lower.dict.deep
	merged.dict.add(lower.dict)
	for _, entry := range upper.dict.entries {
		if entry.key == deleteKey {
			continue
		}
		value := entry.value
		if value.kind == mapping {
			whole := value.dict.get(deleteKey)
			old := lower.dict.get(entry.key)
			switch {
			case old == nil, whole != nil && whole.isTrue():
				old = &node{kind: mapping, at: value.at, dict: newDict()}
			case old.kind != mapping && loose:
				old = &node{kind: mapping, at: value.at, dict: newDict()}
			case old.kind != mapping:
				return nil, refuse(entry.at, "%s is a dict here and %s in the base, at %s: set %s=True to replace it",
					nodeOfKey(entry.key, entry.at).text, old.kind, lower.dict.placeOf(entry.key), deleteKey)
			}
			var err error
			if value, err = merge(b, value, old, depth+1, loose); err != nil {
				return nil, err
			}
		}
		merged.dict.set(entry.key, entry.at, value)
	}
	return merged, nil
}
