package annotations

// ToFind reports whether o is an object to be found, which a crowd and a difficult or
// ignored object are not: COCO's evaluation takes them for neither found nor missed.
// These alone are counted as objects.
func (o *Object) ToFind() bool { return !o.Crowd && !o.Ignore }

// ToFind counts the objects of the image that are to be found.
func (im *Image) ToFind() int {
	n := 0
	for j := range im.Objects {
		if im.Objects[j].ToFind() {
			n++
		}
	}
	return n
}

// Objects counts the objects of all images that are to be found.
func (s *Set) Objects() int {
	n := 0
	for i := range s.Images {
		n += s.Images[i].ToFind()
	}
	return n
}

// Ignored counts what is annotated besides [Set.Objects]: crowds, and difficult or
// ignored objects.
func (s *Set) Ignored() int {
	n := -s.Objects()
	for i := range s.Images {
		n += len(s.Images[i].Objects)
	}
	return n
}

// Present counts the categories that have an object to be found.
func (s *Set) Present() int {
	n := 0
	objects, _ := s.PerCategory()
	for _, of := range objects {
		if of > 0 {
			n++
		}
	}
	return n
}

// PerCategory counts the objects of each category that are to be found, and the
// crowds and ignored ones besides.
func (s *Set) PerCategory() (objects, ignored []int) {
	objects, ignored = make([]int, len(s.Categories)), make([]int, len(s.Categories))
	for i := range s.Images {
		for j := range s.Images[i].Objects {
			if o := &s.Images[i].Objects[j]; o.ToFind() {
				objects[o.Category]++
			} else {
				ignored[o.Category]++
			}
		}
	}
	return objects, ignored
}

// Besides is what follows a number of objects where n crowds or ignored objects are
// beside them, which are not among these, and empty where none is. written is n as
// the reader sees it, such as "9 + 2" of two parts.
func Besides(n int, written string) string {
	if n == 0 {
		return ""
	}
	noun := "crowds or ignored objects"
	if n == 1 {
		noun = "crowd or ignored object"
	}
	return "; " + written + " " + noun + " besides"
}
