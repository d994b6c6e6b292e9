package chart

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// Image is a picture among the artifacts of a run.
type Image struct {
	Key        string // what it shows; of a file that names no step, its path
	Step       int64
	Time       int64 // ms since 1970; 0: not known
	Stepped    bool  // its name says key, step and time, as MLflow's log_image writes it
	ID         string
	Compressed bool // a smaller copy of another one, which has the same id
}

// imageTypes are the ends of names of pictures that pages can show.
var imageTypes = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp"}

// ParseImage reads the path of an artifact; ok is false if it is no picture.
//
// MLflow's log_image writes images/KEY+step+N+timestamp+MS+ID.png and, beside it,
// …+ID+compressed.webp; before 3.x with % for +. A slash in the key is ~ (before
// 3.x #).
func ParseImage(at string) (image Image, ok bool) {
	end := path.Ext(at)
	if !slices.Contains(imageTypes, strings.ToLower(end)) {
		return image, false
	}
	if name, within := strings.CutPrefix(strings.TrimSuffix(at, end), "images/"); within && !strings.Contains(name, "/") {
		for _, form := range []struct{ mark, slash string }{{"+", "~"}, {"%", "#"}} {
			if image, ok := parseStepped(name, form.mark, form.slash); ok {
				return image, true
			}
		}
	}
	return Image{Key: at}, true
}

func parseStepped(name, mark, slash string) (image Image, ok bool) {
	name, image.Compressed = strings.CutSuffix(name, mark+"compressed")
	// From the end: a key may hold the mark itself.
	parts := strings.Split(name, mark)
	n := len(parts)
	if n < 6 || parts[n-5] != "step" || parts[n-3] != "timestamp" || parts[n-1] == "" {
		return image, false
	}
	var err, errTime error
	image.Step, err = strconv.ParseInt(parts[n-4], 10, 64)
	image.Time, errTime = strconv.ParseInt(parts[n-2], 10, 64)
	image.Key = strings.ReplaceAll(strings.Join(parts[:n-5], mark), slash, "/")
	image.ID, image.Stepped = parts[n-1], true
	return image, err == nil && errTime == nil && image.Key != ""
}
