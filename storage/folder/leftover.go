package folder

import (
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Names of files that are being written, and of the folder that they are in
// while an empty folder is filled. A restore that is killed leaves one behind,
// and the next one there removes it.
var (
	partName = regexp.MustCompile(`^\.varve-restore-[0-9]{1,9}\.part$`)
	tempName = regexp.MustCompile(`^\.varve-restore-[0-9]{1,9}$`)
)

func partNumber(n int) string { return ".varve-restore-" + strconv.Itoa(n) + ".part" }

// numberOf is the number of a name that partNumber makes.
func numberOf(name string) (n int, ok bool) {
	if !partName.MatchString(name) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, ".varve-restore-"), ".part"))
	return n, err == nil
}

// isLeftover reports whether an earlier restore has left something behind.
// Only what it would have written itself counts: a file or link, or at the top
// a folder with at most the one file in it.
func isLeftover(root *os.Root, e fs.DirEntry, top bool) bool {
	if partName.MatchString(e.Name()) {
		return e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0
	}
	if !top || !e.IsDir() || !tempName.MatchString(e.Name()) {
		return false
	}
	sub, err := enter(root, e.Name())
	if err != nil {
		return false
	}
	defer sub.Close()
	inside, err := namesIn(sub)
	return err == nil && (len(inside) == 0 || len(inside) == 1 && inside[0].Name() == "file" && inside[0].Type().IsRegular())
}

// removeLeftovers removes what earlier restores left in a folder, unless the
// tree has something of that name.
func removeLeftovers(root *os.Root, top bool, kept func(name string) bool) error {
	entries, err := namesIn(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !isLeftover(root, e, top) || kept(e.Name()) {
			continue
		}
		if err := root.RemoveAll(e.Name()); err != nil {
			return err
		}
	}
	return nil
}
