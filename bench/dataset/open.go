package dataset

import "errors"

// Open reads the image set in a folder, in Pascal VOC or COCO layout.
func Open(dir string, o Options) (*Set, error) {
	return nil, errors.New("dataset: Open: not yet written")
}
