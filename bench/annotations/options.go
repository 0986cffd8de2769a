package annotations

// Options configures [Open]. Its zero value is what every command does.
type Options struct {
	Policy Policy
	// Splits are the parts of the set that are read; nil means all of it.
	Splits []Split
	// Images looks for every image: [Image.Path] is then set, and an image that
	// is not there is a problem. Without it that is done if the images are at
	// hand ([Set.HasImages]), and else nothing is looked for.
	Images bool
	// FollowLinks follows symbolic links that lead out of the folder, too. Links
	// within it are always followed.
	FollowLinks bool
}
