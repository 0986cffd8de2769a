package interchange

import "math"

func shallowCopy(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := a.only("copy", 0, 0); err != nil {
		return nil, err
	}
	copied := *self
	n := len(self.items)
	if self.dict != nil {
		n += len(self.dict.entries)
	}
	if err := e.budget.take(a.at, n); err != nil {
		return nil, err
	}
	copied.items = append([]*node(nil), self.items...)
	if self.dict != nil {
		copied.dict = self.dict.clone()
	}
	return e.make(copied)
}

// deepCopy copies a value and all below it.
func (e *evaluator) deepCopy(at place, x *node) (*node, error) {
	if err := e.enter(at); err != nil {
		return nil, err
	}
	defer func() { e.depth-- }()
	copied := *x
	copied.items = nil
	for _, item := range x.items {
		c, err := e.deepCopy(at, item)
		if err != nil {
			return nil, err
		}
		copied.items = append(copied.items, c)
	}
	if x.dict != nil {
		copied.dict = newDict()
		copied.dict.deep = x.dict.deep
		for _, entry := range x.dict.entries {
			c, err := e.deepCopy(at, entry.value)
			if err != nil {
				return nil, err
			}
			copied.dict.set(entry.key, entry.at, c)
		}
	}
	return e.make(copied)
}

// dictUpdate is dict.update, and that of mmengine's ConfigDict, which updates
// dicts within dicts, for the bases' values.
func dictUpdate(e *evaluator, self *node, a arguments) (*node, error) {
	if len(a.plain) > 1 {
		return nil, refuse(a.at, "update with %d arguments is not read", len(a.plain))
	}
	for _, from := range append(a.plain, &node{kind: mapping, at: a.at, dict: a.named}) {
		if from.kind != mapping {
			return nil, refuse(a.at, "update by %s: expected a dict", from.kind)
		}
		if err := e.updateBy(a.at, self, from, self.dict.deep); err != nil {
			return nil, err
		}
	}
	return e.make(node{kind: null, at: a.at})
}

func (e *evaluator) updateBy(at place, into, from *node, deep bool) error {
	if err := e.enter(at); err != nil {
		return err
	}
	defer func() { e.depth-- }()
	if into == from {
		return nil
	}
	if err := e.budget.take(at, len(from.dict.entries)); err != nil {
		return err
	}
	for _, entry := range from.dict.entries {
		if old := into.dict.get(entry.key); deep && old != nil && old.kind == mapping && entry.value.kind == mapping {
			if err := e.updateBy(at, old, entry.value, true); err != nil {
				return err
			}
			continue
		}
		into.dict.set(entry.key, entry.at, entry.value)
	}
	return nil
}

// dictMerge is ConfigDict.merge: a merge as of a configuration into its base.
func dictMerge(e *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("merge", 1, 1)
	if err != nil {
		return nil, err
	}
	if args[0].kind != mapping {
		return nil, refuse(a.at, "merge of %s: expected a dict", args[0].kind)
	}
	merged, err := merge(e.budget, args[0], self, 0, true)
	if err != nil {
		return nil, err
	}
	self.dict = merged.dict
	return e.make(node{kind: null, at: a.at})
}

// keyArgument returns the key that a method of dicts is asked for, and what it
// gives where that is missing.
func keyArgument(name string, a arguments) (key *node, missing *node, err error) {
	if d := a.named.get("default"); d != nil && len(a.named.entries) == 1 && len(a.plain) == 1 {
		return a.plain[0], d, nil
	}
	args, err := a.only(name, 1, 2)
	if err != nil {
		return nil, nil, err
	}
	if len(args) == 2 {
		missing = args[1]
	}
	return args[0], missing, nil
}

func dictPop(e *evaluator, self *node, a arguments) (*node, error) {
	key, missing, err := keyArgument("pop", a)
	if err != nil {
		return nil, err
	}
	if k, ok := keyOf(key); ok {
		if v := self.dict.remove(k); v != nil {
			return v, nil
		}
	}
	switch {
	case missing != nil:
		return missing, nil
	case self.dict.deep: // ConfigDict.pop has a default
		return e.make(node{kind: null, at: a.at})
	}
	return nil, refuse(a.at, "there is no %s to pop", key.short())
}

func dictGet(e *evaluator, self *node, a arguments) (*node, error) {
	key, missing, err := keyArgument("get", a)
	if err != nil {
		return nil, err
	}
	if v := self.dict.find(key); v != nil {
		return v, nil
	}
	if missing != nil {
		return missing, nil
	}
	return e.make(node{kind: null, at: a.at})
}

func dictSetDefault(e *evaluator, self *node, a arguments) (*node, error) {
	key, missing, err := keyArgument("setdefault", a)
	if err != nil {
		return nil, err
	}
	if v := self.dict.find(key); v != nil {
		return v, nil
	}
	if missing == nil {
		if missing, err = e.make(node{kind: null, at: a.at}); err != nil {
			return nil, err
		}
	}
	return missing, e.setItem(a.at, self, key, missing)
}

func dictKeys(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := a.only("keys", 0, 0); err != nil {
		return nil, err
	}
	keys, err := e.elements(a.at, self)
	if err != nil {
		return nil, err
	}
	return e.make(node{kind: list, at: a.at, items: keys})
}

func dictValues(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := a.only("values", 0, 0); err != nil {
		return nil, err
	}
	if err := e.budget.take(a.at, len(self.dict.entries)); err != nil {
		return nil, err
	}
	result := node{kind: list, at: a.at}
	for _, entry := range self.dict.entries {
		result.items = append(result.items, entry.value)
	}
	return e.make(result)
}

func dictItems(e *evaluator, self *node, a arguments) (*node, error) {
	if _, err := a.only("items", 0, 0); err != nil {
		return nil, err
	}
	if err := e.budget.take(a.at, 2*len(self.dict.entries)); err != nil {
		return nil, err
	}
	result := node{kind: list, at: a.at}
	for _, entry := range self.dict.entries {
		result.items = append(result.items, &node{kind: tuple, at: a.at, items: []*node{nodeOfKey(entry.key, entry.at), entry.value}})
	}
	return e.make(result)
}

func listAppend(e *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("append", 1, 1)
	if err != nil {
		return nil, err
	}
	if err := e.budget.take(a.at, 1); err != nil {
		return nil, err
	}
	self.items = append(self.items, args[0])
	return e.make(node{kind: null, at: a.at})
}

func listExtend(e *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("extend", 1, 1)
	if err != nil {
		return nil, err
	}
	items, err := e.elements(a.at, args[0])
	if err != nil {
		return nil, err
	}
	self.items = append(self.items, items...)
	return e.make(node{kind: null, at: a.at})
}

func listInsert(e *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("insert", 2, 2)
	if err != nil {
		return nil, err
	}
	if args[0].kind != integer {
		return nil, refuse(a.at, "insert at %s", args[0].short())
	}
	n := int64(len(self.items))
	i := args[0].whole
	if i < 0 {
		i = max(i+n, 0)
	}
	i = min(i, n)
	if err := e.budget.take(a.at, len(self.items)+1); err != nil {
		return nil, err
	}
	items := append([]*node(nil), self.items[:i]...)
	self.items = append(append(items, args[1]), self.items[i:]...)
	return e.make(node{kind: null, at: a.at})
}

func listPop(_ *evaluator, self *node, a arguments) (*node, error) {
	args, err := a.only("pop", 0, 1)
	if err != nil {
		return nil, err
	}
	at := &node{kind: integer, whole: -1}
	if len(args) == 1 {
		at = args[0]
	}
	i, err := position(a.at, at, min(len(self.items), math.MaxInt32))
	if err != nil {
		return nil, err
	}
	item := self.items[i]
	self.items = append(self.items[:i:i], self.items[i+1:]...)
	return item, nil
}
