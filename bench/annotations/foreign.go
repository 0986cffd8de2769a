package annotations

import "fmt"

// Lists returns an error where detections are of images or categories that the
// set does not list: they were then made on others. name stands for them in
// the message.
func (s *Set) Lists(found []Detection, name string) error {
	images := make(map[int64]bool, len(s.Images))
	for i := range s.Images {
		images[s.Images[i].ID] = true
	}
	categories := make(map[int64]bool, len(s.Categories))
	for _, c := range s.Categories {
		categories[c.ID] = true
	}
	var ofImage, ofCategory int
	var image, category int64
	for i := range found {
		if !images[found[i].Image] {
			ofImage, image = ofImage+1, found[i].Image
		}
		if id := int64(found[i].Class); !categories[id] {
			ofCategory, category = ofCategory+1, id
		}
	}
	const remedy = "%s: %d of %d detections have a%s that %s does not list, such as %d: evaluate on the annotations that the detector was run on"
	switch {
	case ofImage > 0:
		return fmt.Errorf(remedy, name, ofImage, len(found), "n image_id", s.Path, image)
	case ofCategory > 0:
		return fmt.Errorf(remedy, name, ofCategory, len(found), " category_id", s.Path, category)
	}
	return nil
}
