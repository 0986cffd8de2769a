package store

import "detsample/internal/durable"

// stackPath is where the stack of a run that panicked is, by the run's name.
func (s *Store) stackPath(k Key) string { return s.path(stacksName, fileName(k)+".txt") }

// SaveStack keeps the text of a panic that a run ended by, in place of an earlier
// one's, for a person to read, and returns the file's path; an empty one where there
// is no folder.
func (s *Store) SaveStack(k Key, text string) (path string, err error) {
	err = s.writing(func() error {
		if err := durable.MakeFolder(s.disk, s.path(stacksName)); err != nil {
			return err
		}
		path = s.stackPath(k)
		return durable.Replace(s.disk, path, []byte(text))
	})
	return path, err
}

// DropStack removes what is kept of a panic of a run that is done again, and the
// folder with the last of them.
func (s *Store) DropStack(k Key) error {
	return s.writing(func() error {
		if err := s.disk.Remove(s.stackPath(k)); err != nil {
			return durable.Cannot("remove", s.stackPath(k), err)
		}
		if others, err := s.disk.List(s.path(stacksName)); err != nil || len(others) > 0 {
			return absent(err, s.path(stacksName))
		}
		if err := s.disk.Remove(s.path(stacksName)); err != nil {
			return durable.Cannot("remove", s.path(stacksName), err)
		}
		return nil
	})
}
